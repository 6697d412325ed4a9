"""What was sealed comes out as it was, in any part; what was changed, cut or renamed does not come out at all."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.ports import OutsideError
from ivr.storage import Keys, SealedFile, seal, unseal
from ivr.storage.sealing import CHUNK_BYTES, HEAD_BYTES, PROOF_BYTES

OLD, NEW = "an old secret text", "a newer secret text"
SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 17)
SOUNDS = {size: random.Random(size).randbytes(size) for size in SIZES}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    folder = tmp_path_factory.mktemp("sealed")
    for size, sound in SOUNDS.items():
        (folder / "plain").write_bytes(sound)
        seal(folder / "plain", folder / str(size), Keys([OLD]), "a.wav")
    return {size: (folder / str(size)).read_bytes() for size in SIZES}


def opened(sealed: bytes, *keys: str, name: str = "a.wav") -> SealedFile:
    return SealedFile(io.BytesIO(sealed), Keys(keys or (OLD,)), name)


@settings(max_examples=60)
@given(size=st.sampled_from(SIZES), data=st.data())
def test_any_part_is_read_as_it_was(sealed: dict[int, bytes], size: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size + 10))
    end = data.draw(st.integers(0, size + 10))
    file = opened(sealed[size])
    assert file.length == size
    assert file.read(start, end) == SOUNDS[size][start:end]


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_file_comes_out_as_it_went_in_and_is_no_longer_readable_before(
    sealed: dict[int, bytes], size: int, tmp_path: Path
) -> None:
    (tmp_path / "sealed").write_bytes(sealed[size])
    unseal(tmp_path / "sealed", tmp_path / "plain", Keys([OLD]), "a.wav")
    assert (tmp_path / "plain").read_bytes() == SOUNDS[size]
    assert size < 16 or SOUNDS[size][:16] not in sealed[size]
    assert (tmp_path / "plain").stat().st_mode & 0o077 == 0


@settings(max_examples=60)
@given(size=st.sampled_from(SIZES), data=st.data())
def test_a_changed_byte_is_noticed(sealed: dict[int, bytes], size: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sealed[size]) - 1))
    changed = bytearray(sealed[size])
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(OutsideError):
        opened(bytes(changed)).read(0, size + 1)


@pytest.mark.parametrize("cut", [1, PROOF_BYTES, CHUNK_BYTES + PROOF_BYTES, 2 * (CHUNK_BYTES + PROOF_BYTES)])
def test_a_file_that_was_cut_short_or_renamed_or_swapped_is_refused(sealed: dict[int, bytes], cut: int) -> None:
    whole = sealed[3 * CHUNK_BYTES]
    with pytest.raises(OutsideError, match="changed"):
        opened(whole[:-cut]).read(0, 10**9)
    with pytest.raises(OutsideError, match="changed"):
        opened(whole, name="b.wav").read(0, 1)
    first, second = HEAD_BYTES, HEAD_BYTES + CHUNK_BYTES + PROOF_BYTES
    swapped = whole[:first] + whole[second : 2 * second - first] + whole[first:second] + whole[2 * second - first :]
    with pytest.raises(OutsideError, match="changed"):
        opened(swapped).read(0, 1)


def test_a_new_key_seals_and_old_ones_still_open_until_they_are_taken_away(
    sealed: dict[int, bytes], tmp_path: Path
) -> None:
    assert opened(sealed[1], NEW, OLD).read(0, 1) == SOUNDS[1]
    with pytest.raises(OutsideError, match="IVR_RECORDING_KEYS"):
        opened(sealed[1], NEW)
    (tmp_path / "plain").write_bytes(b"sound")
    seal(tmp_path / "plain", tmp_path / "new", Keys([NEW, OLD]), "a.wav")
    assert opened((tmp_path / "new").read_bytes(), NEW).read(0, 5) == b"sound"
    with pytest.raises(ValueError, match="characters"):
        Keys([NEW, "short"])
    with pytest.raises(OutsideError, match="not a sealed recording"):
        opened(b"RIFF")
