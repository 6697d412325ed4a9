"""``call``: do another flow and come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flows.book import CallFlow, Exit, FlowBook, Move
from ivr.flows.call import Call
from ivr.flows.fields import Flow
from ivr.flows.steps.base import StepBase


class CallStep(StepBase):
    """Does another flow, then goes on with the next step. ``return`` in it comes back at once."""

    word: ClassVar[str] = "call"
    example: ClassVar[str] = """
- call: ask_for_size
- say: "You take size {result}."
"""
    talk: ClassVar[tuple[str, ...]] = ("large",)
    flow: Flow = Field(alias="call", description="The flow to do.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        return Move(call, to=CallFlow(self.flow))

    def exits(self) -> Iterator[Exit]:
        yield Exit("", CallFlow(self.flow), ("call",))
