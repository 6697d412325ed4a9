"""``collect``: ask for what we need to know, once each, and make sure of what was heard badly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import MASK, Call, Tries
from ivr.flows.company import Company, Slot
from ivr.flows.events import Event, Heard
from ivr.flows.fields import Names, Patience
from ivr.flows.question import Question, Valued
from ivr.flows.steps.base import StepBase

IS_THAT_RIGHT = ("I heard {value}. Is that right?", "{value}. Yes or no?")


class CollectStep(StepBase):
    """Asks for each named slot that is not known yet. What was not surely heard is read back and confirmed."""

    word: ClassVar[str] = "collect"
    collect: Names

    def enter(self, call: Call, book: FlowBook) -> Move:
        missing = self._missing(call)
        if missing is None:
            return Move(call, to=Onward())
        return self._question(book.company.slots[missing]).put(call, book)

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        name = self._missing(call)
        if name is None:
            return Move(call, to=Onward())
        slot = book.company.slots[name]
        call = call.hide(name) if slot.secret else call
        pending = str(call.frame.memory.get("pending", ""))
        if pending:
            return self._confirmed(call, event, book, name, pending)
        answer = self._question(slot).answer(call, event, book)
        if not isinstance(answer, Valued):
            return answer if isinstance(answer, Move) else self.enter(call, book)
        if slot.confirm == "always" or (slot.confirm == "when_unsure" and not answer.sure):
            call = replace(answer.call.remember(pending=answer.value), tries=Tries())
            return self._confirm(slot, book, answer.value).put(call, book)
        return self._take(answer.call, book, name, answer.value)

    def _missing(self, call: Call) -> str | None:
        return next((name for name in self.collect if not call.variables.get(name)), None)

    def _take(self, call: Call, book: FlowBook, name: str, value: str) -> Move:
        """Keep the value and ask for the next missing one."""
        return self.enter(replace(call.set(name, value).remember(pending=""), tries=Tries()), book)

    def _confirmed(self, call: Call, event: Event, book: FlowBook, name: str, pending: str) -> Move:
        slot = book.company.slots[name]
        if isinstance(event, Heard):
            # "No, I said nine four one oh eight": the new value counts.
            kind = book.skills.kinds[slot.kind]
            again = kind.hear(event.text, slot.options) if kind.closed else None
            if again is not None and again != pending:
                said = MASK if slot.secret else event.text
                call = replace(call.said("caller", said, event.confidence), tries=Tries())
                return self._confirm(slot, book, again).put(call.remember(pending=again), book)
        answer = self._confirm(slot, book, pending).answer(call, event, book)
        if not isinstance(answer, Valued):
            return answer if isinstance(answer, Move) else self.enter(call, book)
        if answer.value == "yes":
            return self._take(answer.call, book, name, pending)
        call = replace(answer.call.remember(pending=""), tries=Tries())
        return self._question(slot).put(call, book, "Let us try again.")

    def _question(self, slot: Slot) -> Question:
        return Question(slot.ask, slot.kind, slot, options=slot.options, secret=slot.secret, bad=slot.bad)

    def _confirm(self, slot: Slot, book: FlowBook, value: str) -> Question:
        spoken = book.skills.kinds[slot.kind].speak(value)
        return Question(IS_THAT_RIGHT, "yes_no", slot, secret=slot.secret, value=spoken)

    def asks(self, company: Company) -> Iterator[Patience]:
        for name in self.collect:
            if name in company.slots:
                yield company.slots[name]

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        for index, name in enumerate(self.collect):
            yield "slot", name, ("collect", index)
