"""The database under many writers, and its migrations."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import ivr.accounts.tables
import ivr.outbox.tables
import ivr.records.agent_states
import ivr.records.callbacks
import ivr.records.carrier_copies
import ivr.records.copies
import ivr.records.holds
import ivr.records.live_calls
import ivr.records.texts
import ivr.records.tickets
import ivr.records.to_fetch
import ivr.records.traffic
import voicemail.owner_tables
import voicemail.tables
from ivr.ports import OutsideError
from ivr.records import Base, Database, migrate

TABLES_OF_ALL_PARTS = (
    ivr.accounts.tables,
    ivr.outbox.tables,
    ivr.records.agent_states,
    ivr.records.callbacks,
    ivr.records.carrier_copies,
    ivr.records.holds,
    ivr.records.copies,
    ivr.records.live_calls,
    ivr.records.texts,
    ivr.records.tickets,
    voicemail.owner_tables,
    ivr.records.to_fetch,
    ivr.records.traffic,
    voicemail.tables,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'a folder 100%' / 'ringdown.db'}")
    migrate(opened.engine)
    yield opened
    opened.close()


def is_mapped(name: str | None, kind: str, _parents: object) -> bool:
    """The index of what was said is SQLite's own business."""
    return kind != "table" or not (name or "").startswith("voicemail_search")


def test_the_migrations_make_exactly_the_tables_the_program_maps(database: Database) -> None:
    assert TABLES_OF_ALL_PARTS
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_mapped}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = inspect(database.engine).get_table_names()
    migrate(database.engine)
    assert inspect(database.engine).get_table_names() == before
    assert {"calls", "voicemails"} <= set(before)


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    program = "import sys; from ivr.records import Database, migrate; migrate(Database(sys.argv[1]).engine)"
    url = f"sqlite:///{tmp_path / 'new.db'}"
    command = [sys.executable, "-c", program, url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: S603
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    database = Database(url)
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    database.close()


def test_threads_that_start_together_migrate_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    errors: list[Exception] = []
    together = threading.Barrier(4)

    def start() -> None:
        together.wait()
        try:
            migrate(database.engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    assert errors == []


def test_a_database_of_a_newer_program_is_left_alone_and_named(database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    with pytest.raises(OutsideError, match="newer version"):
        migrate(database.engine)


def test_eight_writers_who_read_before_they_write_never_fail_and_lose_nothing(database: Database) -> None:
    with database.session() as session:
        session.execute(text("CREATE TABLE counter (n INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    failures: list[Exception] = []
    together = threading.Barrier(8)

    def count() -> None:
        together.wait()
        for _ in range(50):
            try:
                with database.session() as session:
                    seen = session.scalar(text("SELECT n FROM counter"))
                    session.execute(text("UPDATE counter SET n = :n"), {"n": seen + 1})
            except OutsideError as error:
                failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        assert session.scalar(text("SELECT n FROM counter")) == 400


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.session() as writing:
        writing.execute(text("CREATE TABLE unfinished (n INTEGER)"))
        with database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'unfinished'")) == 0


def test_sqlite_is_set_up_as_measured(database: Database) -> None:
    with database.reading() as session:
        settings = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
        assert settings == {"journal_mode": "wal", "foreign_keys": 1}
        assert session.scalar(text("PRAGMA busy_timeout")) == 5000


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    def fail_half_way() -> None:
        with database.session() as session:
            session.execute(text("CREATE TABLE half (n INTEGER)"))
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    assert "half" not in inspect(database.engine).get_table_names()


def test_a_failing_statement_is_told_without_the_values_in_it(database: Database) -> None:
    wrong = text("INSERT INTO nowhere VALUES (:card)")
    with pytest.raises(OutsideError) as caught, database.session() as session:
        session.execute(wrong, {"card": "4111111111111111"})
    assert "nowhere" in str(caught.value)
    assert "4111" not in str(caught.value)


def test_a_damaged_database_is_told_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "ringdown.db"
    file.write_bytes(b"This was a database once. " * 200)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(OutsideError, match=r"The database is damaged: file is not a database\. Put the last backup"):
        migrate(database.engine)
    with pytest.raises(OutsideError, match="damaged"), database.reading() as session:
        session.execute(text("SELECT 1 FROM calls"))
    database.close()
