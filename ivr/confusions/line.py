"""A simulated telephone line: what is left of a voice after surroundings, telephone, coding and network.

The caller's noise is added first, as it goes through the same telephone; then the band of a telephone, mu-law, and
packets that get lost. Everything random comes from the generator that is given, so a trial can be had again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr import audio

Samples = NDArray[np.float64]

BAND_HZ = (300.0, 3400.0)
"""What a telephone carries (ITU-T G.712)."""
EDGE_HZ = 100.0
"""How wide the edges of the band are: a telephone's are no steeper."""
FRAME = 160
"""Samples in a packet of 20 ms."""
BURST = 2.0
"""How many packets in a row are lost, on average: networks lose them in bursts."""
CONCEALED = 0.5
"""A lost packet is the one before, so much quieter; the next ones are silence, as with the simplest gateways."""
SPEECH_DB = -30.0
"""Relative to the loudest 10 ms: what is louder is speech, and the noise is set against its level."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of line. ``noise`` is white, pink, babble or none, ``snr_db`` below the voice; ``loss`` of packets."""

    name: str
    noise: str = ""
    snr_db: float = 0.0
    loss: float = 0.0


LINES = (
    Line("clear"),
    Line("hiss", "white", 20.0),
    Line("street", "pink", 12.0),
    Line("babble", "babble", 20.0),
    Line("lossy", "white", 30.0, loss=0.03),
)
"""What callers are heard over: guesses at everyday calls, not the worst there are."""


def over(line: Line, pcm: bytes, babble: bytes, rng: np.random.Generator) -> bytes:
    """``pcm`` (with the quiet around it) as it arrives over ``line``; ``babble`` is other people's talk."""
    voice = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    if line.noise:
        voice = voice + _noise(line.noise, len(voice), babble, rng) * speech_level(voice) * 10 ** (-line.snr_db / 20)
    coded = audio.mulaw_decode(audio.mulaw_encode(_pcm(_in_band(voice))))
    return _with_losses(coded, line.loss, rng) if line.loss else coded


def speech_level(samples: Samples) -> float:
    """The RMS of what is speech in ``samples``."""
    blocks = samples[: len(samples) // 80 * 80].reshape(-1, 80)
    levels = np.sqrt(np.mean(blocks**2, axis=1)) if len(blocks) else np.zeros(1)
    spoken = levels[levels >= levels.max() * 10 ** (SPEECH_DB / 20)]
    return float(np.sqrt(np.mean(spoken**2)))


def _noise(kind: str, count: int, babble: bytes, rng: np.random.Generator) -> Samples:
    """``count`` samples of noise with an RMS of 1."""
    if kind == "babble":
        talk = np.frombuffer(babble, dtype="<i2").astype(np.float64)
        noise = np.resize(np.roll(talk, -int(rng.integers(len(talk)))), count)
    elif kind == "pink":
        spectrum = np.fft.rfft(rng.standard_normal(count))
        noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(1.0, np.arange(len(spectrum)))), count)
    else:
        noise = rng.standard_normal(count)
    return np.asarray(noise / max(1e-9, float(np.sqrt(np.mean(noise**2)))))


def _in_band(samples: Samples) -> Samples:
    freqs_hz = np.fft.rfftfreq(len(samples), 1 / audio.RATE_HZ)
    low, high = BAND_HZ
    gain = np.clip((freqs_hz - (low - EDGE_HZ)) / EDGE_HZ, 0, 1) * np.clip(
        ((high + EDGE_HZ) - freqs_hz) / EDGE_HZ, 0, 1
    )
    return np.asarray(np.fft.irfft(np.fft.rfft(samples) * gain, len(samples)))


def _with_losses(pcm: bytes, loss: float, rng: np.random.Generator) -> bytes:
    """Packets lost in bursts (two states, Gilbert's model), and what a gateway plays instead."""
    samples = np.frombuffer(pcm, dtype="<i2").copy()
    leave = 1 / BURST
    enter = loss * leave / (1 - loss)
    lost = False
    for at in range(FRAME, len(samples), FRAME):
        before, lost = lost, bool(rng.random() < (1 - leave if lost else enter))
        if lost:
            frame = samples[at : at + FRAME]
            frame[:] = 0 if before else (samples[at - FRAME : at][: len(frame)] * CONCEALED).astype(np.int16)
    return samples.tobytes()


def _pcm(samples: Samples) -> bytes:
    return bytes(np.clip(np.rint(samples), -32768, 32767).astype("<i2"))
