"""What the owner of a mailbox hears by telephone and can answer, and the list of messages that the call holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivr.flows.actions import Choice
from ivr.flows.call import Call
from ivr.flows.mailboxes import CLOSED, EVERYDAY, HOLIDAY
from ivr.flows.texts import listed

WHICH = ("Please enter the number of your mailbox, then pound.",)
PIN = ("Please enter your PIN, then pound.",)
WRONG = "That is not right."
LOCKED = "There were too many wrong PINs. The mailbox is locked for {minutes} minutes."
REFUSED = "Sorry, I cannot let you in."
CANNOT = "Sorry, that cannot be done right now."

NONE = "You have no messages."
COUNTS = "You have {count}."
HEADER = "{kind}, {when|date} at {when|time}."
HEADER_FROM = "{kind} from {number|phone}, {when|date} at {when|time}."
NO_MORE = "There are no more messages."
SAVED, DELETED, RESTORED = "Saved.", "Deleted. To bring it back, press 6.", "It is back."
NOT_DIALLED = "That number cannot be called from here."
CALLING, BACK = "I am connecting you.", "You are back in your mailbox."
SPEAK = "Please record your greeting after the tone, and press pound when you are done."
NOT_HEARD = "I did not hear a greeting. Nothing has changed."
GREETING_SAVED, WRITTEN_AGAIN = "Your greeting has been saved.", "Callers hear the written greeting again."
ASK_MESSAGE = (
    "To hear it again, press 1. To save it, 2. To delete it, 3. Next, 4. Call back, 5. Your greeting, 7. Done, 9.",
    "1 is again, 2 save, 3 delete, 4 next, 5 call back, 7 your greeting, 9 done.",
)
ASK_EMPTY = ("For your greeting, press 7, and 9 when you are done.",)
ASK_REST = ("To hear your messages from the first one, press 1. For your greeting, press 7, and 9 when you are done.",)
ASK_GREETING = ("Press 1 to record your greeting, or 4 to have the written one heard again.",)
ASK_GREETINGS = (
    "Press 1 to record your everyday greeting, 2 for when closed, 3 for holidays, or 4 for the written ones again.",
)

AGAIN, SAVE, DELETE, NEXT = "again", "save", "delete", "next"
CALL_BACK, RESTORE, GREETING, DONE = "call back", "bring it back", "greeting", "done"
MENU: Mapping[str, Choice] = {
    choice.name: choice
    for choice in (
        Choice(AGAIN, (AGAIN, "hear it again", "first message"), "1"),
        Choice(SAVE, (SAVE, "save it", "keep it"), "2"),
        Choice(DELETE, (DELETE, "delete it", "erase it"), "3"),
        Choice(NEXT, (NEXT, "next message", "skip"), "4"),
        Choice(CALL_BACK, (CALL_BACK, "call them back"), "5"),
        Choice(RESTORE, (RESTORE, "undo"), "6"),
        Choice(GREETING, (GREETING, "my greeting", "change my greeting"), "7"),
        Choice(DONE, (DONE, "that is all", "goodbye"), "9"),
    )
}
WRITTEN = "written"
GREETINGS: tuple[Choice, ...] = (
    Choice(EVERYDAY, ("everyday greeting", "record"), "1"),
    Choice(CLOSED, ("closed", "when we are closed"), "2"),
    Choice(HOLIDAY, ("holiday", "holidays"), "3"),
    Choice(WRITTEN, ("written", "the written one"), "4"),
)
SENTENCES = (
    *WHICH, *PIN, WRONG, REFUSED, CANNOT, NONE, NO_MORE, SAVED, DELETED, RESTORED, NOT_DIALLED, CALLING, BACK, SPEAK,
    NOT_HEARD, GREETING_SAVED, WRITTEN_AGAIN, *ASK_MESSAGE, *ASK_REST, *ASK_EMPTY, *ASK_GREETING, *ASK_GREETINGS,
)  # fmt: skip
"""All that is said as it stands."""


def messages_of(call: Call) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = call.frame.memory.get("messages", ())
    return found


def current(call: Call) -> Mapping[str, Any] | None:
    """The one it is the turn of; None past the end."""
    index = int(call.frame.memory.get("index", 0))
    return next(iter(messages_of(call)[index : index + 1]), None)


def at_next(call: Call) -> Call:
    return call.remember(index=int(call.frame.memory.get("index", 0)) + 1)


def choices_of(call: Call) -> tuple[Choice, ...]:
    names = [AGAIN, SAVE, DELETE, NEXT, CALL_BACK] if current(call) else [AGAIN] if messages_of(call) else []
    names += [RESTORE] if call.frame.memory.get("deleted") else []
    return tuple(MENU[name] for name in (*names, GREETING, DONE))


def counted(messages: Sequence[Mapping[str, Any]]) -> str:
    """How many there are, as it is said: ``2 new messages and 1 saved message``."""
    new = sum(bool(one.get("new")) for one in messages)
    counts = [(new, "new"), (len(messages) - new, "saved")]
    return listed([f"{count} {kind} message{'' if count == 1 else 's'}" for count, kind in counts if count], "and")


def asked_of(call: Call) -> tuple[str, ...]:
    """What the owner is asked now."""
    if current(call):
        return ASK_MESSAGE
    return ASK_REST if messages_of(call) else ASK_EMPTY
