"""``if``: go one way or another by what is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ivr.flows.book import Exit, FlowBook, Into, Move, Onward
from ivr.flows.call import Call
from ivr.flows.conditions import holds, hours_of, names_of
from ivr.flows.fields import If
from ivr.flows.steps.base import StepBase

if TYPE_CHECKING:
    from ivr.flows.steps.base import AnyStep


class IfStep(StepBase):
    """Does ``then`` when the condition holds, else ``else``; then goes on with the next step."""

    word: ClassVar[str] = "if"
    example: ClassVar[str] = """
- if: hours.shop is closed
  then:
    - say: "We are closed. {hours.shop.next_open}"
  else:
    - say: Our shop is open.
"""
    test: If = Field(alias="if", description="The condition.", examples=["hours.shop is closed"])
    then: tuple[AnyStep, ...] = Field(min_length=1, description="What to do when it holds.")
    otherwise: tuple[AnyStep, ...] = Field(default=(), alias="else", description="What to do when it does not.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        def is_open(name: str) -> bool:
            return book.skills.hours.is_open(name, call.now_s)

        if holds(self.test.condition, book.lookup(call), is_open):
            return Move(call, to=Into("then"), via="then")
        return Move(call, to=Into("else") if self.otherwise else Onward(), via="else")

    def exits(self) -> Iterator[Exit]:
        yield Exit("then", Into("then"), ("then",))
        yield Exit("else", Into("else"), ("else",)) if self.otherwise else Exit("else", Onward(), ("if",))

    def blocks(self) -> Iterator[tuple[str, tuple[StepBase, ...], tuple[str | int, ...]]]:
        yield "then", self.then, ("then",)
        if self.otherwise:
            yield "else", self.otherwise, ("else",)

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        hours = hours_of(self.test.condition)
        for name in sorted(hours):
            yield "hours", name.removeprefix("hours."), ("if",)
        for name in sorted(names_of(self.test.condition) - hours):
            yield "variable", name.partition(".")[0], ("if",)
