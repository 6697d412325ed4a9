"""The owner of a mailbox rings up: what they hear, and what they can do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.conversations import play, read_conversations
from ivr.flows import FlowBook
from ivr.flows.actions import Listen, Record, Request
from ivr.flows.call import Call
from ivr.flows.events import Pressed, Reply, Started
from ivr.flows.interpreter import step
from ivr.records.secrets import mask_secrets

OWNERS = """
lines: {"+15035550100": main}
hours: {shop: {open: "Mo-Fr 09:00-17:00"}}
defaults: {no_match: ["Sorry?", {go: bye}], no_input: ["Hello?", {go: bye}]}
mailboxes:
  shop: {number: '100', hours: shop, closed: We are closed.}
flows:
  main:
    - messages: MAILBOX
    - go: bye
  bye:
    - hangup: Bye.
"""
TWO = """{open: "yes", mailbox: shop, messages: [
        {id: VM1, play: one.wav, at: "2026-11-23T09:05:00", caller: "+15035550199", urgent: "true", new: "true"},
        {id: VM2, play: two.wav, at: "2026-11-22T16:00:00", caller: ""}]}"""
COMING_IN = f"""
    - hears: Please enter your PIN, then pound.
    - presses: "2580"
    - service mailbox: {TWO}
    - hears: You have 1 new message and 1 saved message.
    - hears: Urgent message from 5 0 3, 5 5 5, 0 1 9 9, Monday, November 23rd, 2026 at 9:05 AM.
    - hears: (one.wav)
    - hears: To hear it again, press 1. To save it, 2. To delete it, 3. ..."""
SECOND = """
    - hears: Message, Sunday, November 22nd, 2026 at 4 PM.
    - hears: (two.wav)
    - hears: To hear it again, press 1. ..."""
CONVERSATIONS = f"""
messages are heard, saved and skipped:
  call:{COMING_IN}
    - says: hear it again
    - hears: Urgent message from ...
    - hears: (one.wav)
    - hears: ...
    - presses: 2
    - service mailbox: ok
    - hears: Saved.{SECOND}
    - presses: 4
    - hears: There are no more messages.
    - hears: To hear your messages from the first one, press 1. ...
    - presses: 1
    - hears: Urgent message from ...
    - hears: ...
    - hears: ...
    - presses: 9
    - hears: Bye.
  ends: finished

a deleted message can be brought back:
  call:{COMING_IN}
    - presses: 3
    - service mailbox: ok
    - hears: Deleted. To bring it back, press 6.{SECOND}
    - presses: 6
    - service mailbox: ok
    - hears: It is back.
    - hears: Urgent message from ...
    - hears: (one.wav)
    - hears: ...
    - presses: 6
    - hears: Sorry?
    - hears: ...

a caller is called back and then the next message is heard:
  call:{COMING_IN}
    - presses: 5
    - service mailbox: {{to: "+15035550199"}}
    - hears: I am connecting you.
    - rings: "+15035550199"
    - agent: accepted
    - hears: You are back in your mailbox.
    - hears: To hear it again, ...
    - presses: 5
    - service mailbox: {{to: ""}}
    - hears: That number cannot be called from here.
    - hears: To hear it again, ...

a greeting is recorded:
  call:{COMING_IN}
    - presses: 7
    - hears: Press 1 to record your everyday greeting, 2 for when closed, 3 for holidays, ...
    - presses: 2
    - hears: Please record your greeting after the tone, and press pound when you are done.
    - leaves a message: 0s
    - hears: I did not hear a greeting. Nothing has changed.
    - hears: ...
    - presses: 7
    - hears: ...
    - presses: 1
    - hears: Please record your greeting ...
    - leaves a message: 6s
    - service mailbox: ok
    - hears: Your greeting has been saved.
    - hears: ...
    - presses: 7
    - hears: ...
    - says: the written one
    - service mailbox: ok
    - hears: Callers hear the written greeting again.
    - hears: ...

three wrong PINs are enough:
  call:
    - hears: Please enter your PIN, then pound.
    - presses: "1234"
    - service mailbox: {{open: "no"}}
    - hears: That is not right.
    - hears: Please enter your PIN, then pound.
    - presses: "1235"
    - service mailbox: {{open: "no"}}
    - hears: That is not right.
    - hears: Please enter your PIN, then pound.
    - presses: "1236"
    - service mailbox: {{open: "no"}}
    - hears: Sorry, I cannot let you in.
    - hears: Bye.
  ends: finished

a locked mailbox says for how long:
  call:
    - hears: Please enter your PIN, then pound.
    - presses: "1234"
    - service mailbox: {{open: "no", minutes: 15}}
    - hears: There were too many wrong PINs. The mailbox is locked for 15 minutes.
    - hears: Bye.

what does not answer lets nobody in:
  call:
    - hears: Please enter your PIN, then pound.
    - presses: "2580"
    - service mailbox: failed
    - hears: Sorry, that cannot be done right now.
    - hears: Bye.

an empty mailbox is still good for a greeting:
  call:
    - hears: Please enter your PIN, then pound.
    - presses: "2580"
    - service mailbox: {{open: "yes", mailbox: shop, messages: []}}
    - hears: You have no messages.
    - hears: For your greeting, press 7, and 9 when you are done.

hanging up is no message left:
  call:{COMING_IN}
    - hangs up: yes
  ends: listened to messages
"""


@pytest.mark.parametrize("conversation", read_conversations(CONVERSATIONS, "messages"), ids=lambda one: one.name)
def test_the_conversation_goes_as_written(conversation: object, make_book: Callable[[str], FlowBook]) -> None:
    result = play(conversation, make_book(OWNERS.replace("MAILBOX", "shop")))  # type: ignore[arg-type]
    assert result.passed, result.difference


def test_a_mailbox_is_named_by_number_and_a_wrong_pin_asks_for_both_again(make_book: Callable[[str], FlowBook]) -> None:
    book = make_book(OWNERS.replace("MAILBOX", "any"))
    call, actions = step(Call("CA1"), Started(1.0, "+15035550100", "+1"), book)
    assert getattr(actions[0], "text", "") == "Please enter the number of your mailbox, then pound."
    call, _ = step(call, Pressed(2.0, "100"), book)
    call, actions = step(call, Pressed(3.0, "2580"), book)
    assert actions == (Request("mailbox", {"do": "open", "mailbox": "", "number": "100", "pin": "2580"}),)
    _, actions = step(call, Reply(4.0, "mailbox", True, {"open": "no"}), book)
    asked = [getattr(action, "text", "") for action in actions]
    assert asked[:2] == ["That is not right.", "Please enter the number of your mailbox, then pound."]


def test_the_pin_is_a_secret_of_the_caller(make_book: Callable[[str], FlowBook]) -> None:
    book = make_book(OWNERS.replace("MAILBOX", "shop"))
    started, pressed = Started(1.0, "+15035550100", "+1"), Pressed(2.0, "2580")
    call, actions = step(Call("CA1"), started, book)
    assert isinstance(actions[-1], Listen)
    assert actions[-1].secret
    call, _ = step(call, pressed, book)
    kept, events = mask_secrets(call, [started, pressed])
    assert "2580" not in f"{kept} {events}"


def test_a_greeting_is_recorded_apart_from_messages(make_book: Callable[[str], FlowBook]) -> None:
    book = make_book(OWNERS.replace("MAILBOX", "shop").replace(", hours: shop, closed: We are closed.", ""))
    call, _ = step(Call("CA1"), Started(1.0, "+15035550100", "+1"), book)
    call, _ = step(call, Pressed(2.0, "2580"), book)
    call, _ = step(call, Reply(3.0, "mailbox", True, {"open": "yes", "mailbox": "shop", "messages": []}), book)
    call, actions = step(call, Pressed(4.0, "7"), book)
    assert getattr(actions[0], "text", "").startswith("Press 1 to record your greeting, or 4")
    _, actions = step(call, Pressed(5.0, "1"), book)
    assert isinstance(actions[-1], Record)
    assert actions[-1].mailbox == "greeting:shop"
