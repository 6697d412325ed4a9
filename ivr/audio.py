"""Sound as plain bytes: G.711, WAV, resampling and generated sounds. Pure: nothing is read or built at import.

Everywhere ``pcm`` is signed 16-bit little-endian mono, 8 kHz unless a rate is given, and ``mulaw`` is G.711 mu-law,
8 kHz, one byte a sample. The standard library lost its G.711 codec in Python 3.13, hence the tables here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

RATE_HZ = 8000
"""The telephone's sampling rate."""

MULAW_SILENCE = 0xFF
"""The mu-law code of a zero sample."""

_BIAS = 0x84  # ITU-T G.711: added before the logarithmic segments are cut
_CLIP = 0x7FFF - _BIAS
_FADE_S = 0.005  # long enough that a tone does not click, too short to be heard as a fade


class AudioError(Exception):
    """These bytes or this file are not sound we can read; the message says why in plain words."""


# --- G.711 mu-law ------------------------------------------------------------------------------------------------


@cache
def _encoding() -> NDArray[np.uint8]:
    """The mu-law code of every 16-bit sample, indexed by the sample as an unsigned number."""
    samples = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    sign = np.where(samples < 0, 0x80, 0)
    size = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return np.asarray(~(sign | (exponent << 4) | mantissa) & 0xFF, dtype=np.uint8)


@cache
def _decoding() -> NDArray[np.int16]:
    """The sample of every mu-law code."""
    codes = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent = (codes >> 4) & 0x07
    size = ((((codes & 0x0F) << 3) + _BIAS) << exponent) - _BIAS
    return np.where(codes & 0x80, -size, size).astype("<i2")


def mulaw_encode(pcm: bytes) -> bytes:
    """``pcm`` as mu-law; a byte that is half a sample is dropped."""
    return bytes(_encoding()[np.frombuffer(_whole(pcm), dtype="<u2")])


def mulaw_decode(mulaw: bytes) -> bytes:
    """``mulaw`` as PCM."""
    return _decoding().take(np.frombuffer(mulaw, dtype=np.uint8)).tobytes()


# --- files and rates ---------------------------------------------------------------------------------------------


def read_audio(source: Path | bytes, rate_hz: int = RATE_HZ) -> bytes:
    """Any WAV, FLAC or Ogg as PCM at ``rate_hz``: channels are mixed, the rate is converted.

    Raises:
        AudioError: when ``source`` is missing or is not sound.
    """
    try:
        samples, file_rate_hz = soundfile.read(_file(source), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise _not_sound(source) from error
    mono = np.nan_to_num(samples.mean(axis=1))  # float files may hold anything
    return _to_pcm(_resample(mono, int(file_rate_hz), rate_hz))


def rate_of(source: Path | bytes) -> int:
    """The sampling rate of a sound file in Hz.

    Raises:
        AudioError: when ``source`` is missing or is not sound.
    """
    try:
        return int(soundfile.info(_file(source)).samplerate)
    except (soundfile.LibsndfileError, OSError) as error:
        raise _not_sound(source) from error


def _file(source: Path | bytes) -> io.BytesIO | str:
    return io.BytesIO(source) if isinstance(source, bytes) else str(source)


def _not_sound(source: Path | bytes) -> AudioError:
    if not isinstance(source, bytes) and not source.exists():
        return AudioError(f"there is no file {source}")
    name = "these bytes" if isinstance(source, bytes) else str(source)
    return AudioError(f"{name}: not a sound file we can read (WAV, FLAC, Ogg)")


def write_wav(path: Path, pcm: bytes, rate_hz: int = RATE_HZ) -> None:
    """Write ``pcm`` as a 16-bit mono WAV."""
    path.write_bytes(wav_bytes(pcm, rate_hz))


def wav_bytes(pcm: bytes, rate_hz: int = RATE_HZ) -> bytes:
    """``pcm`` as the bytes of a 16-bit mono WAV."""
    file = io.BytesIO()
    soundfile.write(file, np.frombuffer(_whole(pcm), dtype="<i2"), rate_hz, format="WAV", subtype="PCM_16")
    return file.getvalue()


def resample(pcm: bytes, from_hz: int, to_hz: int) -> bytes:
    """``pcm`` at another rate."""
    if from_hz == to_hz:
        return pcm
    return _to_pcm(_resample(_to_floats(pcm), from_hz, to_hz))


# --- lengths and loudness ----------------------------------------------------------------------------------------


def mulaw_length_s(mulaw: bytes) -> float:
    """How long ``mulaw`` lasts."""
    return len(mulaw) / RATE_HZ


def pcm_length_s(pcm: bytes, rate_hz: int = RATE_HZ) -> float:
    """How long ``pcm`` lasts."""
    return len(pcm) // 2 / rate_hz


def level_db(pcm: bytes) -> float:
    """The RMS level relative to full scale (0 dB); -120 for digital silence and for nothing."""
    samples = _to_floats(pcm).astype(np.float64)
    power = float(np.mean(samples**2)) if len(samples) else 0.0
    return max(-120.0, 10 * float(np.log10(power))) if power else -120.0


def peak_normalised(pcm: bytes, peak_db: float = -6.0) -> bytes:
    """``pcm`` scaled so that its loudest sample is ``peak_db`` below full scale; silence stays silence."""
    samples = _to_floats(pcm)
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    return _to_pcm(samples * np.float32(10 ** (peak_db / 20) / peak)) if peak else pcm


def trimmed(pcm: bytes, keep_s: float = 0.05, rate_hz: int = RATE_HZ, floor_db: float = -50.0) -> bytes:
    """``pcm`` without the silence before and after, but for ``keep_s`` of it.

    ``floor_db`` is relative to the loudest sample: below it we call it silence.
    """
    size = np.abs(_to_floats(pcm))
    if not len(size) or not size.max():
        return b""
    loud = np.flatnonzero(size > size.max() * 10 ** (floor_db / 20))
    keep = int(keep_s * rate_hz)
    start, end = max(0, int(loud[0]) - keep), int(loud[-1]) + 1 + keep
    return pcm[2 * start : 2 * end]


# --- made sounds -------------------------------------------------------------------------------------------------


def silence(length_s: float, rate_hz: int = RATE_HZ) -> bytes:
    """Digital silence."""
    return bytes(2 * round(length_s * rate_hz))


def tone(freqs_hz: Sequence[float], length_s: float, level: float = 0.3, rate_hz: int = RATE_HZ) -> bytes:
    """Equal sine waves added up, with a peak of at most ``level`` of full scale, faded in and out over 5 ms."""
    times = np.arange(round(length_s * rate_hz)) / rate_hz
    wave = sum((np.sin(2 * np.pi * freq_hz * times) for freq_hz in freqs_hz), np.zeros(len(times)))
    wave *= level / max(1, len(freqs_hz))
    fade = np.clip(np.minimum(times, times[::-1]) / _FADE_S, 0, 1)
    return _to_pcm(wave * fade)


def beep() -> bytes:
    """The tone after which a caller leaves a message."""
    return tone([1000], 0.4)


@cache
def hold_music(length_s: float) -> bytes:
    """A soft, quiet melody for waiting callers: the same notes every time, plucked over a slow chord."""
    beat_s = 0.5
    melody_hz = (392.0, 440.0, 523.3, 659.3, 523.3, 440.0, 349.2, 440.0, 523.3, 587.3, 523.3, 392.0)
    chords_hz = ((261.6, 329.6), (220.0, 261.6), (174.6, 220.0), (196.0, 246.9))
    total = round(length_s * RATE_HZ)
    wave = np.zeros(total + RATE_HZ * 3)
    for beat in range(int(length_s / beat_s) + 1):
        start = round(beat * beat_s * RATE_HZ)
        _add(wave, start, _plucked(melody_hz[beat % len(melody_hz)], 1.2) * 0.16)
        if beat % 4 == 0:
            for freq_hz in chords_hz[beat // 4 % len(chords_hz)]:
                _add(wave, start, _plucked(freq_hz, 2.4) * 0.07)
    ending = np.clip(np.arange(total)[::-1] / (0.05 * RATE_HZ), 0, 1)
    return _to_pcm(wave[:total] * ending)


def _plucked(freq_hz: float, length_s: float) -> NDArray[np.float64]:
    """One note that dies away, a little brighter at its start."""
    times = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    decay = np.exp(-3.5 * times / length_s) * np.clip(times / 0.02, 0, 1)
    fade = np.clip(times[::-1] / 0.05, 0, 1)
    note = np.sin(2 * np.pi * freq_hz * times) + 0.2 * np.sin(4 * np.pi * freq_hz * times) * decay
    return np.asarray(note * decay * fade)


def _add(wave: NDArray[np.float64], start: int, part: NDArray[np.float64]) -> None:
    part = part[: len(wave) - start]
    wave[start : start + len(part)] += part


# --- between bytes and numbers -----------------------------------------------------------------------------------


def _whole(pcm: bytes) -> bytes:
    return pcm if len(pcm) % 2 == 0 else pcm[:-1]


def _to_floats(pcm: bytes) -> NDArray[np.float32]:
    return np.frombuffer(_whole(pcm), dtype="<i2").astype(np.float32) / np.float32(32768)


def _to_pcm(samples: NDArray[np.floating]) -> bytes:
    return bytes(np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2"))


def _resample(samples: NDArray[np.float32], from_hz: int, to_hz: int) -> NDArray[np.float32]:
    if from_hz == to_hz or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, from_hz, to_hz), dtype=np.float32)
