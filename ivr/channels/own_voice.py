"""What the service itself is saying, so that its echo on the line is not taken for the caller.

Telephones and speakerphones give our prompt back to us, 10 to 20 dB quieter and a little later. To the recogniser that
is clear speech, full of the very phrases that are listed. An echo is a filtered copy of what was sent, so it can be
computed from it; what a caller says over it cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr import audio

LATEST_S = 1.5
"""An echo comes no later than this, buffers of the carrier included; a guess: measure on real lines."""
COMPARED_S = 1.0
"""How much of the caller's sound is compared: enough for one word of the caller to stand out."""
TAPS = 32
"""How far an echo is smeared on a line: 4 ms."""
EXPLAINED = 0.5
"""Of the energy. A plain echo is explained to 0.9 and more; a caller who speaks as loudly as the echo leaves half."""

Samples = NDArray[np.float64]


@dataclass(slots=True)
class OwnVoice:
    """Prompts as sent, on the time line of the sound that is received."""

    _mulaw: bytes = b""
    _began: int = 0

    def says(self, mulaw: bytes, at: int) -> None:
        """``mulaw`` begins to play when ``at`` samples have been received."""
        self._mulaw, self._began = mulaw, at

    def stops(self, at: int) -> None:
        """What has not been played by ``at`` never will be."""
        self._mulaw = self._mulaw[: max(0, at - self._began)]

    def is_echo(self, pcm: bytes, at: int) -> bool:
        """Whether ``pcm``, which ended when ``at`` samples were received, is nothing but our own voice."""
        heard = _samples(pcm)[-int(COMPARED_S * audio.RATE_HZ) :]
        sent = self._sent(at - len(heard) - int(LATEST_S * audio.RATE_HZ), at)
        if len(heard) <= TAPS or not heard.any() or not sent.any():
            return False
        return _explained(heard, sent) >= EXPLAINED

    def _sent(self, start: int, end: int) -> Samples:
        """What was playing between two moments; silence before and after."""
        first, last = start - self._began, end - self._began
        playing = self._mulaw[max(0, first) : max(0, last)]
        before = min(max(0, -first), end - start)
        samples = np.zeros(end - start)
        samples[before : before + len(playing)] = _samples(audio.mulaw_decode(playing))
        return samples


def _explained(heard: Samples, sent: Samples) -> float:
    """The share of ``heard`` that a filter of :data:`TAPS` makes from ``sent``, at whatever delay fits best."""
    size = 1 << (len(heard) + len(sent) - 1).bit_length()
    alike = np.fft.irfft(np.fft.rfft(sent, size) * np.conj(np.fft.rfft(heard, size)), size)
    best = int(np.argmax(np.abs(alike[: len(sent) - len(heard) + 1])))
    first = max(0, min(best - TAPS // 2, len(sent) - len(heard) - TAPS + 1))
    copies = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(sent[first:], len(heard))[:TAPS])
    matched = copies @ heard
    energy = copies @ copies.T
    filtered = np.linalg.lstsq(energy, matched, rcond=1e-6)[0]
    return float(filtered @ matched / (heard @ heard))


def _samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)
