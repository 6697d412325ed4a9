"""``ivr bench inbox``: how soon the inbox answers with 100,000 messages, against the bare SELECT of the same page.

The service runs on a database that was filled before. Each answer is asked for over one open connection, in turns with
the bare statement; CPU of the web process is measured besides, so that other work on the machine does not count.
"""

from __future__ import annotations

import http.client
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.benchmarks.cpu import cpu_s
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.running import running
from ivr.benchmarks.setting import Setting
from ivr.ports import OutsideError
from ivr.records import Database, migrate

MESSAGES = 100_000
MOST_MS = Bar(100.0)
SEED = 20261122
NOW_S = 1_795_464_000.0
FEWEST = 5
BARE = "the bare SELECT of the page"

SENTENCES = """please call me back about my order the tent came with a hole in the door i would like to know when the
new boots arrive thank you this is dana from portland my number has not changed can you repair a stove before friday we
are leaving for the coast on saturday and need two more sleeping bags good bye"""
RARE = "kayak"
"""Said in one message of a thousand."""

COLUMNS = (
    "id, call_id, mailbox, caller, at_s, state, duration_s, ended_by, text, confidence, words, reason, tries, next_s, "
    "status, urgent, assignee"
)
PAGE = (
    "SELECT id, mailbox, caller, at_s, state, duration_s, text, status, urgent, assignee FROM voicemails "
    "WHERE state != 'empty' ORDER BY at_s DESC, id LIMIT 51"
)

ASKED = {
    "the page, all messages": "/voicemail?view=all",
    "the page, what is open": "/voicemail?view=open",
    "the page, urgent ones of a mailbox": "/voicemail?view=urgent&mailbox=box3",
    "the page, a word that nearly all have": "/voicemail?view=all&q=please",
    "the page, a word that few have": f"/voicemail?view=all&q={RARE}",
    "the API, 50 messages": "/api/v1/voicemails?limit=50",
    "how many are new (the badge)": "/api/v1/voicemails/waiting",
}


@dataclass(slots=True)
class Took:
    """Seconds, by the clock and of the web process's CPU."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


def inbox(setting: Setting, count: int = MESSAGES) -> Report:
    """Fill a database, and ask for pages of it."""
    with tempfile.TemporaryDirectory(prefix="ringdown-inbox-") as folder:
        file = Path(folder) / "inbox.db"
        setting.tell(f"leaving {count} messages")
        fill(file, count)
        settings = replace(setting.settings, database_url=f"sqlite:///{file}")
        with running(settings) as service, closing(sqlite3.connect(file)) as bare:
            setting.tell("looking at them")
            pid = service.pids["web"]
            connection = http.client.HTTPConnection("127.0.0.1", service.settings.port, timeout=30)
            with closing(connection):
                took, alone = _measure(connection, bare, pid, setting.seconds / 2)
    figures = [_figure(what, one.wall_s, alone, MOST_MS) for what, one in took.items()]
    cpu = [_figure(f"  CPU of {what}", one.cpu_s, alone, None) for what, one in list(took.items())[:1]]
    return Report("inbox", [*figures, *cpu], NOTES)


def fill(file: Path, count: int) -> None:
    """So many messages in ten mailboxes; one in ten is new, the others are read or done."""
    database = Database(f"sqlite:///{file}")
    migrate(database.engine)
    database.close()
    values = ", ".join("?" for _ in COLUMNS.split(","))
    with closing(sqlite3.connect(file)) as connection:
        connection.executemany(f"INSERT INTO voicemails ({COLUMNS}) VALUES ({values})", _rows(count))  # noqa: S608
        connection.commit()


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(SEED)  # noqa: S311 - the same messages every time
    common = SENTENCES.split()
    for at in range(count):
        said = chance.choices(common, k=chance.randint(8, 40))
        said[0] = "please" if chance.random() < 0.9 else said[0]
        said += [RARE] if at % 1000 == 0 else []
        words = [
            {"text": word, "start_s": i / 3, "end_s": i / 3 + 0.3, "confidence": 0.9} for i, word in enumerate(said)
        ]
        status = chance.choices(("new", "read", "done"), (1, 2, 7))[0]
        caller = f"+1503555{chance.randrange(10_000):04}"
        row = (f"VM{at:032x}", f"CA{at:032x}", f"box{at % 10}", caller, NOW_S - at * 60, "transcribed", len(said) / 3)
        yield (*row, "hangup", " ".join(said), 0.9, json.dumps(words), "", 1, 0.0, status, at % 50 == 0, "")


def _measure(
    connection: http.client.HTTPConnection, bare: sqlite3.Connection, pid: int, seconds: float
) -> tuple[dict[str, Took], list[float]]:
    took = {what: Took() for what in ASKED}
    alone: list[float] = []
    for path in ASKED.values():  # the first of each reads its part of the file
        _get(connection, path)
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s or len(alone) < FEWEST:
        alone.append(_timed(lambda: bare.execute(PAGE).fetchall()))
        for what, path in ASKED.items():
            before_s = cpu_s(pid)
            took[what].wall_s.append(_timed(lambda path=path: _get(connection, path)))  # type: ignore[misc]
            took[what].cpu_s.append(cpu_s(pid) - before_s)
    return took, alone


def _timed(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return time.perf_counter() - began_s


def _get(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    with connection.getresponse() as answer:
        answer.read()
        if answer.status != 200:
            raise OutsideError(f"{path} was answered with {answer.status}", retry=False)


def _figure(what: str, seconds: list[float], alone: list[float], bar: Bar | None) -> Figure:
    one, other = (percentile(values, 0.5) * 1e3 for values in (seconds, alone))
    return Figure(f"{what}, p50", one, "ms", len(seconds), other, BARE, bar)


NOTES = (
    "A page is whole: the messages, the counts of all views and mailboxes, the badge, and the HTML.",
    "Of messages with a word that nearly all have, the newest 5,000 are looked through.",
)
