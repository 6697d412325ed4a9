"""Two notebooks about one call become one transcript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ivr.calling.transcript import ONE_ANSWER_S, Entry, agent_legs, merged, settled

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


def keys(digits: str, from_s: float = 1.0, gap_s: float = 0.02) -> list[Mapping[str, Any]]:
    """Pressed at that pace; on the exchange's clock the gaps are ten times as long."""
    return [event(from_s + gap_s * n, "presses", key=key) for n, key in enumerate(digits)]


def answered(digits: str, at_s: float) -> list[Mapping[str, Any]]:
    return [line(at_s, "caller", f"pressed {digits}", 1.0), line(at_s, "ivr", "Thank you.")]


def keyed(entries: list[Entry]) -> list[str]:
    return [entry.text for entry in entries if entry.kind == "keyed"]


def test_keys_pressed_in_one_go_are_one_line_and_later_ones_another() -> None:
    entries = merged(SID, [*RINGS, *keys("94107"), event(9.0, "presses", key="1")], [])
    assert keyed(entries) == ["94107", "1"]


@pytest.mark.parametrize("digits", ["123456", "4111111111111111"])
def test_a_long_number_is_one_line_however_long_keying_it_takes(digits: str) -> None:
    after_s = 1 + 0.02 * (len(digits) - 1) + 0.0001
    entries = merged(SID, [*RINGS, *keys(digits)], answered(digits, after_s))
    assert kinds(entries)[1:] == [
        ("caller", "keyed", digits),
        ("caller", "heard", f"pressed {digits}"),
        ("ivr", "spoken", "Thank you."),
    ]


def test_keys_with_a_pause_that_the_service_allows_are_one_line() -> None:
    entries = merged(SID, [*RINGS, *keys("97301", gap_s=0.25)], [])
    assert keyed(entries) == ["97301"]


def test_keys_of_two_answers_are_two_lines_however_quickly_they_follow_each_other() -> None:
    events = [*RINGS, *keys("1"), *keys("97301", from_s=1.02)]
    assert keyed(merged(SID, events, answered("1", 1.001))) == ["1", "97301"]


def test_the_key_that_ends_an_answer_belongs_to_it_though_the_answer_was_taken_without_it() -> None:
    entries = merged(SID, [*RINGS, *keys("97301#")], answered("97301", 1.081))
    assert keyed(entries) == ["97301#"]
    assert [entry.text for entry in entries if entry.kind == "heard"] == ["pressed 97301"]


def test_an_answer_that_stops_a_prompt_with_its_first_key_is_one_line() -> None:
    cleared = event(1.003, "stream", state="cleared", stream="MZ", url="")
    entries = merged(SID, [*RINGS, *keys("9"), cleared, *keys("7301", from_s=1.02)], answered("97301", 1.09))
    assert kinds(entries)[1:4] == [
        ("caller", "keyed", "97301"),
        ("caller", "note", "is heard over the prompt, which stops"),
        ("caller", "heard", "pressed 97301"),
    ]


def test_a_prompt_is_stopped_before_the_next_one_is_spoken() -> None:
    cleared = event(1.003, "stream", state="cleared", stream="MZ", url="")
    entries = merged(SID, [*RINGS, *keys("1"), cleared], answered("1", 1.001))
    assert [entry.kind for entry in entries][1:] == ["keyed", "note", "heard", "spoken"]


def test_what_the_carrier_speaks_for_the_service_is_told_once_and_with_its_step() -> None:
    spoken = [line(0.2, "ivr", "How can I help?"), line(0.2, "ivr", "How can I help?")]
    said = [event(0.3 + n, "say", text=text) for n, text in enumerate(["How can I help?", "How can I help?"])]
    entries = merged(SID, [*RINGS, *said, event(3.0, "say", text="For sales press 4.")], spoken)
    assert [(e.who, e.text, e.step) for e in entries if e.kind == "spoken"] == [
        ("ivr", "How can I help?", "main.0"),
        ("ivr", "How can I help?", "main.0"),
        ("ivr", "For sales press 4.", ""),
    ]


def test_a_question_that_is_asked_again_is_told_again() -> None:
    lines = [line(0.2, "ivr", "Yes?"), *answered("7", 1.001), line(1.001, "ivr", "Yes?")]
    said = [event(0.3, "say", text="Yes?"), event(1.1, "say", text="Thank you."), event(1.2, "say", text="Yes?")]
    entries = merged(SID, [*RINGS, *keys("7"), *said], lines)
    assert [entry.text for entry in entries if entry.kind == "spoken"] == ["Yes?", "Thank you.", "Yes?"]


def test_keys_are_shown_when_no_more_can_follow_or_something_has_followed() -> None:
    entries = merged(SID, [*RINGS, *keys("973")], [])
    last_s = entries[-1].wall_s
    assert settled(entries, last_s + ONE_ANSWER_S - 0.1) == len(entries) - 1
    assert settled(entries, last_s + ONE_ANSWER_S) == len(entries)
    entries = merged(SID, [*RINGS, *keys("973")], answered("973", 1.1))
    assert settled(entries, 1.05) == 2, "the call rings, the keys"
    assert settled(entries, 1.1) == len(entries)


@pytest.mark.parametrize(("status", "shown"), [("no-answer", "does not answer"), ("busy", "is busy")])
def test_what_becomes_of_an_agents_phone_is_told_in_words(status: str, shown: str) -> None:
    events = [
        *RINGS,
        event(2.0, "status", AGENT, status="queued", to="client:sam", parameters={"call": SID}),
        event(2.2, "status", AGENT, status=status, to="client:sam"),
    ]
    assert kinds(merged(SID, events, []))[-1] == ("sam", "note", shown)


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
