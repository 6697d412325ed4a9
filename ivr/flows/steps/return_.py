"""``return``: go back to the flow that called this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flows.book import Exit, FlowBook, GoBack, Move
from ivr.flows.call import Call
from ivr.flows.steps.base import StepBase


class ReturnStep(StepBase):
    """Goes back to the step after the ``call``; its text is kept as ``result``. In no called flow, ends the call."""

    word: ClassVar[str] = "return"
    example: ClassVar[str] = '- return: "{size}"'
    result: str = Field(default="", alias="return", description="What the calling flow then knows as {result}.")

    def exits(self) -> Iterator[Exit]:
        yield Exit("", GoBack(), ("return",))

    def enter(self, call: Call, book: FlowBook) -> Move:
        if self.result:
            call = book.keep(call, "result", self.result)
        return Move(call, to=GoBack())
