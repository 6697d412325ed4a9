"""``set``: keep values under names."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.steps.base import StepBase


class SetStep(StepBase):
    """Sets variables: ``set: {topic: returns}``. A value may use others: ``"{name} from {city}"``."""

    word: ClassVar[str] = "set"
    example: ClassVar[str] = """
- set: {topic: returns}
- say: "You asked about {topic}."
"""
    set: Annotated[dict[str, str], Field(min_length=1)] = Field(
        title="values", description="Names and their values. An empty text forgets what was known."
    )

    def enter(self, call: Call, book: FlowBook) -> Move:
        for name, text in self.set.items():
            call = book.keep(call, name, text)
        return Move(call, to=Onward())
