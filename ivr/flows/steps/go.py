"""``go``: leave this flow for another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flows.book import Exit, FlowBook, GoTo, Move
from ivr.flows.call import Call
from ivr.flows.fields import Flow
from ivr.flows.steps.base import StepBase


class GoStep(StepBase):
    """Begins another flow and does not come back."""

    word: ClassVar[str] = "go"
    example: ClassVar[str] = "- go: sales"
    go: Flow = Field(description="The flow to begin.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        return Move(call, to=GoTo(self.go))

    def exits(self) -> Iterator[Exit]:
        yield Exit("", GoTo(self.go), ("go",))
