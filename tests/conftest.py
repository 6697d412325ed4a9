"""Shared fixtures: a company at a chosen time of day, and a caller who talks to it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from ivr.channels.text import TextCall
from ivr.flows import FlowBook, read_flows
from ivr.flows.actions import Action
from ivr.flows.call import Call
from ivr.flows.events import Event
from ivr.outbox import Outbox
from ivr.ports import OutsideError, Session
from ivr.records import Database
from ivr.records import migrate as make_tables
from ivr.redis_server import RedisServer
from ivr.runtime import Runtime
from ivr.sessions.memory import MemorySessions
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.postgres import Postgres, postgres_server

ROOT = Path(__file__).resolve().parent.parent

SHARED = {"IVR_CACHE": str(ROOT / "data" / "cache")}
"""Settings for every test with data of its own: tables and prompts that take seconds to make are made once."""
os.environ |= SHARED

settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

LINE = "+15035550100"
CALLER = "+14155550123"
CALL_ID = "CA" + "0" * 32


def at(local: str, zone: str = "America/Los_Angeles") -> float:
    """Epoch seconds of a local time such as ``2026-11-23 12:00``."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp()


MONDAY_NOON = at("2026-11-23 12:00")


@dataclass(frozen=True)
class OneBook:
    """A book that never changes."""

    book: FlowBook

    def current(self) -> FlowBook:
        return self.book

    def version(self, version: str) -> FlowBook:
        assert version == self.book.version
        return self.book


@dataclass
class Kept:
    """Call records in memory: the latest of each call, with its events."""

    saved: dict[str, tuple[Call, Sequence[Event]]] = field(default_factory=dict)

    def save_call(self, call: Call, events: Sequence[Event]) -> None:
        self.saved[call.id] = (call, events)

    def call(self, call_id: str) -> Mapping[str, Any] | None:
        return {"id": call_id, "call": self.saved[call_id]} if call_id in self.saved else None

    def calls(self, limit: int = 50) -> list[Mapping[str, Any]]:
        kept: list[Mapping[str, Any]] = [{"id": call_id} for call_id in self.saved]
        return kept[:limit]


@dataclass
class Caller:
    """Somebody on the phone with the company, by text. ``texted`` are the messages they got."""

    book: FlowBook
    now_s: float = MONDAY_NOON
    line: str = LINE
    no_texts: bool = False
    texted: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    records: Kept = field(default_factory=Kept)

    def __post_init__(self) -> None:
        books, services = OneBook(self.book), {"sms": self._text}
        self.runtime = Runtime(
            MemorySessions(), self.records, books, lambda topic, data: None, lambda: self.now_s, services
        )
        self.call = TextCall(self.runtime, CALL_ID)

    def _text(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.no_texts:
            raise OutsideError("the message could not be sent", retry=False)
        assert (args["to"], args["from"]) == (CALLER, self.line)
        self.texted.append(str(args["body"]))
        return {"sid": "SM1"}

    def rings(self, line: str = "") -> Caller:
        self.lines = self.call.dial(line or self.line, CALLER)
        return self

    def says(self, text: str, confidence: float = 1.0) -> Caller:
        self.lines = self.call.say(text, confidence)
        return self

    def presses(self, keys: str) -> Caller:
        self.lines = self.call.press(keys)
        return self

    def waits(self) -> Caller:
        self.lines = self.call.wait()
        return self

    def leaves_a_message(self, length_s: float) -> Caller:
        self.lines = self.call.leave_message(length_s)
        return self

    @property
    def heard(self) -> str:
        """What was heard in answer, as one text."""
        return " ".join(self.lines)

    @property
    def session(self) -> Session:
        assert self.call.session is not None
        return self.call.session

    @property
    def known(self) -> dict[str, Any]:
        return dict(self.session.call.variables)

    @property
    def last(self) -> Action:
        return self.session.actions[-1]


@pytest.fixture(scope="session")
def skills() -> SkillMaker:
    """The real understanding, places, stores and hours."""
    return SkillMaker(Settings.from_env({}, ROOT))


@pytest.fixture(scope="session")
def make_book(skills: SkillMaker) -> Callable[[str], FlowBook]:
    """Reads a flow file."""
    return lambda text: read_flows(text, skills)


@pytest.fixture(scope="session")
def shop(make_book: Callable[[str], FlowBook]) -> FlowBook:
    """The example company that ships."""
    return make_book((ROOT / "flows.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def caller(shop: FlowBook) -> Caller:
    """A caller to the example company, on a Monday at noon."""
    return Caller(shop)


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the test file's own."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    """A client of it, with nothing stored yet."""
    with redis_server.client() as client:
        client.flushall()
        yield client


@cache
def _tables() -> Path:
    """A database with all tables and no rows, made once by this process."""
    folder = tempfile.TemporaryDirectory(prefix="ringdown-tables-")
    atexit.register(folder.cleanup)
    file = Path(folder.name) / "tables.db"
    database = Database(f"sqlite:///{file}")
    make_tables(database.engine)
    database.close()
    return file


def put_tables(file: Path) -> Path:
    """A database is at ``file`` from now on: copied, as making one takes a hundred times as long."""
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_tables(), file)
    return file


def opened_with_tables(file: Path) -> Database:
    """The same, opened."""
    return Database(f"sqlite:///{put_tables(file)}")


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    """An outbox in a database of its own."""
    database = opened_with_tables(tmp_path / "outbox.db")
    yield Outbox(lambda: database)
    database.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this test process."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_tables(postgres: Postgres) -> str:
    """The name of a database with all tables, to be copied."""
    database = Database(postgres.new_url())
    make_tables(database.engine)
    database.close()
    return str(database.engine.url.database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with all tables and no rows, of either kind."""
    if request.param == "postgresql":
        like: str = request.getfixturevalue("postgres_tables")
        opened = Database(request.getfixturevalue("postgres").new_url(like))
    else:
        opened = opened_with_tables(tmp_path / "ringdown.db")
    yield opened
    opened.close()


IN_REAL_TIME = (
    "tests/benchmarks",
    "tests/calling",
    "tests/commands",
    "tests/nodes",
    "tests/setup",
    "tests/web/test_*browser",
)
"""Files whose tests mostly wait: for a call in real time, for processes, for a browser."""
TRACED_CASES = 3
IN_BULK = ("tests/handbook/test_tutorial", "tests/test_mistakes")
"""Files whose tests run what others try one by one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is run untraced, and in which order.

    Tracing doubles the time of what it traces. A law runs the same lines many times, and so do the cases of one test
    and what goes through whole files: the first cases and the other tests cover them.
    """
    cases: Counter[str] = Counter()
    for item in items:
        name = item.nodeid.partition("[")[0]
        cases[name] += 1
        is_law = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if is_law or cases[name] > TRACED_CASES or _is_one_of(item.path, IN_BULK):
            item.add_marker(pytest.mark.no_cover)
    place = {file: number for number, file in enumerate(_spread(list(dict.fromkeys(item.path for item in items))))}
    items.sort(key=lambda item: place[item.path])


def _spread(files: list[Path]) -> list[Path]:
    """Those that wait, from the first on, each with some of the others after it: they must not be what is left."""
    waits = [file for file in files if _is_one_of(file, IN_REAL_TIME)]
    others = [file for file in files if not _is_one_of(file, IN_REAL_TIME)]
    between = len(others) * 2 // (3 * len(waits) + 1)
    spread: list[Path] = []
    for number, file in enumerate(waits):
        spread += [file, *others[number * between : (number + 1) * between]]
    return [*spread, *others[len(waits) * between :]]


def _is_one_of(file: Path, names: Sequence[str]) -> bool:
    name = file.relative_to(ROOT).as_posix()
    return any(fnmatch(name, f"{one}*") for one in names)
