"""A transcript that is read: sentences and figures, and only what words and times tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flows.events import Word
from voicemail.mailbox import Message, State, message_to_json
from voicemail.readable import number_named, readable


def said(text: str) -> tuple[Word, ...]:
    """Words of a quarter of a second each; a bar is a second of silence."""
    words, at_s = [], 0.0
    for word in text.split():
        if word == "|":
            at_s += 1.0
        else:
            words.append(Word(word, at_s, at_s + 0.25, 0.9))
            at_s += 0.25
    return tuple(words)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("", ""),
        ("call me back", "Call me back."),
        ("this is dana | i am at home", "This is dana. I am at home."),
        ("five oh three | five five five | oh one nine nine", "5035550199."),
        ("i'll take one or two | double five please", "I'll take one or two. Double five please."),
        ("it is double five triple one", "It is 55111."),
        ("one two double | yes", "One two double. Yes."),
        ("eleven twelve thirteen", "Eleven twelve thirteen."),
        ("call me on monday or in may", "Call me on Monday or in may."),
    ],
)
def test_what_was_said_reads_well(spoken: str, written: str) -> None:
    assert readable(said(spoken)) == written


@pytest.mark.parametrize(
    ("spoken", "number"),
    [
        ("call five five five oh one nine nine", "5550199"),
        ("not five five five oh one nine nine but | five five five oh one nine eight", "5550198"),
        ("order one two three four five six", ""),
        ("nine " * 16, ""),
    ],
)
def test_the_last_number_named_is_picked_out(spoken: str, number: str) -> None:
    assert number_named(said(spoken)) == number


def test_what_was_heard_stays_beside_it() -> None:
    words = said("this is dana | call five five five oh one nine nine")
    heard = " ".join(word.text for word in words)
    message = Message("VM1", "CA1", "support", "+1", 0.0, State.TRANSCRIBED, text=heard, words=words)
    assert message_to_json(message)["readable"] == "This is dana. Call 5550199."
    data = message_to_json(replace(message, caller_name="Dana"))
    assert (data["text"], data["readable"]) == (heard, "This is Dana. Call 5550199.")
