"""What a picture shows, before it has a shape: flows, steps, exits. Every kind of picture is drawn from a chart."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from ivr.drawing.wording import outline, summary
from ivr.flows.book import CallFlow, FlowBook, Into, Onward, Step
from ivr.flows.documents import beside, name_beside
from ivr.flows.graph import BACK, END, Way, ways
from ivr.flows.steps.base import StepBase

Status: TypeAlias = Literal["same", "added", "removed", "changed"]
NEXT = "next"
_ELSEWHERE = {"slot": "slots", "mailbox": "mailboxes", "queue": "queues", "agent": "agents"}


@dataclass(frozen=True, slots=True)
class Out:
    """One exit of a step. ``leads`` says where in words that survive a change of line numbers: ``next``, a flow."""

    label: str
    target: str
    leads: str
    option: bool = False
    """Whether the caller is offered it by name, as the options of a menu are."""
    key: str = ""
    returns: bool = False
    trouble: bool = False
    """Whether nobody hopes for it: drawn muted and dashed."""
    status: Status = "same"
    was: str = ""
    """Where it led before, when that changed."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Steps inside a step: the ``then`` of an ``if``, or what one option of a menu does."""

    name: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One step. ``text`` is short, ``full`` is everything that is written; ``was`` is the text before a change."""

    id: str
    word: str
    text: str
    full: str
    line: int
    outs: tuple[Out, ...]
    panels: tuple[Panel, ...] = ()
    status: Status = "same"
    was: str = ""
    file: str = ""
    """The included file it stands in; empty for the main one."""

    @property
    def where(self) -> str:
        """Where it stands, for people."""
        return where(self.file, self.line)

    @property
    def deep(self) -> str:
        """All of the step with the steps inside it: what is compared first."""
        inside = [[panel.name, *(node.deep for node in panel.nodes)] for panel in self.panels]
        return json.dumps([self.word, self.full, inside])


@dataclass(frozen=True, slots=True)
class Group:
    """One flow, with the lines that start it."""

    name: str
    line: int
    nodes: tuple[Node, ...]
    numbers: tuple[str, ...] = ()
    status: Status = "same"
    file: str = ""
    """The included file it stands in; empty for the main one."""

    @property
    def where(self) -> str:
        """Where it stands, for people."""
        return where(self.file, self.line)


@dataclass(frozen=True, slots=True)
class Command:
    """An ``anywhere`` command: what it is called, its key, what is heard for it, and the flow it leads to."""

    name: str
    key: str
    heard: tuple[str, ...]
    flow: str
    status: Status = "same"


@dataclass(frozen=True, slots=True)
class Chart:
    """A flow book ready to be drawn."""

    company: str
    groups: tuple[Group, ...]
    commands: tuple[Command, ...]
    compared: bool = False
    flow_of: Mapping[str, str] = field(default_factory=dict)
    """The flow each step is in."""

    @property
    def nodes(self) -> Iterator[Node]:
        """Every step, those inside others after the one they are inside of."""
        for group in self.groups:
            yield from walk(group.nodes)


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """``nodes`` and all steps inside them, in the order they are drawn."""
    for node in nodes:
        yield node
        for panel in node.panels:
            yield from walk(panel.nodes)


def read_chart(book: FlowBook) -> Chart:
    """The chart of ``book``."""
    reading = _Reading(book)
    company = book.company
    groups = tuple(
        Group(
            flow,
            book.places[flow].line if flow in book.places else 1,
            reading.nodes(flow, book.blocks[flow], reading.end_of(flow)),
            tuple(number for number, first in company.lines.items() if first == flow),
            file=_file(book, flow),
        )
        for flow in book.flows
    )
    commands = tuple(
        Command(name, command.press or "", command.hear, command.go or "") for name, command in company.anywhere.items()
    )
    return make_chart(company.company, groups, commands)


def make_chart(
    company: str, groups: tuple[Group, ...], commands: tuple[Command, ...], *, compared: bool = False
) -> Chart:
    """A chart that knows the flow of each of its steps."""
    flow_of = {node.id: group.name for group in groups for node in walk(group.nodes)}
    return Chart(company, groups, commands, compared, flow_of)


def where(file: str, line: int) -> str:
    """A line of the main file, or of one it includes, for people."""
    return f"{file} line {line}" if file else f"line {line}"


def link(base: str, file: str, line: int, offsets: Mapping[str, int]) -> str:
    """Where a line leads: into the file ``base``, or into ``file`` beside it.

    ``offsets`` are for readers who have all files in one text: how many lines come before each.
    """
    if file in offsets or not file:
        return f"{base}#L{line + offsets.get(file, 0)}"
    return f"{beside(base, quote(file))}#L{line}"


def _file(book: FlowBook, id: str) -> str:
    """The included file in which a block or step stands; empty for the main one."""
    place = book.places.get(id)
    return name_beside(book.file, place.file) if place else ""


class _Reading:
    """The work of turning a book into nodes."""

    def __init__(self, book: FlowBook) -> None:
        self._book = book
        self._ways: dict[str, list[Way]] = defaultdict(list)
        for way in ways(book):
            self._ways[way.source].append(way)
        self._called = {way.target for found in self._ways.values() for way in found if way.comes_back}

    def end_of(self, flow: str) -> str:
        """Where a call goes after the last step of ``flow``."""
        return BACK if f"{flow}.0" in self._called else END

    def nodes(self, block: str, steps: tuple[Step, ...], after: str) -> tuple[Node, ...]:
        """``after`` is the step that follows the block."""
        ids = [f"{block}.{index}" for index in range(len(steps))]
        following = [*ids[1:], after]
        return tuple(map(self._node, ids, steps, following))

    def _node(self, step_id: str, step: Step, after: str) -> Node:
        inner = tuple(step.blocks()) if isinstance(step, StepBase) else ()
        panels = tuple(Panel(name, self.nodes(f"{step_id}.{name}", steps, after)) for name, steps, _ in inner)
        written = _written(step, [path for _, _, path in inner])
        place = self._book.places.get(step_id)
        outs = tuple(self._outs(step_id, step, after))
        return Node(
            step_id,
            step.word,
            summary(step.word, written),
            outline(written | self._named(step)),
            place.line if place else 1,
            outs,
            panels,
            file=_file(self._book, step_id),
        )

    def _named(self, step: Step) -> dict[str, Any]:
        """What the step names and the file says elsewhere: the question of a slot, the greeting of a mailbox."""
        named: dict[str, Any] = {}
        for what, name, _ in step.uses() if isinstance(step, StepBase) else ():
            known = getattr(self._book.company, _ELSEWHERE.get(what, ""), {})
            if name in known:
                named[f"{what} {name}"] = known[name].model_dump(mode="json", by_alias=True, exclude_unset=True)
        return named

    def _outs(self, step_id: str, step: Step, after: str) -> Iterator[Out]:
        keys = {choice.name: choice.key for choice in getattr(step, "choices", ())}
        exits = list(step.exits())
        for index, way in enumerate(self._ways[step_id]):
            to = exits[index].to if index < len(exits) else None
            leads = self._leads(way.target)
            if isinstance(to, Onward):
                leads = NEXT
            elif isinstance(to, Into):
                leads = f"into {to.name}"
            option, key = way.label in keys, keys.get(way.label, "")
            yield Out(way.label, way.target, leads, option, key, isinstance(to, CallFlow), way.trouble)
            if isinstance(to, CallFlow):
                yield Out("then", after, NEXT)

    def _leads(self, target: str) -> str:
        """A target outside of the step: a flow begins with its first step."""
        return target if target in {END, BACK} else target.removesuffix(".0")


def _written(step: Step, inside: list[tuple[str | int, ...]]) -> dict[str, Any]:
    """The step as it is written, without the steps inside it."""
    if not isinstance(step, StepBase):
        return {step.word: ""}
    written: dict[str, Any] = step.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for path in inside:
        at: Any = written
        for name in path[:-1]:
            at = at[name]
        at.pop(path[-1], None)
    return written
