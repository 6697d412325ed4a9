"""A recording is whole somewhere at every moment, whatever fails on its way to where it rests. A real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ivr import audio
from ivr.outbox import Delivery, Errand, Outbox
from ivr.ports import Hearing, OutsideError
from ivr.storage import Bucket, Keys, Vault
from ivr.storage.vault import LAID_OUT_S
from tests.conftest import opened_with_tables
from tests.outbox.conftest import Clock
from voicemail.removal import Removal
from voicemail.rows import REVIEWED_S
from voicemail.store import Voicemails

FILE = "VM1.wav"
SOUND = audio.wav_bytes(audio.tone([300.0], 1.0))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    made = boto3.client(
        "s3", endpoint_url=f"http://{host}:{port}", aws_access_key_id="key", aws_secret_access_key="made up",  # noqa: S106
        region_name="us-east-1",
    )  # fmt: skip
    made.create_bucket(Bucket="messages")
    made.close()
    yield f"http://key:made%20up@{host}:{port}/messages/ivr"
    moto.stop()


@pytest.fixture
def bucket(server: str) -> Iterator[Bucket]:
    made = Bucket(server)
    yield made
    for name in (FILE, FILE + ".sealed"):
        made.remove(name)
    made.close()


def vault(folder: Path, keys: Keys | None = None, bucket: Bucket | None = None, clock: Clock | None = None) -> Vault:
    (folder / "r").mkdir(exist_ok=True)
    return Vault(folder / "r", folder / "out", keys, bucket, clock or Clock())


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "r").iterdir())


@pytest.mark.parametrize("has_keys", [False, True])
@pytest.mark.parametrize("has_bucket", [False, True])
def test_what_settles_can_be_heard_again_and_nothing_else_is_left(
    tmp_path: Path, bucket: Bucket, has_keys: bool, has_bucket: bool
) -> None:
    clock = Clock()
    keys = Keys(["a long enough secret"]) if has_keys else None
    kept = vault(tmp_path, keys, bucket if has_bucket else None, clock)
    (tmp_path / "r" / FILE).write_bytes(SOUND)
    for _ in range(2):
        kept.settle(FILE)
    name = FILE + ".sealed" if has_keys else FILE
    assert left(tmp_path) == ([] if has_bucket else [name])
    assert bucket.has(name) is has_bucket
    for _ in range(2):
        path = kept.readable(FILE)
        assert path is not None
        assert path.read_bytes() == SOUND
    clock.at_s += LAID_OUT_S + 1
    kept.tidy()
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []
    kept.remove(FILE)
    kept.remove(FILE)
    assert kept.readable(FILE) is None
    assert (left(tmp_path), bucket.has(name)) == ([], False)


def test_a_store_that_is_away_costs_nothing_and_the_next_try_finds_where_it_was(tmp_path: Path, bucket: Bucket) -> None:
    keys = Keys(["a long enough secret"])
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / FILE).write_bytes(SOUND)
    with pytest.raises(OutsideError) as away:
        vault(tmp_path, keys, Bucket("http://key:secret@127.0.0.1:1/messages")).settle(FILE)
    assert away.value.retry
    assert left(tmp_path) == [FILE + ".sealed"]
    vault(tmp_path, keys, bucket).settle(FILE)
    assert left(tmp_path) == []
    path = vault(tmp_path, keys, bucket).readable(FILE)
    assert path is not None
    assert path.read_bytes() == SOUND


def test_who_is_killed_between_sealing_and_tidying_up_loses_nothing(tmp_path: Path) -> None:
    kept = vault(tmp_path, Keys(["a long enough secret"]))
    (tmp_path / "r" / FILE).write_bytes(SOUND)
    kept.settle(FILE)
    (tmp_path / "r" / FILE).write_bytes(SOUND)  # as if the sound had not been taken away yet
    kept.settle(FILE)
    assert left(tmp_path) == [FILE + ".sealed"]
    without = vault(tmp_path, None, Bucket("http://key:secret@127.0.0.1:1/messages"))
    with pytest.raises(OutsideError, match="IVR_RECORDING_KEYS"):
        without.readable(FILE)


@pytest.mark.parametrize("url", ["s3://messages", "https://host/bucket", "https://key:secret@host", "https://key:s@/b"])
def test_a_bucket_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="write https"):
        Bucket(url)


def test_a_message_settles_when_it_is_written_down_and_is_still_heard_and_deleted(
    tmp_path: Path, bucket: Bucket
) -> None:
    clock = Clock()
    database = opened_with_tables(tmp_path / "ringdown.db")
    outbox = Outbox(lambda: database, clock)
    kept = Vault(tmp_path / "r", tmp_path / "out", Keys(["a long enough secret"]), bucket, clock)
    store = Voicemails(database, tmp_path / "r", lambda _: None, clock=clock, outbox=outbox, vault=kept)

    def settle(errand: Errand) -> None:
        store.settle(str(errand.data["id"]))

    delivery = Delivery(outbox, {"settle": settle, "message": lambda _: None})
    writer = store.start("CA1", "support", "+15035550144", clock.at_s)
    writer.write(audio.tone([300.0], 1.0))
    writer.finish("hangup")
    delivery.run_due()
    assert left(tmp_path) == [f"{writer.id}.wav"]
    claimed = store.claim(writer.id)
    assert claimed is not None
    store.transcribed(claimed, Hearing("hello", 0.9))
    clock.at_s += REVIEWED_S
    delivery.run_due()
    assert (left(tmp_path), outbox.open(10)) == ([], [])
    path = store.sound(claimed)
    assert path is not None
    assert path.read_bytes()[44:] == audio.tone([300.0], 1.0)
    assert Removal(database, store).remove(claimed)
    assert store.sound(claimed) is None
    assert not bucket.has(f"{writer.id}.wav.sealed")
    database.close()
