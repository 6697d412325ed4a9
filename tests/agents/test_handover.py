"""What is handed along with a caller: the whole way here, and no secret."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from ivr.agents.context import PARAMETERS_BYTES, context_of
from ivr.agents.context import parameters as parameters_of
from ivr.agents.handover import Handover, handover_from_json, handover_of
from ivr.agents.routing import Routing
from ivr.flows.actions import Transfer
from ivr.flows.call import MASK, Call

CALL = Call(
    "CA1",
    "+15035550100",
    "+15035550123",
    started_s=900.0,
    now_s=990.0,
    variables={"intent": "a tent", "intent_confidence": 0.72, "pin": "4711"},
    secrets=("pin",),
    path=tuple(f"step.{number}" for number in range(40)),
    misheard=2,
    silences=1,
)


def handed(call: Call = CALL) -> Handover:
    return handover_of(call, 3, Transfer("queue sales", "Wants a tent."), (), 1000.0, transfer_id="CA1-3")


def parameters(handover: Handover) -> dict[str, str]:
    return parameters_of(context_of(handover, Routing(()), 1000.0))


def test_the_way_of_the_call_is_handed_along_and_comes_back_from_json() -> None:
    handover = handed()
    assert (handover.intent, handover.intent_confidence) == ("a tent", 0.72)
    assert (handover.misheard, handover.silences, handover.started_s) == (2, 1, 900.0)
    assert handover.path == CALL.path
    assert "intent_confidence" not in handover.collected
    assert handover_from_json(json.loads(json.dumps(asdict(handover)))) == handover


def test_the_ring_carries_the_course_of_the_call_after_everything_else_and_fits() -> None:
    told = parameters(handed())
    assert list(told)[:4] == ["transfer", "call", "intent", "brief"]
    assert (told["intent_confidence"], told["misheard"], told["silences"]) == ("0.72", "2", "1")
    assert told["path"].split() == list(CALL.path[-6:])
    assert told["pin"] == MASK
    long = parameters(handed(replace(CALL, variables={"intent": "x" * 900})))
    assert sum(len((name + value).encode()) for name, value in long.items()) <= PARAMETERS_BYTES


@pytest.mark.parametrize("odd", ["very", None, 2, -0.1, float("nan"), {"a": 1}])
def test_a_confidence_that_is_none_is_not_told(odd: Any) -> None:
    handover = handed(CALL.set("intent_confidence", odd))
    assert handover.intent_confidence is None
    assert "intent_confidence" not in parameters(handover)
