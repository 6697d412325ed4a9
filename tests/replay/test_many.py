"""Many calls, on all cores: the same verdicts as one after another, in the same order."""

from __future__ import annotations

import threading

import pytest

from ivr.flows import FlowBook
from ivr.records import SqlCallRecords
from ivr.replay import Replayer, replay_calls
from ivr.replay.many import CHUNK, FEW
from ivr.skillset import SkillMaker
from tests.conftest import ROOT
from tests.replay.callers import random_calls

pytestmark = pytest.mark.no_cover  # a thousand calls run the lines that one runs

TEXT = (ROOT / "flows.yaml").read_text(encoding="utf-8")
EDITED = TEXT.replace("to: queue sales\n", "to: agent sam\n")
COUNT = FEW + CHUNK + 7


def keep(records: SqlCallRecords, shop: FlowBook, count: int) -> None:
    for call, events in random_calls(shop, count):
        records.save_call(call, events)


def texts(version: str) -> str | None:
    del version
    return TEXT


def test_two_processes_find_what_one_finds_in_the_same_order(
    records: SqlCallRecords, shop: FlowBook, skills: SkillMaker
) -> None:
    keep(records, shop, COUNT)
    told: list[int] = []
    verdicts = replay_calls(records.finished(), texts, EDITED, skills, processes=2, done=told.append)
    assert sum(told) == len(verdicts) == COUNT
    assert [one.call for one in verdicts] == [record["id"] for record in records.calls(COUNT)]
    assert {one.how for one in verdicts} == {"ends differently", "same"}
    assert verdicts == replay_calls(records.finished(), texts, EDITED, skills, processes=1)


def test_a_process_with_threads_does_it_too(records: SqlCallRecords, shop: FlowBook, skills: SkillMaker) -> None:
    keep(records, shop, FEW + 1)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        verdicts = replay_calls(records.finished(), texts, TEXT, skills, processes=2)
    finally:
        over.set()
        thread.join()
    assert [one.how for one in verdicts] == ["same"] * (FEW + 1)


def test_a_few_calls_are_judged_here_and_now(records: SqlCallRecords, shop: FlowBook, skills: SkillMaker) -> None:
    keep(records, shop, 3)
    told: list[int] = []
    verdicts = replay_calls(records.finished(), texts, TEXT, skills, done=told.append)
    assert told == [1, 1, 1]
    one = Replayer(shop, skills)
    assert verdicts == [one.judge(record, TEXT) for record in records.finished()]


def test_the_newest_calls_come_first_and_only_those_that_are_over(records: SqlCallRecords, shop: FlowBook) -> None:
    keep(records, shop, 5)
    (call, events) = random_calls(shop, 6)[5]
    records.save_call(call.__class__("CAlive", started_s=call.started_s), events[:1])
    assert [record["id"][-1] for record in records.finished(limit=2)] == ["4", "3"]
    since_s = random_calls(shop, 3)[2][0].started_s
    assert records.count(since_s) == len([*records.finished(since_s)]) == 3
    assert records.count() == 5
