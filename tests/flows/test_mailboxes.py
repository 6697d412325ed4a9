"""What callers can do with their message, and which greeting they hear."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.conversations import play, read_conversations
from ivr.flows import FlowBook, FlowFileError
from ivr.flows.actions import Play, Record, Request
from ivr.flows.call import Call
from ivr.flows.events import Recorded, Reply, Started
from ivr.flows.interpreter import step
from tests.conftest import at

SHOP = """
lines: {"+15035550100": main}
timezone: America/Los_Angeles
hours: {shop: {open: "Mo-Fr 09:00-17:00", holidays: US}}
defaults: {no_match: ["Sorry?", {go: person}]}
mailboxes:
  shop:
    greeting: Speak after the tone.
    hours: shop
    closed: We are closed. Speak after the tone.
    holiday: holiday.wav
    min: 2s
    silence: 5s
    max: 60s
    warn: 10s
    warning: Ten seconds left.
    review: true
flows:
  main:
    - voicemail: shop
    - hangup: Bye.
  person:
    - hangup: A person.
"""
ASKED = "Your message has been saved. Press 1 to hear it, 2 to record it again, 3 to mark it urgent, or just hang up."
CONVERSATIONS = f"""
heard, recorded again and marked urgent:
  call:
    - hears: Speak after the tone.
    - leaves a message: 5s
    - hears: {ASKED}
    - presses: 1
    - service message: {{play: sound.wav}}
    - hears: (sound.wav)
    - hears: Press 1 to hear it, 2 to record it again, 3 to mark it urgent, or 9 when you are done.
    - says: record it again
    - hears: Please speak after the tone.
    - leaves a message: 6s
    - hears: {ASKED}
    - presses: 3
    - hears: Your message is marked as urgent.
    - hears: Press 1 to hear it, 2 to record it again, or 9 when you are done.
    - presses: 9
    - hears: Bye.
  ends: finished

hanging up instead leaves the message:
  call:
    - hears: Speak after the tone.
    - leaves a message: 5s
    - hears: {ASKED}
    - hangs up: yes
  ends: left a message

silence is as good as done:
  call:
    - hears: Speak after the tone.
    - leaves a message: 5s
    - hears: {ASKED}
    - silence: 1
    - hears: Bye.

what cannot be done is said and asked again:
  call:
    - hears: Speak after the tone.
    - leaves a message: 5s
    - hears: {ASKED}
    - presses: 1
    - service message: failed
    - hears: Sorry, that cannot be done right now.
    - hears: Press 1 to hear it, ...
    - says: a cheese sandwich
    - hears: Sorry?
    - hears: Press 1 to hear it, ...
    - says: a cheese sandwich
    - hears: A person.

what is too short is no message:
  call:
    - hears: Speak after the tone.
    - leaves a message: 1.5s
    - hears: I did not hear a message. Please speak after the tone.
    - leaves a message: 2s
    - hears: {ASKED}

at night another greeting is heard:
  at: 2026-11-23 22:00
  call:
    - hears: We are closed. Speak after the tone.

on a holiday a recorded one:
  at: 2026-11-26 10:00
  call:
    - hears: (holiday.wav)
"""


@pytest.mark.parametrize("conversation", read_conversations(CONVERSATIONS, "mailboxes"), ids=lambda one: one.name)
def test_the_conversation_goes_as_written(conversation: object, make_book: Callable[[str], FlowBook]) -> None:
    result = play(conversation, make_book(SHOP))  # type: ignore[arg-type]
    assert result.passed, result.difference


def test_the_phone_is_told_all_about_the_recording(make_book: Callable[[str], FlowBook]) -> None:
    _, actions = step(Call("CA1"), Started(at("2026-11-23 12:00"), "+15035550100", "+1"), make_book(SHOP))
    assert actions[-1] == Record("shop", 60.0, 5.0, "#", 10.0, "Ten seconds left.", "en-US")


def test_a_mailbox_with_an_owner_asks_for_the_greeting_they_recorded(make_book: Callable[[str], FlowBook]) -> None:
    book = make_book(SHOP.replace("review: true", "number: '100'"))
    started = Started(at("2026-11-23 22:00"), "+15035550100", "+1")
    call, actions = step(Call("CA1"), started, book)
    assert actions == (Request("greeting", {"mailbox": "shop", "which": "closed"}),)
    recorded, actions = step(call, Reply(started.at_s, "greeting", True, {"play": "greeting-1.wav"}), book)
    assert actions[0] == Play("greeting-1.wav")
    after, actions = step(recorded, Recorded(started.at_s + 9, "VM1", 5.0, "key"), book)
    assert after.ended
    for broken in (Reply(started.at_s, "greeting", False), Reply(started.at_s, "greeting", True, {})):
        _, actions = step(call, broken, book)
        assert getattr(actions[0], "text", "") == "We are closed. Speak after the tone."


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("a: {hours: shp}", "there are no hours 'shp'"),
        ("a: {number: '7'}\n  b: {number: '7'}", "the number 7 belongs to the mailbox 'a' already"),
        ("a: {number: seven}", "'seven' is not the number of a mailbox"),
    ],
)
def test_mistakes_in_a_mailbox_are_told(written: str, told: str, make_book: Callable[[str], FlowBook]) -> None:
    flows = f"mailboxes:\n  {written}\nflows:\n  main:\n    - voicemail: a\n"
    with pytest.raises(FlowFileError, match=told):
        make_book(flows)
