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

    press: Key | None = None
    hear: Names = ()
    go: Flow | None = None
    then: tuple[AnyStep, ...] = ()

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Option:
        if not self.go and not self.then:
            raise mistake("this option leads nowhere.", "Add  go: NAME_OF_A_FLOW  or  then: [steps]")
        return self


class MenuBody(Patience):
    """The question and its options."""

    ask: Texts
    options: Annotated[dict[str, Option], Field(min_length=1)]


class MenuStep(StepBase):
    """Asks ``ask`` and follows the option that the caller says or keys. The choice is kept as ``intent``."""

    word: ClassVar[str] = "menu"
    menu: MenuBody

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
