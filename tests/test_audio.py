"""Sound: our G.711 against libsndfile's, files of every shape, made sounds."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from ivr import audio


def every_sample() -> bytes:
    return np.arange(-32768, 32768).astype("<i2").tobytes()


def libsndfile_decodes(mulaw: bytes) -> bytes:
    samples, _ = soundfile.read(
        io.BytesIO(mulaw), samplerate=8000, channels=1, format="RAW", subtype="ULAW", dtype="int16"
    )
    return bytes(samples.astype("<i2").tobytes())


def libsndfile_encodes(pcm: bytes) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.frombuffer(pcm, "<i2"), 8000, format="RAW", subtype="ULAW")
    return file.getvalue()


def test_every_code_decodes_as_libsndfile_decodes_it() -> None:
    codes = bytes(range(256))
    assert audio.mulaw_decode(codes) == libsndfile_decodes(codes)


def test_every_sample_encodes_as_near_as_libsndfile_encodes_it() -> None:
    samples = np.arange(-32768, 32768)
    ours = np.frombuffer(audio.mulaw_decode(audio.mulaw_encode(every_sample())), "<i2").astype(int)
    theirs = np.frombuffer(audio.mulaw_decode(libsndfile_encodes(every_sample())), "<i2").astype(int)
    step = np.maximum(8, (np.abs(samples) + 132) / 16)  # encoders may differ at the edge between two codes
    assert (np.abs(ours - theirs) <= step).all()
    assert np.mean(ours != theirs) < 0.01
    in_range = np.abs(samples) <= 32635
    assert (np.abs(ours - samples)[in_range] <= step[in_range] / 2 + 4).all()


def test_every_code_survives_decoding_and_encoding() -> None:
    codes = bytes(code for code in range(256) if code != 0x7F)  # 0x7F is "minus zero"
    assert audio.mulaw_encode(audio.mulaw_decode(codes)) == codes
    assert audio.mulaw_encode(audio.silence(0.001)) == bytes([audio.MULAW_SILENCE]) * 8


@given(st.binary(max_size=200))
def test_no_bytes_break_the_codec(pcm: bytes) -> None:
    assert len(audio.mulaw_decode(audio.mulaw_encode(pcm))) == len(pcm) // 2 * 2


@pytest.mark.parametrize(
    ("rate_hz", "channels", "subtype"), [(8000, 1, "PCM_16"), (44100, 2, "FLOAT"), (16000, 1, "ULAW")]
)
def test_any_wav_is_read_at_the_rate_asked_for(tmp_path: Path, rate_hz: int, channels: int, subtype: str) -> None:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz)
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.column_stack([wave] * channels), rate_hz, subtype=subtype)
    for wanted_hz in (8000, 16000):
        pcm = audio.read_audio(path, wanted_hz)
        assert audio.pcm_length_s(pcm, wanted_hz) == pytest.approx(1.0, abs=0.001)
        assert audio.level_db(pcm) == pytest.approx(-9.03, abs=0.2)
        assert loudest_hz(pcm, wanted_hz) == pytest.approx(440, abs=2)


def loudest_hz(pcm: bytes, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(np.frombuffer(pcm, "<i2").astype(float)))
    return float(np.argmax(spectrum) * rate_hz / (len(pcm) // 2))


def test_a_wav_comes_back_as_it_was_written(tmp_path: Path) -> None:
    pcm = audio.tone([440, 480], 0.25)
    audio.write_wav(tmp_path / "a.wav", pcm)
    assert audio.read_audio(tmp_path / "a.wav") == pcm
    assert audio.read_audio(audio.wav_bytes(pcm)) == pcm
    assert audio.read_audio(audio.wav_bytes(b"")) == b""


@pytest.mark.parametrize("content", [b"", b"RIFF", b"hello, I am a letter" * 20])
def test_what_is_not_sound_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.wav"
    path.write_bytes(content)
    with pytest.raises(audio.AudioError, match=r"letter\.wav: not a sound file"):
        audio.read_audio(path)
    with pytest.raises(audio.AudioError, match="these bytes"):
        audio.read_audio(content)
    with pytest.raises(audio.AudioError, match="there is no file"):
        audio.read_audio(tmp_path / "nowhere.wav")


def test_resampling_keeps_the_length_and_the_pitch() -> None:
    pcm = audio.tone([700], 0.5)
    wide = audio.resample(pcm, 8000, 16000)
    assert audio.pcm_length_s(wide, 16000) == pytest.approx(0.5, abs=0.001)
    assert loudest_hz(wide, 16000) == pytest.approx(700, abs=3)
    assert audio.resample(pcm, 8000, 8000) == pcm
    assert audio.resample(b"", 8000, 16000) == b""


def test_a_tone_has_the_length_level_and_pitch_asked_for() -> None:
    pcm = audio.tone([350, 440], 1.0, level=0.5)
    assert audio.pcm_length_s(pcm) == 1.0
    peak = np.abs(np.frombuffer(pcm, "<i2")).max() / 32768
    assert 0.4 < peak <= 0.5
    assert audio.mulaw_length_s(audio.mulaw_encode(audio.beep())) == 0.4


def test_silence_is_the_quietest_there_is() -> None:
    assert audio.level_db(audio.silence(0.1)) == audio.level_db(b"") == -120.0
    assert len(audio.silence(0.1)) == 1600


def test_hold_music_is_the_same_every_time_soft_and_never_stops_sounding() -> None:
    music = audio.hold_music(8.0)
    audio.hold_music.cache_clear()
    assert audio.hold_music(8.0) == music
    assert audio.pcm_length_s(music) == 8.0
    assert np.abs(np.frombuffer(music, "<i2")).max() < 32768 * 0.5
    seconds = [audio.level_db(music[start : start + 16000]) for start in range(0, len(music), 16000)]
    assert all(-40 < level < -12 for level in seconds)


def test_trimming_leaves_only_a_little_silence_around_a_sound() -> None:
    padded = audio.silence(0.5) + audio.tone([440], 1.0) + audio.silence(0.7)
    assert audio.pcm_length_s(audio.trimmed(padded)) == pytest.approx(1.1, abs=0.01)
    assert audio.trimmed(audio.silence(1.0)) == b""
    assert audio.trimmed(audio.tone([440], 1.0)) == audio.tone([440], 1.0)


def test_normalising_puts_the_peak_where_asked() -> None:
    pcm = audio.peak_normalised(audio.tone([440], 0.2, level=0.02), peak_db=-6.0)
    assert np.abs(np.frombuffer(pcm, "<i2")).max() == pytest.approx(32768 * 10**-0.3, rel=0.01)
    assert audio.peak_normalised(audio.silence(0.1)) == audio.silence(0.1)
    assert audio.peak_normalised(b"") == b""
