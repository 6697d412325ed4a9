"""A call on record becomes a test that passes and that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.conversations import coverage, play, read_conversations
from ivr.conversations.recording import MADE_UP, record
from ivr.flows import FlowBook
from ivr.flows.call import MASK, Call
from ivr.flows.events import (
    Answered,
    Event,
    Failed,
    Heard,
    HungUp,
    Pressed,
    Recorded,
    Reply,
    Silence,
    Started,
    Unavailable,
    event_to_json,
)
from ivr.flows.interpreter import step
from ivr.ports import OutsideError
from ivr.records.secrets import mask_secrets
from tests.conftest import CALLER, LINE, MONDAY_NOON


def on_record(book: FlowBook, events: Sequence[Event]) -> Mapping[str, Any]:
    """The record of a call with ``events``, as it is kept."""
    call = Call("CA1")
    for event in events:
        call, _ = step(call, event, book)
    shown, kept = mask_secrets(call, events)
    return {"id": "CA1", "outcome": shown.outcome, "events": [event_to_json(event) for event in kept]}


def at(second: float) -> float:
    return MONDAY_NOON + second


STORE_CALL: tuple[Event, ...] = (
    Started(at(0), LINE, CALLER),
    Heard(at(9.5), "store near me", 0.93, ("store near me", "store")),
    Heard(at(17), "nine four one oh seven", 0.41),
    Heard(at(25), "yes", 0.99),
    Silence(at(35)),
    Heard(at(45), "sales", 0.8),
    Unavailable(at(80), "no answer"),
    Recorded(at(99), "VM1", 7.26, "key"),
    HungUp(at(105)),
)


def test_a_recorded_call_passes_as_a_test(shop: FlowBook) -> None:
    text = record(on_record(shop, STORE_CALL), shop)
    (conversation,) = read_conversations(text, "x")
    result = play(conversation, shop)
    assert result.passed, result.difference
    assert result.call.outcome == "caller hung up"
    assert not {("find_store.1", "found"), ("sales.0", "no answer"), ("message.0", "message")} - set(result.trail)


def test_a_recorded_call_reads_as_a_person_would_write_it(shop: FlowBook) -> None:
    lines = record(on_record(shop, STORE_CALL), shop).splitlines()
    assert lines[:6] == [
        "# From the call CA1.",
        "call of 2026-11-23 12:00:00:",
        '  line: "+15035550100"',
        '  from: "+14155550123"',
        "  at: 2026-11-23 12:00:00",
        "  call:",
    ]
    assert "    - says: store near me" in lines
    assert "    - says: {text: nine four one oh seven, confidence: 0.41}" in lines
    assert "    - hears: I heard 9 4 1 0 7. Is that right?" in lines
    assert '    - says: "yes"' in lines
    assert "    - leaves a message: 7.3s" in lines
    assert lines[-1] == "  ends: caller hung up"


def test_a_secret_stays_one(corner_shop: FlowBook) -> None:
    events = (Started(at(0), LINE, CALLER), Pressed(at(5), "3"), Pressed(at(9), "4711"))
    text = record(on_record(corner_shop, events), corner_shop)
    assert "4711" not in text
    assert text.splitlines()[-1] == "  ends: finished"


def test_an_answer_that_was_not_kept_is_made_up_and_said_to_be(corner_shop: FlowBook) -> None:
    events = (Started(at(0), LINE, CALLER), Pressed(at(5), "3"), Heard(at(9), MASK, 0.9))
    kept = {"id": "CA1", "events": [event_to_json(event) for event in events]}
    lines = record(kept, corner_shop).splitlines()
    assert f'    - presses: "1111"  {MADE_UP}' in lines
    assert lines[-1] == "  ends: finished"


def test_a_call_under_way_is_held_to_where_it_stands(shop: FlowBook) -> None:
    assert record(on_record(shop, STORE_CALL[:3]), shop).splitlines()[-1] == "  at step: find_store.0"


def test_a_record_without_events_is_refused(shop: FlowBook) -> None:
    with pytest.raises(OutsideError, match="no events"):
        record({"id": "CA1", "events": []}, shop)


texts = st.sampled_from(
    [
        "order",
        "person",
        "one two three four",
        "yes",
        "no",
        'so "he" said: {x}',
        "# [a]",
        "...",
        "/.*/",
        "it's - fine, ok",
    ]
)
happening = st.one_of(
    st.builds(Heard, st.just(0.0), texts, st.sampled_from([1.0, 0.7, 0.444]), st.lists(texts, max_size=2).map(tuple)),
    st.builds(Pressed, st.just(0.0), st.text("0123456789*#", min_size=1, max_size=5)),
    st.builds(Silence, st.just(0.0)),
    st.builds(Recorded, st.just(0.0), st.just("r"), st.sampled_from([0.0, 3.0]), st.just("key")),
    st.builds(Answered, st.just(0.0), st.sampled_from(["ann", ""])),
    st.builds(Unavailable, st.just(0.0), st.sampled_from(["no answer", "busy", "declined"])),
    st.builds(Reply, st.just(0.0), st.just("sms"), st.booleans(), st.just({"a": [1, None, True, {"b": "c"}]})),
    st.builds(Failed, st.just(0.0), texts),
    st.builds(HungUp, st.just(0.0)),
)


@given(st.lists(happening, max_size=12))
def test_whatever_happened_the_recorded_call_passes(corner_shop: FlowBook, events: list[Event]) -> None:
    started = Started(MONDAY_NOON, LINE, CALLER)
    text = record(on_record(corner_shop, [started, *events]), corner_shop)
    (conversation,) = read_conversations(text, "x")
    result = play(conversation, corner_shop)
    assert result.passed, f"{result.difference}\n{text}"
    assert coverage([result], corner_shop).exits > len(coverage([result], corner_shop).untaken)
