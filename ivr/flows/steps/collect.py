"""``collect``: ask for what we need to know, once each, and make sure of what was heard badly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import MASK, Call, Tries
from ivr.flows.changing import changed
from ivr.flows.company import Company, Slot
from ivr.flows.decisions import Decision
from ivr.flows.events import Event, Heard
from ivr.flows.fields import Names, Patience
from ivr.flows.overheard import corrects, readings, values_in
from ivr.flows.question import Question, Valued
from ivr.flows.skills import KindOptions
from ivr.flows.steps.base import StepBase

IS_THAT_RIGHT = ("I heard {value}. Is that right?", "{value}. Yes or no?")
"""Read back naturally, then in groups, then one by one (see ``readings``)."""
AGAIN = "Let us try again."
PENDING = "pending"
"""Where the running step keeps a value that is being read back."""


class CollectStep(StepBase):
    """Asks for each named slot that is not known yet. What was not surely heard is read back and confirmed."""

    word: ClassVar[str] = "collect"
    example: ClassVar[str] = """
- collect: [order, name]
- say: "Thank you, {name}. I look up order {order|digits}."
"""
    talk: ClassVar[tuple[str, ...]] = ("one two three four five six, this is dana lee",)
    collect: Names = Field(title="slots", description="The slots to ask for, in this order.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        missing = self._missing(call)
        if missing is None:
            return Move(call, to=Onward())
        return self._question(book.company.slots[missing], book).put(call, book)

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        name = self._missing(call)
        if name is None:
            return Move(call, to=Onward())
        slot = book.company.slots[name]
        call = call.hide(name) if slot.secret else call
        pending = str(call.frame.memory.get(PENDING, ""))
        if pending:
            return self._confirmed(call, event, book, name, pending)
        answer = self._question(slot, book).answer(call, event, book)
        if not isinstance(answer, Valued):
            return answer if isinstance(answer, Move) else self.enter(call, book)
        if slot.confirm == "always" or (slot.confirm == "when_unsure" and not answer.sure):
            call = changed(answer.call.remember(**{PENDING: answer.value}), tries=Tries())
            return self._confirm(slot, book, answer.value).put(call, book)
        call = self._overheard(answer.call, event, book, name, answer.value) if answer.sure else answer.call
        return self._take(call, book, name, answer.value)

    def _overheard(self, call: Call, event: Event, book: FlowBook, asked: str, value: str) -> Call:
        """Other slots of this step that the same sentence filled, or took back."""
        if not isinstance(event, Heard):
            return call
        company, again = book.company, corrects(event.text)
        others = [
            name
            for name in self.collect
            if name != asked and (again or not call.variables.get(name)) and company.slots[name].confirm != "always"
        ]
        about = KindOptions(at_s=call.now_s, timezone=company.timezone)
        for name, other in values_in(event.text, others, company.slots, book.skills.kinds, about).items():
            if other != value:
                slot = company.slots[name]
                call = call.set(name, other)
                call = call.hide(name) if slot.secret else call
                how = "in the same sentence"
                book.decided(Decision("also", how, value=other, kind=slot.kind, slot=name, secret=slot.secret))
        return call

    def _missing(self, call: Call) -> str | None:
        return next((name for name in self.collect if not call.variables.get(name)), None)

    def _take(self, call: Call, book: FlowBook, name: str, value: str) -> Move:
        """Keep the value and ask for the next missing one."""
        return self.enter(changed(call.set(name, value).remember(**{PENDING: ""}), tries=Tries()), book)

    def _confirmed(self, call: Call, event: Event, book: FlowBook, name: str, pending: str) -> Move:
        slot = book.company.slots[name]
        if isinstance(event, Heard):
            # "No, I said nine four one oh eight": the new value counts.
            kind = book.skills.kinds[slot.kind]
            about = KindOptions(at_s=call.now_s, timezone=book.company.timezone)
            again = kind.hear(event.text, slot.options_at(about)) if kind.closed else None
            if again is not None and again != pending:
                said = MASK if slot.secret else event.text
                book.decided(Decision("value", "said instead", value=again, kind=kind.name, sure=False))
                call = changed(call.said("caller", said, event.confidence), tries=Tries())
                return self._confirm(slot, book, again).put(call.remember(**{PENDING: again}), book)
        answer = self._confirm(slot, book, pending).answer(call, event, book)
        if not isinstance(answer, Valued):
            return answer if isinstance(answer, Move) else self.enter(call, book)
        if answer.value == "yes":
            return self._take(answer.call, book, name, pending)
        call = changed(answer.call.remember(**{PENDING: ""}), tries=Tries())
        return self._question(slot, book).put(call, book, AGAIN)

    def _question(self, slot: Slot, book: FlowBook) -> Question:
        others = (book.company.slots[name] for name in self.collect)
        also = tuple((other.kind, other.options) for other in others if other is not slot and not other.secret)
        return Question(slot.ask, slot.kind, slot, options=slot.options, secret=slot.secret, bad=slot.bad, also=also)

    def _confirm(self, slot: Slot, book: FlowBook, value: str) -> Question:
        spoken = book.skills.kinds[slot.kind].speak(value)
        also = ((slot.kind, slot.options),)
        return Question(IS_THAT_RIGHT, "yes_no", slot, secret=slot.secret, values=readings(spoken, value), also=also)

    def asks(self, company: Company) -> Iterator[Patience]:
        for name in self.collect:
            if name in company.slots:
                yield company.slots[name]

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        for index, name in enumerate(self.collect):
            yield "slot", name, ("collect", index)
