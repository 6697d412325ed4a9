"""The chaos benchmark notices every promise that is broken, and finds none on a few calls."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from click.testing import CliRunner

import app
from ivr.benchmarks.chaos_caller import MESSAGE, ChaosCaller, Exchange
from ivr.benchmarks.chaos_tally import ANSWER_WITHIN_S, Tally
from ivr.benchmarks.report import Bar, Figure, Report
from ivr.benchmarks.setting import Setting
from ivr.commands.bench import bench
from ivr.exchange.clock import Clock
from ivr.exchange.timeline import Timeline
from ivr.exchange.webhooks import Webhooks
from ivr.ports import message_id
from ivr.wiring.chaos_trial import Outcome, accounted
from voicemail.mailbox import Message, State

SEED = 4
"""Of its first callers some leave a message."""
TIMED = "15 s", "valid answer"


def test_a_few_calls_lose_nothing_though_parts_are_killed(parts: app.Parts) -> None:
    result = CliRunner().invoke(bench, ["chaos", "--calls", "4", "--seed", str(SEED), "--json"], obj=parts)
    report = json.loads(result.stdout)
    missed = [figure["what"] for figure in report["figures"] if figure["met"] is False]
    assert [one for one in missed if not any(word in one for word in TIMED)] == [], report["notes"]
    assert result.exit_code == bool(missed)
    values = {figure["what"]: figure["value"] for figure in report["figures"]}
    assert values["calls"] >= 4
    assert sum(value for what, value in values.items() if what.startswith("kills")) >= 1
    assert values["messages left"] >= 1


def lost(_setting: Setting) -> Report:
    """A benchmark that finds a message lost."""
    return Report("chaos", [Figure("messages lost", 1, "", 1, bar=Bar(0))], promised=True)


def test_a_broken_promise_ends_the_command_with_one(parts: app.Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.commands.bench.BENCHMARKS", {"chaos": f"{__name__}:{lost.__name__}"})
    result = CliRunner().invoke(bench, ["chaos"], obj=parts)
    assert result.exit_code == 1
    assert "A promise is broken: messages lost." in result.stderr


@pytest.mark.parametrize(
    ("stages", "where"),
    [
        (["one", "two"], {"next": 2}),
        (["one", "two", "two"], {"next": 2, "same": 1}),
        (["one", "two", "one"], {"next": 2, "previous": 1}),
    ],
)
def test_a_caller_knows_where_a_call_goes_on(stages: list[str], where: dict[str, int]) -> None:
    caller = _caller()
    for stage in stages:
        caller.asked(stage)
    assert caller.exchange.tally.asked == where
    assert caller.exchange.tally.astray == []


@pytest.mark.parametrize("stages", [["one", "three"], ["one", "two", "three", "one"], ["Sorry, something went wrong."]])
def test_a_call_that_goes_on_elsewhere_went_astray(stages: list[str]) -> None:
    caller = _caller()
    for stage in stages:
        caller.asked(stage)
    assert len(caller.exchange.tally.astray) == 1


def test_an_answer_after_fifteen_seconds_is_none() -> None:
    tally = Tally()
    tally.waited("CA1", "a question", ANSWER_WITHIN_S)
    tally.waited("CA1", "a question", ANSWER_WITHIN_S + 0.1)
    assert len(tally.unanswered) == 1


def test_messages_that_are_missing_or_there_twice_are_noticed() -> None:
    tally = Tally()
    recorded, missed, spoken = (_caller(tally) for _ in range(3))
    recorded.visit.told += ["RE1", "RE2"]
    missed.visit.told.append("RE3")
    spoken.visit.spoken = 1
    kept = [_message(message_id(recorded.call_id, sid), recorded.call_id) for sid in ("RE1", "RE2")]
    once = [_message("VM1", spoken.call_id)]
    twice = [*once, _message("VM2", spoken.call_id)]
    fragment = replace(_message("VM3", spoken.call_id), ended_by="hangup")

    assert _found(tally, kept + once) == (1, 0, 3)
    assert _found(tally, [*kept[:1], *twice]) == (2, 1, 3)
    assert _found(tally, [*kept, *once, fragment]) == (1, 0, 3)


def test_only_promises_that_are_missed_are_broken() -> None:
    figures = [Figure("lost", 1, "", 1, bar=Bar(0)), Figure("calls", 1, "", 1)]
    assert Report("chaos", figures, promised=True).broken == ["lost"]
    assert Report("turns", figures).broken == []


def _caller(tally: Tally | None = None) -> ChaosCaller:
    clock = Clock()
    exchange = Exchange(Webhooks("", clock, Timeline(clock)), "AC0", "", "", "", (), tally or Tally())
    caller = ChaosCaller(exchange, MESSAGE, "+14155550123", socket=False, chance=random.Random(1))
    caller.visit.finished = True
    return caller


def _message(name: str, call_id: str) -> Message:
    return Message(name, call_id, "support", "", 0.0, State.TRANSCRIBED, ended_by="key")


def _found(tally: Tally, messages: list[Message]) -> tuple[int, int, int]:
    lost, doubled, left = accounted(Outcome(tally, tuple(messages), len(messages), (), 0))
    return len(lost), len(doubled), left
