"""``menu``: ask what the caller wants and go where the answer leads, by voice or by key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from ivr.flows.actions import Choice
from ivr.flows.book import Exit, FlowBook, GoTo, Into, Move
from ivr.flows.call import Call
from ivr.flows.company import Company
from ivr.flows.events import Event
from ivr.flows.fields import Flow, Key, Model, Names, Patience, Texts, mistake
from ivr.flows.question import Chosen, Question
from ivr.flows.steps.base import StepBase

if TYPE_CHECKING:
    from ivr.flows.steps.base import AnyStep


class Option(Model):
    """One option: a key, phrases that mean it, and a flow (``go``) or steps (``then``)."""

    press: Key | None = Field(default=None, description="The key for this option.", examples=[1])
    hear: Names = Field(
        default=(), description="Other words for it. Its name is understood by itself, and so is what means the same."
    )
    go: Flow | None = Field(default=None, description="The flow it leads to.")
    then: tuple[AnyStep, ...] = Field(default=(), description="Instead of go: steps to do before the next one.")

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Option:
        if not self.go and not self.then:
            raise mistake("this option leads nowhere.", "Add  go: NAME_OF_A_FLOW  or  then: [steps]")
        return self


class MenuBody(Patience):
    """The question and its options."""

    ask: Texts = Field(
        description="The question. With several texts the first is asked first, the next when it has to be asked again."
    )
    options: Annotated[dict[str, Option], Field(min_length=1)] = Field(
        description="What the caller can choose, each by the name that is spoken."
    )


class MenuStep(StepBase):
    """Asks ``ask`` and follows the option that the caller says or keys. The choice is kept as ``intent``."""

    word: ClassVar[str] = "menu"
    example: ClassVar[str] = """
- menu:
    ask: ["You can track an order, or talk to sales.", "Track an order, or talk to sales?"]
    options:
      track an order: {press: 1, hear: [where is my package], go: orders}
      talk to sales: {press: 2, hear: [buy something], go: sales}
"""
    talk: ClassVar[tuple[str, ...]] = ("well", "where is my package")
    menu: MenuBody = Field(description="The question and its options.")

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The options as things to listen for; the name of an option is heard as well."""
        return tuple(Choice(name, (name, *o.hear), o.press or "") for name, o in self.menu.options.items())

    @property
    def question(self) -> Question:
        return Question(self.menu.ask, "menu", self.menu, self.choices)

    def enter(self, call: Call, book: FlowBook) -> Move:
        return self.question.put(call, book)

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        answer = self.question.answer(call, event, book)
        if not isinstance(answer, Chosen):
            # A menu has no values: anything but a choice is a move.
            return answer if isinstance(answer, Move) else self.question.put(call, book)
        call = answer.call.set("intent", answer.name).set("intent_confidence", round(answer.score, 2))
        option = self.menu.options[answer.name]
        return Move(call, to=GoTo(option.go) if option.go else Into(answer.name), via=answer.name)

    def blocks(self) -> Iterator[tuple[str, tuple[StepBase, ...], tuple[str | int, ...]]]:
        for name, option in self.menu.options.items():
            if option.then:
                yield name, option.then, ("menu", "options", name, "then")

    def exits(self) -> Iterator[Exit]:
        for name, option in self.menu.options.items():
            path = ("menu", "options", name)
            yield Exit(name, GoTo(option.go), (*path, "go")) if option.go else Exit(name, Into(name), (*path, "then"))

    def asks(self, company: Company) -> Iterator[Patience]:
        yield self.menu

    def prompts(self) -> Iterator[str]:
        yield from self.menu.ask
