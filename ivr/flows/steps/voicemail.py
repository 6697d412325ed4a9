"""``voicemail``: take a message for a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from ivr.flows.actions import Record
from ivr.flows.book import Exit, FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.events import Event, Failed, Recorded
from ivr.flows.steps.base import StepBase

NOTHING_HEARD = "I did not hear a message. Please speak after the tone."
STILL_NOTHING = "I did not hear a message."
THANKS = "Thank you. Your message has been saved."
NOT_SAVED = "Sorry, we cannot take a message right now."


class VoicemailStep(StepBase):
    """Plays the mailbox's greeting, records a message after a beep, and goes on. Hanging up keeps the message."""

    word: ClassVar[str] = "voicemail"
    example: ClassVar[str] = """
- voicemail: support
- hangup: Goodbye.
"""
    talk: ClassVar[tuple[str, ...]] = ("please call me back",)
    voicemail: str = Field(title="mailbox", description="The name of a mailbox.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        return self._record(call, book, book.company.mailboxes[self.voicemail].greeting)

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Recorded(duration_s=duration_s, recording=recording) if duration_s > 0:
                call, say = book.say(call.set("voicemail", recording), THANKS)
                return Move(call, (say,), Onward(), "message")
            case Recorded() if not call.frame.memory.get("again"):
                return self._record(call.remember(again=True), book, NOTHING_HEARD)
            case Recorded() | Failed():
                heard = isinstance(event, Recorded)
                call, say = book.say(call, STILL_NOTHING if heard else NOT_SAVED)
                return Move(call, (say,), Onward(), "no message" if heard else "failed")
            case _:
                return Move(call)

    def _record(self, call: Call, book: FlowBook, text: str) -> Move:
        call, say = book.say(call, text)
        record = Record(self.voicemail, max_s=book.company.mailboxes[self.voicemail].max)
        return Move(replace(call, waits_for="recording"), (say, record))

    def exits(self) -> Iterator[Exit]:
        for label in ("message", "no message", "failed"):
            yield Exit(label, Onward(), ("voicemail",), trouble=label != "message")

    def prompts(self) -> Iterator[str]:
        yield from (THANKS, NOTHING_HEARD, STILL_NOTHING, NOT_SAVED)

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        yield "mailbox", self.voicemail, ("voicemail",)
