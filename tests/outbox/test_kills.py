"""A process is killed between writing an errand down and doing it, and between doing it and saying so."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.outbox import Delivery, Errand, Outbox
from ivr.outbox.store import LEASE_S
from ivr.records import Database
from tests.outbox.conftest import Clock

PROGRAM = """
import os, signal, sys
from ivr.outbox import Delivery, Errand, Outbox
from ivr.records import Database

url, letters, when = sys.argv[1:]

def die(errand):
    os.kill(os.getpid(), signal.SIGKILL)

def send(errand):
    with open(letters, "a") as file:
        file.write(errand.key + "\\n")
        file.flush()
        os.fsync(file.fileno())
    if when == "after":
        die(errand)

outbox = Outbox(lambda: Database(url), lambda: 1_000_000.0)
outbox.put(Errand("call-1", "email", {"to": "jo@northwind.example"}))
if when == "written":
    die(None)
Delivery(outbox, {"email": die if when == "before" else send}).run_due()
"""


@pytest.mark.parametrize(("when", "copies"), [("written", 1), ("before", 1), ("after", 2)])
def test_a_letter_arrives_whenever_its_sender_is_killed_and_a_second_copy_has_the_same_key(
    tmp_path: Path, outbox: Outbox, database: Database, clock: Clock, when: str, copies: int
) -> None:
    letters = tmp_path / "letters"
    command = [sys.executable, "-c", PROGRAM, str(database.engine.url), str(letters), when]
    assert subprocess.run(command, timeout=60, check=False).returncode == -signal.SIGKILL  # noqa: S603

    def send(errand: Errand) -> None:
        assert errand.data == {"to": "jo@northwind.example"}
        with letters.open("a") as file:
            file.write(f"{errand.key}\n")

    delivery = Delivery(outbox, {"email": send})
    clock.at_s += LEASE_S
    assert delivery.run_due() == 1
    clock.at_s += 10 * LEASE_S
    assert delivery.run_due() == 0
    assert letters.read_text().splitlines() == ["call-1"] * copies
