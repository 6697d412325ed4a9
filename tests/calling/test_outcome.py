"""A call that was no proper call is called a failure, with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.calling.clients import Exchange, Service
from ivr.calling.outcome import outcome_of
from ivr.calling.watch import Watch
from ivr.ports import OutsideError

SID = "CA" + "1" * 32
RECORD: dict[str, Any] = {"transcript": [], "variables": {"where": "94107"}, "outcome": "finished", "path": ["main"]}


def watched(*events: tuple[str, dict[str, Any]], record: dict[str, Any] = RECORD) -> Watch:
    nobody = "http://127.0.0.1:9"
    told = [
        {
            "n": n,
            "at_s": float(n),
            "wall_s": float(n),
            "call": SID,
            "what": what,
            "to": "+1503",
            "from": "+1415",
            **more,
        }
        for n, (what, more) in enumerate(events)
    ]
    return Watch(Exchange(nobody, ""), Service(nobody), sid=SID, events=list(told), record=record)


RINGS, TALKS = ("status", {"status": "ringing"}), ("status", {"status": "in-progress"})
OVER = ("status", {"status": "completed"})
BROKEN = ("error", {"number": 31921, "message": "the connection broke"})


def test_a_call_that_ended_well_is_no_failure_and_tells_what_came_of_it() -> None:
    outcome = outcome_of(watched(RINGS, TALKS, OVER))
    assert (outcome.failure, outcome.outcome, outcome.values["where"]) == ("", "finished", "94107")


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
def test_a_call_nobody_answered_failed(status: str) -> None:
    assert status in outcome_of(watched(RINGS, ("status", {"status": status}))).failure


def test_a_call_that_ended_with_a_refused_document_failed() -> None:
    refused = ("error", {"number": 12100, "message": "not a document"})
    assert outcome_of(watched(RINGS, TALKS, refused, OVER)).failure == "error 12100: not a document"


def test_a_caller_who_gave_up_waiting_had_a_failed_call() -> None:
    assert "gave up" in outcome_of(watched(RINGS, TALKS, ("gave up", {"act": "say"}), OVER)).failure


def test_a_call_that_went_on_after_a_broken_stream_did_not_fail() -> None:
    back = ("stream", {"state": "started", "stream": "MZ1", "url": "ws://x"})
    assert outcome_of(watched(RINGS, TALKS, BROKEN, back, OVER)).failure == ""
    assert outcome_of(watched(RINGS, TALKS, BROKEN, OVER)).failure


def test_a_call_the_service_never_saw_failed() -> None:
    assert "knows nothing" in outcome_of(watched(RINGS, TALKS, OVER, record={})).failure


def test_an_exchange_that_is_not_there_is_an_error_for_the_operator() -> None:
    with pytest.raises(OutsideError, match="does not answer"):
        Exchange("http://127.0.0.1:9", "").status()
