"""Brings the database up to this program's tables, from Python, whoever starts first."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine

from ivr.ports import OutsideError
from ivr.records.database import engine_for, told_plainly

MIGRATIONS = Path(__file__).parent / "migrations"

MIGRATION_S = 120.0
"""How long a process waits while another one migrates; a guess for a large table."""

_one_thread = threading.Lock()  # Alembic keeps its environment in a global


def migrate(engine: Engine) -> None:
    """Make or change the tables as needed. Safe to repeat, and from many processes at once: one does it, others wait.

    Raises:
        OutsideError: when the database was made by a newer program, or fails.
    """
    patient = engine_for(engine.url, busy_s=MIGRATION_S)
    scripts = ScriptDirectory(str(MIGRATIONS))

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)

    try:
        # One transaction for everything, and it begins with the write lock.
        with (
            told_plainly(),
            _one_thread,
            patient.begin() as connection,
            EnvironmentContext(Config(), scripts, fn=steps) as environment,
        ):
            environment.configure(connection=connection, transactional_ddl=True)
            environment.run_migrations()
    except CommandError as error:
        hint = "The database was made by a newer version of this program: start that one, or restore a backup."
        raise OutsideError(f"{hint} ({error})", retry=False) from error
    finally:
        patient.dispose()
