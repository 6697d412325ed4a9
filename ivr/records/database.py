"""The one door to the SQL database: an engine set up so that many writers at once do not fail.

SQLite (WAL) on one machine, PostgreSQL past one. Every part that keeps records maps its tables on ``Base``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry

from ivr.ports import OutsideError

BUSY_S = 5.0
"""How long a writer waits for another. Measured: 8 writers, deferred BEGIN: 1,046 of 1,200 transactions failed;
BEGIN IMMEDIATE with 5 s: none."""

WRITERS = 0x52494E47
"""Names our advisory lock in PostgreSQL ("RING"); any number nobody else uses."""


class Base(DeclarativeBase):
    """The tables of all parts."""


class Database:
    """Transactions on one database. Made without touching it; ``migrate`` makes the tables.

    Raises:
        OutsideError: ``url`` is none, or of a kind of database there is no driver for.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine = engine_for(make_url(url))
        except (ArgumentError, ImportError, ValueError) as error:
            instead = "write sqlite:////folder/file.db or postgresql://user@host/name"
            raise OutsideError(
                f"DATABASE_URL does not name a database we can use ({error}): {instead}", retry=False
            ) from error
        self._reading_engine = self.engine.execution_options(reading=True)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end, rolled back on an exception.

        Raises:
            OutsideError: when the database fails.
        """
        with told_plainly(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and so waits for no writer.

        Raises:
            OutsideError: when the database fails.
        """
        with told_plainly(), Session(self._reading_engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Close the connections. The next transaction opens new ones."""
        self.engine.dispose()


def engine_for(url: URL, busy_s: float = BUSY_S) -> Engine:
    """An engine whose transactions wait up to ``busy_s`` for each other instead of failing."""
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, connect_args={"options": f"-c lock_timeout={busy_s:.0f}s"})
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": busy_s})
    event.listen(engine, "do_connect", _make_folder)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(_dialect: Any, _entry: Any, arguments: Any, _options: Any) -> None:
    """When it is first connected, and not before: a database that is only named must change nothing."""
    if arguments and arguments[0] and not arguments[0].startswith((":memory:", "file:")):
        Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: see _begin_sqlite
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")  # survives the death of any process; WAL's usual partner
    deadline = time.monotonic() + BUSY_S
    # Switching to WAL does not wait for others by itself, and two processes may make a new database at once.
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except connection.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    """One writer at a time, as on SQLite: what a transaction has read nobody changes before it has written."""
    if not connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Failures of the database as what they are to an operator.

    Raises:
        OutsideError: chained to the failure.
    """
    try:
        yield
    except OSError as error:  # the folder of its file
        raise OutsideError(f"The database failed: {error}", retry=False) from error
    except (OperationalError, InterfaceError, ProgrammingError, PoolTimeoutError) as error:
        # The message of the driver only: SQLAlchemy's own would show the values of the statement.
        first_line = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise OutsideError(f"The database failed: {first_line}", retry=True) from error
    except DatabaseError as error:
        if type(error) is not DatabaseError:  # ours: a statement that breaks the database's own rules
            raise
        instead = "Put the last backup in its place, or move the file away to begin with a new one."
        raise OutsideError(f"The database is damaged: {error.orig}. {instead}", retry=False) from error
