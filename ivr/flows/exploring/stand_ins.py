"""Stands in for the world while a flow book is explored: understanding, places, hours, conditions and the voice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ivr.flows.actions import Choice, Say
from ivr.flows.book import Exit, FlowBook, Into, Move, Onward, Step
from ivr.flows.call import Call
from ivr.flows.company import Company
from ivr.flows.events import Event, Heard
from ivr.flows.exploring.oracle import Oracle
from ivr.flows.exploring.undecided import SOMETHING, decided
from ivr.flows.fields import Patience
from ivr.flows.skills import Found, Kind, KindOptions, Meaning, Skills
from ivr.flows.steps.if_ import IfStep

NEVER_SURE = frozenset({"intent_confidence", "caller"})
OUTCOMES = ("found", "unknown", "none", "ambiguous")


def understand(heard: Heard, choices: Sequence[Choice]) -> Meaning:
    """The choice of that very name."""
    found = next((choice.name for choice in choices if choice.name == heard.text), None)
    return Meaning(found, 1.0, "")


@dataclass(slots=True)
class AnyKind:
    """A kind with one value: something. ``yes_no`` has two."""

    name: str
    closed: bool

    def hear(self, text: str, options: KindOptions) -> str | None:
        del options
        if self.name == "yes_no":
            return text if text in {"yes", "no"} else None
        return SOMETHING if text == SOMETHING else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return self.hear(keys, options)

    def words(self, options: KindOptions) -> tuple[str, ...]:
        del options
        return ()

    def max_keys(self, options: KindOptions) -> int:
        del options
        return 0

    def finished(self, text: str, options: KindOptions) -> bool:
        del text, options
        return False

    def speak(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class AnyPlace:
    """A locator that knows one store, or does not."""

    oracle: Oracle

    def __call__(self, near: str, count: int, at_s: float, *, open_at: str = "", service: str = "") -> Found:
        del at_s, open_at, service
        # Only a place that a caller named can be known; a look at one store asks only whether it is.
        outcome = OUTCOMES[self.oracle.choose(2 if count == 1 else len(OUTCOMES))] if near == SOMETHING else "unknown"
        store = {"name": "the store", "phone": "+15035550100"}
        return Found(outcome, SOMETHING, "Which one do you mean?", (store,) if outcome == "found" else ())


@dataclass(frozen=True, slots=True)
class AnyTable:
    """A table that has the row that is looked for, or has not."""

    columns: tuple[str, ...]
    oracle: Oracle

    def find(self, wanted: Mapping[str, str]) -> Mapping[str, str] | None:
        found = all(wanted.values()) and self.oracle.choose(2) == 0
        return dict.fromkeys(self.columns, SOMETHING) if found else None


@dataclass(frozen=True, slots=True)
class Fork:
    """An ``if`` that goes both ways where nobody can know."""

    word: ClassVar[str] = "if"
    step: IfStep
    oracle: Oracle
    forgetful: bool

    def enter(self, call: Call, book: FlowBook) -> Move:
        find = book.lookup(call)

        def look(name: str) -> tuple[Any] | None:
            first, _, rest = name.partition(".")
            if self.forgetful or first in NEVER_SURE or (rest and call.variables.get(first) is not None):
                return None
            return (find(name),)

        true = decided(self.step.test.condition, look, lambda name: self.oracle.is_open(name, call.now_s))
        if true is None:
            true = self.oracle.choose(2) == 0
        if true:
            return Move(call, to=Into("then"), via="then")
        return Move(call, to=Into("else") if self.step.otherwise else Onward(), via="else")

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        return self.step.on(call, event, book)

    def exits(self) -> Iterator[Exit]:
        return self.step.exits()

    def asks(self, company: Company) -> Iterator[Patience]:
        return self.step.asks(company)

    def prompts(self) -> Iterator[str]:
        return self.step.prompts()


class QuietBook(FlowBook):
    """A book that says nothing, which is most of the work of a step."""

    __slots__ = ()

    def say(self, call: Call, text: str, *, hidden: str = "", **more: str) -> tuple[Call, Say]:
        del text, hidden, more
        return call, Say("", call.language)

    def shown(self, call: Call, text: str, **more: str) -> str:
        del call, text, more
        return ""

    def brief(self, call: Call, text: str) -> str:
        del call, text
        return ""


def imagined(book: FlowBook, oracle: Oracle, *, forgetful: bool) -> tuple[QuietBook, FlowBook]:
    """``book`` in a world where ``oracle`` decides: one that is quiet, and one that speaks."""
    kinds: dict[str, Kind] = {name: AnyKind(name, kind.closed) for name, kind in book.skills.kinds.items()}
    skills = Skills(understand, kinds, AnyPlace(oracle), oracle)
    blocks = {
        name: tuple(_forked(step, oracle, forgetful=forgetful) for step in steps) for name, steps in book.blocks.items()
    }
    tables = {name: AnyTable(table.columns, oracle) for name, table in book.tables.items()}
    quiet = QuietBook(book.version, book.company, blocks, book.places, skills, book.file, tables)
    return quiet, replace(book, blocks=blocks, skills=skills, tables=tables)


def _forked(step: Step, oracle: Oracle, *, forgetful: bool) -> Step:
    return Fork(step, oracle, forgetful) if isinstance(step, IfStep) else step
