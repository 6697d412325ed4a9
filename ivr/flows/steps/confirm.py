"""``confirm``: ask a question that is answered with yes or no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ivr.flows.book import Exit, FlowBook, Into, Move, Onward
from ivr.flows.call import Call
from ivr.flows.company import Company
from ivr.flows.events import Event
from ivr.flows.fields import Patience, Texts
from ivr.flows.question import Question, Valued
from ivr.flows.steps.base import StepBase

if TYPE_CHECKING:
    from ivr.flows.steps.base import AnyStep


class ConfirmBody(Patience):
    """The question, and what to do after each answer; without steps for an answer the flow goes on."""

    ask: Texts = Field(description="The question. With several texts the next is for when it has to be asked again.")
    yes: tuple[AnyStep, ...] = Field(default=(), description="What to do when the caller says yes.")
    no: tuple[AnyStep, ...] = Field(default=(), description="What to do when the caller says no.")


class ConfirmStep(StepBase):
    """Asks a yes-or-no question (keys: 1 is yes, 2 is no) and does the steps under ``yes`` or ``no``."""

    word: ClassVar[str] = "confirm"
    example: ClassVar[str] = """
- confirm:
    ask: Shall I send you a text message?
    yes: [{say: It is on its way.}]
"""
    talk: ClassVar[tuple[str, ...]] = ("sure",)
    confirm: ConfirmBody = Field(description="The question, and steps for yes and for no.")

    @property
    def question(self) -> Question:
        return Question(self.confirm.ask, "yes_no", self.confirm)

    def enter(self, call: Call, book: FlowBook) -> Move:
        return self.question.put(call, book)

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        answer = self.question.answer(call, event, book)
        if not isinstance(answer, Valued):
            return answer if isinstance(answer, Move) else self.question.put(call, book)
        said = "yes" if answer.value == "yes" else "no"
        inside = self.confirm.yes if said == "yes" else self.confirm.no
        return Move(answer.call, to=Into(said) if inside else Onward(), via=said)

    def blocks(self) -> Iterator[tuple[str, tuple[StepBase, ...], tuple[str | int, ...]]]:
        for name, inside in (("yes", self.confirm.yes), ("no", self.confirm.no)):
            if inside:
                yield name, inside, ("confirm", name)

    def exits(self) -> Iterator[Exit]:
        for name, inside in (("yes", self.confirm.yes), ("no", self.confirm.no)):
            yield Exit(name, Into(name) if inside else Onward(), ("confirm", name))

    def asks(self, company: Company) -> Iterator[Patience]:
        yield self.confirm

    def prompts(self) -> Iterator[str]:
        yield from self.confirm.ask
