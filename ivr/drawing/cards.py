"""A step as a card: its head, its text, and a row for every exit that does not simply lead to the card below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from ivr.drawing.chart import Node, Out, Status
from ivr.drawing.measure import cut, width, wrap
from ivr.flows.graph import BACK, END

HEAD = 32.0
TEXT_LINE = 16.0
ROW_LINE = 15.0
ROW_PAD = 4.0
SIDE = 11.0
TEXT_SIZE = 12.0
ROW_SIZE = 11.0
PILL_SIZE = 10.5
PILL_PAD = 22.0
"""The room a pill needs beside its text, for its arrow and its round ends."""
KEY = 21.0
"""The room of a key cap before a row."""
LABEL_MIN = 84.0
WORD_X = 36.0
"""Where the word of a step begins, after its icon."""
MARK = 26.0
"""The room for what became of a step, after its word."""
TEXT_LINES = 3
Line: TypeAlias = tuple[str, bool]
"""A line to another flow: the step it leads to, and whether it is for exits that nobody hopes for."""


@dataclass(frozen=True, slots=True)
class Exits:
    """Exits of one step that lead to the same place, drawn as one."""

    outs: tuple[Out, ...]

    @property
    def first(self) -> Out:
        return self.outs[0]

    @property
    def label(self) -> str:
        return ", ".join(out.label for out in self.outs if out.label)


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled exit on a card. Without a ``pill`` a line leaves it. ``top`` counts from the top of the card."""

    exits: Exits
    lines: tuple[str, ...]
    pill: str
    top: float

    @property
    def height(self) -> float:
        return len(self.lines) * ROW_LINE + 2 * ROW_PAD

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Card:
    """A step with its shape. ``head`` is an exit without a label out of the flow; ``below`` lead to the next card."""

    node: Node
    width: float
    was: tuple[str, ...]
    text: tuple[str, ...]
    rows: tuple[Row, ...]
    head: Exits | None
    head_pill: str
    below: tuple[Exits, ...]
    aside: tuple[Exits, ...]
    """Exits without a label that lead to another card of the flow than the next."""

    @property
    def text_height(self) -> float:
        lines = len(self.was) + len(self.text)
        return lines * TEXT_LINE + 5 if lines else 0.0

    @property
    def height(self) -> float:
        return HEAD + self.text_height + sum(row.height for row in self.rows) + (3 if self.rows else 0)


def gathered(outs: Iterable[Out]) -> list[Exits]:
    """Exits that lead to the same place in the same manner, as one; options stay apart."""

    def same(item: tuple[int, Out]) -> tuple[object, ...]:
        index, out = item
        return out.target, out.trouble, out.status, out.was, out.returns, bool(out.label), index if out.option else -1

    ordered = sorted(enumerate(outs), key=lambda item: item[0])
    places: dict[tuple[object, ...], int] = {}
    for item in ordered:
        places.setdefault(same(item), item[0])
    ordered.sort(key=lambda item: (places[same(item)], item[0]))
    return [Exits(tuple(out for _, out in group)) for _, group in groupby(ordered, key=same)]


def make_card(node: Node, room: float, below: str, inside: Iterable[str], lined: Iterable[Line]) -> Card:
    """The card of ``node``, ``room`` wide.

    Args:
        node: The step.
        room: The width of the card.
        below: The id of the card right below.
        inside: The ids of the cards of its flow.
        lined: Which lines to other flows are drawn; pills name all other targets.
    """
    own, lines = frozenset(inside), frozenset(lined)
    downwards, aside, head, rows = [], [], None, []
    for exits in gathered(node.outs):
        out = exits.first
        if out.target == below and not out.option and out.status != "removed" and node.status != "removed":
            downwards.append(exits)
        elif exits.label:
            rows.append(exits)
        elif out.target in own:
            aside.append(exits)
        else:
            head = exits
    card = Card(
        node, room, (), (), (), head, _pill(head.first, _head_room(node, room)) if head else "", tuple(downwards), ()
    )
    said = _told(node, head)
    text_room = room - 2 * SIDE
    card = replace(
        card,
        was=wrap(node.was, TEXT_SIZE, text_room, 2) if node.was else (),
        text=wrap(said, TEXT_SIZE, text_room, TEXT_LINES) if said else (),
        aside=tuple(aside),
    )
    return replace(card, rows=_rows(card, rows, own, lines))


def _head_room(node: Node, room: float) -> float:
    return room - WORD_X - width(node.word, TEXT_SIZE, bold=True) - MARK - PILL_PAD - SIDE


def _told(node: Node, head: Exits | None) -> str:
    """The text of a card; a name that its pill says already is not said twice."""
    if head and node.text == head.first.leads:
        return ""
    return node.text


def _rows(card: Card, all_exits: list[Exits], own: frozenset[str], lines: frozenset[Line]) -> tuple[Row, ...]:
    rows: list[Row] = []
    top = HEAD + card.text_height
    for exits in all_exits:
        out = exits.first
        lined = out.status != "removed" and (out.target in own or (out.target, out.trouble) in lines)
        label_room = card.width - 2 * SIDE - (KEY if out.key else 0)
        pill = "" if lined else _pill(out, label_room - LABEL_MIN - PILL_PAD)
        if pill:
            label_room -= width(pill, PILL_SIZE) + PILL_PAD + 6
        mark = MARKS[out.status]
        was = f" (was → {out.was})" if out.was else ""
        row = Row(exits, wrap(f"{mark}{exits.label}{was}", ROW_SIZE, label_room, 4), pill, top)
        rows.append(row)
        top += row.height
    return tuple(rows)


MARKS: Mapping[Status, str] = {"same": "", "added": "+ ", "removed": "\N{MINUS SIGN} ", "changed": "~ "}
"""What became of a part, for those who do not see colours."""


def _pill(out: Out, room: float) -> str:
    """The name of a target that no line is drawn to."""
    name = {END: "end", BACK: "back"}.get(out.target, out.leads)
    return cut(name, PILL_SIZE, max(room, 40.0))
