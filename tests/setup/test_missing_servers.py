"""What a service needs and cannot have is told in a sentence, at once, with what to do about it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.ports import OutsideError
from ivr.records import Database, migrate
from ivr.sessions.connection import connected
from ivr.settings import ROOT, Settings
from ivr.supervisor import Service
from tests.conftest import SHARED


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{silent.getsockname()[1]}"


def test_a_worker_without_its_redis_ends_with_a_sentence(nobody: str, tmp_path: Path) -> None:
    environment = {**os.environ, "IVR_DATA": str(tmp_path), "REDIS_URL": f"redis://ivr:geheim@{nobody}/0"}
    command = [sys.executable, str(ROOT / "app.py"), "worker"]
    done = subprocess.run(  # noqa: S603 - ours
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert f"Redis does not answer at redis://ivr:****@{nobody}/0" in done.stderr
    assert "REDIS_URL" in done.stderr
    assert "Trying again may help" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_service_is_not_started_without_the_redis_it_shares(nobody: str, tmp_path: Path) -> None:
    settings = Settings.from_env(
        {**SHARED, "IVR_DATA": str(tmp_path), "REDIS_URL": f"redis://{nobody}/0", "PORT": "1"}, ROOT
    )
    with (
        pytest.raises(OutsideError, match=r"does not answer.*remove REDIS_URL") as caught,
        Service(settings, private=False, or_next_port=True),
    ):
        pass
    assert caught.value.retry
    assert caught.value.__cause__ is not None, "the reason is chained"


def test_what_is_no_address_of_a_redis_is_named() -> None:
    with pytest.raises(OutsideError, match="REDIS_URL=nonsense") as caught:
        connected("nonsense")
    assert not caught.value.retry


@pytest.mark.parametrize("url", ["nonsense", "foo://bar", "mysql://a@b/c"])
def test_what_names_no_database_is_told_with_an_example(url: str) -> None:
    with pytest.raises(OutsideError, match="postgresql://user@host/name") as caught:
        Database(url)
    assert not caught.value.retry


def test_a_database_that_does_not_answer_is_told_without_its_password(nobody: str) -> None:
    database = Database(f"postgresql+psycopg://ivr:geheim@{nobody}/x")
    with pytest.raises(OutsideError, match="The database failed: ") as caught:
        migrate(database.engine)
    database.close()
    assert caught.value.retry
    assert "geheim" not in str(caught.value)


def test_naming_a_database_makes_no_folder(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'new' / 'ringdown.db'}").close()
    assert not list(tmp_path.iterdir())


def test_a_data_folder_that_cannot_be_written_is_told_before_anything_is_started(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    settings = Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path / "file" / "data")}, ROOT)
    with pytest.raises(OutsideError, match="set another IVR_DATA"), Service(settings, private=False):
        pass
