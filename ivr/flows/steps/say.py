"""``say``: speak a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.steps.base import StepBase


class SayStep(StepBase):
    """Speaks a text; ``{variables}`` are filled in."""

    word: ClassVar[str] = "say"
    example: ClassVar[str] = '- say: "Thank you for calling {company}."'
    say: str = Field(description="What is said.", examples=["Thank you for calling."])

    def enter(self, call: Call, book: FlowBook) -> Move:
        call, say = book.say(call, self.say)
        return Move(call, (say,) if say.text else (), Onward())

    def prompts(self) -> Iterator[str]:
        yield self.say
