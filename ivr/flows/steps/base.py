"""What every step type has in common. A step type is one file: its keys, its behaviour, its exits, its help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from pydantic import Field

from ivr.flows.book import Exit, FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.company import Company
from ivr.flows.events import Event
from ivr.flows.fields import Model, Patience


class StepBase(Model):
    """A step as written in the file. ``word`` is the key that names it; the class docstring is its help text."""

    word: ClassVar[str]
    example: ClassVar[str] = ""
    """Steps as they are written, for the reference; they run in the company of ``ivr/handbook/example.yaml``."""

    talk: ClassVar[tuple[str, ...]] = ()
    """What a caller types into ``ivr chat`` while the example runs; an empty text is silence."""

    def enter(self, call: Call, book: FlowBook) -> Move:
        raise NotImplementedError  # each step type says what it does

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        """Steps that wait for nothing go on, whatever arrives late."""
        return Move(call, to=Onward())

    def blocks(self) -> Iterator[tuple[str, tuple[StepBase, ...], tuple[str | int, ...]]]:
        """Lists of steps inside this one: name, steps, and where they stand below the step."""
        return iter(())

    def exits(self) -> Iterator[Exit]:
        """Most steps only go on to the next one."""
        yield Exit("", Onward())

    def asks(self, company: Company) -> Iterator[Patience]:
        return iter(())

    def prompts(self) -> Iterator[str]:
        return iter(())

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        """Things named elsewhere in the file: what it is (``slot``, ``queue`` ...), its name, and where."""
        return iter(())


if TYPE_CHECKING:
    AnyStep: TypeAlias = StepBase
else:
    AnyStep = "AnyStep"  # completed in ivr/flows/steps/__init__.py, where all step types are known

Block: TypeAlias = "tuple[AnyStep, ...]"


def not_empty(**more: Any) -> Any:
    """A field that needs at least one entry."""
    return Field(min_length=1, **more)
