"""Two notebooks about one call become one transcript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.calling.transcript import Entry, agent_legs, merged

SID, AGENT, OTHER = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "3" * 32


def event(wall_s: float, what: str, call: str = SID, **details: object) -> Mapping[str, Any]:
    # The exchange's clock runs ten times faster than the wall's, as it does in fast calls.
    return {"n": 0, "at_s": 50 + 10 * wall_s, "wall_s": wall_s, "call": call, "what": what, **details}


def line(at_s: float, who: str, text: str, confidence: float | None = None) -> Mapping[str, Any]:
    return {"at_s": at_s, "who": who, "text": text, "step": "main.0", "confidence": confidence}


RINGS = [
    event(0.0, "status", status="ringing", to="+1503", **{"from": "+1415"}),
    event(0.1, "status", status="in-progress", to="+1503", **{"from": "+1415"}),
]
ANSWERED = [*RINGS, event(0.9, "says", text="sails please"), event(1.3, "latency", latency_s=0.4)]
HEARD = [line(0.1, "ivr", "How can I help?"), line(1.2, "caller", "sales please", 0.9), line(1.2, "ivr", "Hold.")]


def kinds(entries: list[Entry]) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.kind, entry.text) for entry in entries]


def test_what_was_said_stands_before_what_was_understood_and_before_the_answer() -> None:
    assert kinds(merged(SID, ANSWERED, HEARD)) == [
        ("caller", "note", "+1415 rings +1503"),
        ("ivr", "spoken", "How can I help?"),
        ("caller", "said", "sails please"),
        ("caller", "heard", "sales please"),
        ("ivr", "spoken", "Hold."),
    ]


def test_what_was_heard_knows_what_was_really_said_and_how_long_the_answer_took() -> None:
    heard = next(entry for entry in merged(SID, ANSWERED, HEARD) if entry.kind == "heard")
    assert (heard.said, heard.confidence, heard.latency_s, heard.step) == ("sails please", 0.9, 0.4, "main.0")


def test_times_count_from_the_moment_the_call_was_answered_by_the_clock_of_the_exchange() -> None:
    said = next(entry for entry in merged(SID, ANSWERED, HEARD) if entry.kind == "said")
    assert said.at_s == 8.0


def test_keys_pressed_in_one_go_are_one_line_and_later_ones_another() -> None:
    keys = [event(1 + 0.02 * n, "presses", key=key) for n, key in enumerate("94107")]
    entries = merged(SID, [*RINGS, *keys, event(9.0, "presses", key="#")], [])
    assert [entry.text for entry in entries if entry.kind == "keyed"] == ["94107", "#"]


def test_an_agent_rung_for_this_call_belongs_to_it_and_a_stranger_does_not() -> None:
    events = [
        *RINGS,
        event(2.0, "status", AGENT, status="queued", to="client:sam", parameters={"call": SID}),
        event(2.1, "status", AGENT, status="ringing", to="client:sam"),
        event(2.2, "say", AGENT, text="Wants to buy. Press 1 to accept."),
        event(2.3, "says", OTHER, text="nothing of ours"),
    ]
    assert agent_legs(SID, events) == {AGENT: "sam"}
    assert kinds(merged(SID, events, []))[-2:] == [
        ("sam", "note", "is rung"),
        ("sam", "whispered", "Wants to buy. Press 1 to accept."),
    ]


def test_what_sounds_after_the_answer_does_not_make_the_answer_later() -> None:
    heard = next(e for e in merged(SID, [*ANSWERED, event(9.9, "latency", latency_s=9.0)], HEARD) if e.kind == "heard")
    assert heard.latency_s == 0.4


def test_a_message_to_a_machine_has_no_latency() -> None:
    spoken = [*RINGS, event(1.0, "says", text="call me back"), event(2.0, "latency", latency_s=4.0)]
    assert all(entry.latency_s is None for entry in merged(SID, spoken, []))


def test_a_refusal_of_the_exchange_is_trouble_with_its_number() -> None:
    entries = merged(SID, [*RINGS, event(1.0, "error", number=12100, message="not a document")], [])
    assert kinds(entries)[-1] == ("caller", "trouble", "error 12100: not a document")


def test_more_news_changes_no_line_that_stood_before_it() -> None:
    whole = merged(SID, ANSWERED, HEARD)
    for count in range(len(ANSWERED) + 1):
        part = merged(
            SID, ANSWERED[:count], [one for one in HEARD if count and one["at_s"] < ANSWERED[count - 1]["wall_s"]]
        )
        if count > 1:
            assert kinds(part) == kinds(whole)[: len(part)]
