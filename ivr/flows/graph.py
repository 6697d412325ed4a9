"""A flow book as a graph: every step, and every way from one to another. Pictures, checks and coverage walk it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flows.book import CallFlow, Exit, Finish, FlowBook, GoBack, GoTo, Into, Onward, Stay, Step
from ivr.flows.fields import Leave
from ivr.flows.question import NOT_UNDERSTOOD, SILENCE

END = "end"
"""Where a call is over."""

BACK = "back"
"""Where a called flow goes back to the step after its ``call``."""


@dataclass(frozen=True, slots=True)
class Way:
    """From step ``source`` (``main.0``) by the exit ``label`` to step ``target``, or to END or BACK.

    A way that does a flow and comes back (``call``) leads into that flow; ``comes_back`` says so. ``trouble`` is the
    exit's.
    """

    source: str
    label: str
    target: str
    comes_back: bool = False
    trouble: bool = False


def steps(book: FlowBook) -> Iterator[tuple[str, Step]]:
    """Every step with its id, in file order."""
    for block, inside in book.blocks.items():
        for index, step in enumerate(inside):
            yield f"{block}.{index}", step


def ways(book: FlowBook) -> Iterator[Way]:
    """Every way out of every step, ladders included, in file order."""
    for source, step in steps(book):
        for way in (*step.exits(), *_ladders(book, step)):
            yield Way(source, way.label, _target(book, source, way), isinstance(way.to, CallFlow), way.trouble)


def starts(book: FlowBook) -> dict[str, str]:
    """The step each line begins with."""
    return {line: f"{flow}.0" for line, flow in book.company.lines.items()}


def commands(book: FlowBook) -> dict[str, str]:
    """The step each ``anywhere`` command leads to from every question."""
    return {name: f"{command.go}.0" for name, command in book.company.anywhere.items() if command.go}


def asks(book: FlowBook, step: Step) -> bool:
    """Whether the step asks the caller something."""
    return next(step.asks(book.company), None) is not None


def _ladders(book: FlowBook, step: Step) -> Iterator[Exit]:
    """How the questions of a step end when nothing is heard or understood, each way once."""
    seen: set[tuple[str, object]] = set()
    for own in step.asks(book.company):
        patience = book.company.patience(own)
        for label, ladder in ((SILENCE, patience.no_input or ()), (NOT_UNDERSTOOD, patience.no_match or ())):
            leave = next((rung for rung in ladder if isinstance(rung, Leave)), None)
            to = GoTo(leave.go) if leave else Finish(NOT_UNDERSTOOD)
            if (label, to) not in seen:
                seen.add((label, to))
                yield Exit(label, to, trouble=True)


def _target(book: FlowBook, source: str, way: Exit) -> str:
    match way.to:
        case GoTo(flow) | CallFlow(flow):
            return f"{flow}.0"
        case Into(name):
            return f"{source}.{name}.0"
        case Onward():
            return after(book, source)
        case GoBack():
            return BACK
        case Finish() | Stay():
            return END


def after(book: FlowBook, source: str) -> str:
    """The step after ``source``: in its block, or else after the step that its block is inside of; else END or BACK."""
    block, _, index = source.rpartition(".")
    following = f"{block}.{int(index) + 1}"
    if int(index) + 1 < len(book.blocks[block]):
        return following
    if "." not in block:
        return BACK if _is_called(book, block) else END
    outer = block.rpartition(".")[0]  # flow.2.then -> flow.2
    return after(book, outer)


def _is_called(book: FlowBook, flow: str) -> bool:
    return any(isinstance(way.to, CallFlow) and way.to.flow == flow for _, step in steps(book) for way in step.exits())
