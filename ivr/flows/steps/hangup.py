"""``hangup``: say goodbye and end the call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flows.actions import HangUp
from ivr.flows.book import Exit, Finish, FlowBook, Move
from ivr.flows.call import Call
from ivr.flows.steps.base import StepBase


class HangupStep(StepBase):
    """Speaks a last text, if given, and ends the call."""

    word: ClassVar[str] = "hangup"
    example: ClassVar[str] = '- hangup: "Thank you for calling {company}. Goodbye."'
    hangup: str = Field(default="", description="The last words; nothing for none.", examples=["Goodbye."])

    def enter(self, call: Call, book: FlowBook) -> Move:
        if not self.hangup:
            return Move(call, (HangUp(),), Finish("finished"))
        call, say = book.say(call, self.hangup)
        return Move(call, (say, HangUp()), Finish("finished"))

    def exits(self) -> Iterator[Exit]:
        yield Exit("", Finish("finished"), ("hangup",))

    def prompts(self) -> Iterator[str]:
        yield self.hangup
