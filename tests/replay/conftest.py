from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from ivr.flows import FlowBook, read_flows, step
from ivr.flows.call import Call
from ivr.flows.events import Event, Started
from ivr.records import Database, SqlCallRecords
from ivr.replay import Replayer, Verdict
from ivr.skillset import SkillMaker
from tests.conftest import CALLER, LINE, MONDAY_NOON, opened_with_tables

NUMBERS = itertools.count(1)

Judge: TypeAlias = Callable[[str, str, Sequence[Event]], Verdict]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = opened_with_tables(tmp_path / "ringdown.db")
    yield opened
    opened.close()


@pytest.fixture
def records(database: Database) -> SqlCallRecords:
    return SqlCallRecords(database)


def stored(records: SqlCallRecords, call: Call, events: Sequence[Event]) -> Mapping[str, Any]:
    """The call as the records give it back, each as another one."""
    call = replace(call, id=f"{call.id}-{next(NUMBERS)}")
    records.save_call(call, events)
    record = records.call(call.id)
    assert record is not None
    return record


def had(book: FlowBook, events: Sequence[Event], call_id: str = "CA1") -> tuple[Call, list[Event]]:
    """A call to ``book`` in which ``events`` happen after the ring."""
    everything = [Started(MONDAY_NOON, LINE, CALLER), *events]
    call = Call(call_id)
    for event in everything:
        call, _ = step(call, event, book)
    return call, everything


@pytest.fixture
def judge(records: SqlCallRecords, skills: SkillMaker) -> Judge:
    """What becomes of a call had on one flow file when it is run on another."""

    def verdict(was: str, now: str, events: Sequence[Event]) -> Verdict:
        record = stored(records, *had(read_flows(was, skills), events))
        return Replayer(read_flows(now, skills), skills).judge(record, was)

    return verdict
