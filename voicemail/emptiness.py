"""Whether there is a message in a recording at all, or only silence, or what a telephone line says by itself.

Who hangs up while the tone is played leaves a busy or dialling tone behind. Such a tone is one or two frequencies and
nothing else, so the energy at just those frequencies (which is what Goertzel's algorithm gives) tells it from speech.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ivr.audio import RATE_HZ, level_db, pcm_length_s
from voicemail.mailbox import QUIET_DB, SHORTEST_S

TONES_HZ: tuple[tuple[float, ...], ...] = ((480, 620), (350, 440), (425,), (400,), (450,))
"""Busy and congestion of North America; its dial tone; what most other countries use for both (ITU-T E.180)."""

FRAME = 240
"""30 ms: short beside the quickest cadence (0.25 s on, 0.25 s off)."""

SHARE = 0.85
"""So much of a frame's energy at a tone's frequencies makes it that tone. Telephone noise takes less than 0.02."""

MOST_OTHER_FRAMES = 4
"""More sound in a row that is no tone is somebody speaking: a syllable takes longer, the edges of a tone do not."""

LEAST_TONE_FRAMES = 15
"""Less is a beep; it is no reason to drop anything."""


def why_none(pcm: bytes, shortest_s: float = SHORTEST_S) -> str:
    """Why ``pcm`` (8 kHz) is no message; empty when it may be one."""
    if pcm_length_s(pcm) < shortest_s:
        return f"shorter than {shortest_s:g} s"
    window = RATE_HZ // 5  # bytes of 100 ms: long enough that one click does not count as speech
    if all(level_db(pcm[at : at + window]) < QUIET_DB for at in range(0, len(pcm), window)):
        return "only silence"
    return "only the tone of a line" if is_line_tone(pcm) else ""


def is_line_tone(pcm: bytes) -> bool:
    """Whether all that sounds in ``pcm`` is one of ``TONES_HZ``, steady or in whatever rhythm."""
    samples = np.frombuffer(pcm[: len(pcm) // (2 * FRAME) * 2 * FRAME], dtype="<i2").astype(np.float64) / 32768.0
    frames = samples.reshape(-1, FRAME)
    energy = (frames**2).sum(axis=1)
    sounding = energy > FRAME * 10 ** (QUIET_DB / 10)
    for freqs_hz in TONES_HZ:
        tone = sounding & (_energy_at(frames, freqs_hz) >= SHARE * energy)
        for one in freqs_hz if len(freqs_hz) > 1 else ():  # both must sound: a voice on one of them is none
            tone &= _energy_at(frames, (one,)) < SHARE * energy
        if tone.sum() >= LEAST_TONE_FRAMES and _longest(sounding & ~tone) <= MOST_OTHER_FRAMES:
            return True
    return False


def _energy_at(frames: NDArray[np.float64], freqs_hz: tuple[float, ...]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = ((frames @ _basis(freqs_hz)) ** 2).sum(axis=1)
    return found


@cache
def _basis(freqs_hz: tuple[float, ...]) -> NDArray[np.float64]:
    """Sines and cosines of the frequencies as orthonormal columns, whatever their phase and however near they are."""
    at = 2 * np.pi * np.outer(np.arange(FRAME) / RATE_HZ, freqs_hz)
    basis: NDArray[np.float64] = np.linalg.qr(np.hstack([np.sin(at), np.cos(at)]))[0]
    return basis


def _longest(found: NDArray[np.bool_]) -> int:
    """The most in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], found.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0
