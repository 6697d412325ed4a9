"""One flow in SVG: its box, its cards, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ivr.drawing import ink
from ivr.drawing.cards import (
    HEAD,
    KEY,
    PILL_PAD,
    PILL_SIZE,
    ROW_LINE,
    ROW_PAD,
    ROW_SIZE,
    SIDE,
    TEXT_LINE,
    TEXT_SIZE,
    WORD_X,
    Row,
)
from ivr.drawing.chart import Out, Status
from ivr.drawing.measure import cut, width
from ivr.drawing.plan import NUMBER, Box
from ivr.drawing.stack import ARROW_X, GROUP_HEAD, Lane, Placed
from ivr.drawing.style import CHANGES, ICONS, OTHER, PHONE_ICON, TO_BACK, TO_END, TO_FLOW
from ivr.flows.graph import BACK, END

SMALL = 10.0
PILL_HEIGHT = 18.0


@dataclass(frozen=True, slots=True)
class Links:
    """Where things on the picture lead: ``line`` into the file, ``flow`` to a flow of the picture."""

    line: Callable[[str, int], str]
    flow: Callable[[str], str]
    flow_of: Mapping[str, str]


def looks(kind: str, status: Status = "same", *, trouble: bool = False) -> str:
    """The classes of an element."""
    return " ".join([kind, *(["trouble"] if trouble else []), *([status] if status != "same" else [])])


def pill(x: float, y: float, label: str, out: Out, links: Links) -> str:
    """A small name of a target, its middle left at ``x``, ``y``."""
    mute = "mute " if out.trouble or out.target in {END, BACK} else ""
    sign = {END: TO_END, BACK: TO_BACK}.get(out.target, TO_FLOW)
    struck = " struck" if out.status == "removed" else ""
    inside = (
        ink.rect(f"{mute}pill", x, y - PILL_HEIGHT / 2, pill_width(label), PILL_HEIGHT, PILL_HEIGHT / 2),
        ink.icon(f"{mute}pill-icon", sign, x + 10, y),
        ink.text(f"{mute}pill-ink{struck}", x + 17, y + 3.7, PILL_SIZE, label),
    )
    flow = links.flow_of.get(out.target, "")
    return ink.link(links.flow(flow), inside, f"go to {flow}") if flow else "".join(inside)


def pill_width(label: str) -> float:
    return width(label, PILL_SIZE) + PILL_PAD


def mark(x: float, y: float, status: Status) -> str:
    """A badge that says what became of a part; its middle left is at ``x``, ``y``."""
    if status == "same":
        return ""
    badge = ink.rect(looks("mark", status), x, y - 8, 16, 16, 4)
    return badge + ink.icon("mark-ink", CHANGES[status], x + 8, y)


class FlowDrawing:
    """Draws one flow."""

    def __init__(self, box: Box, links: Links, highlight: Mapping[str, str]) -> None:
        self._box = box
        self._links = links
        self._highlight = highlight

    def frame(self) -> Iterator[str]:
        """The box with its name, the frames inside it, and the telephone numbers that lead to it."""
        box, group = self._box, self._box.stack.group
        yield ink.rect(looks("group", group.status), box.x, box.y, box.stack.width, box.stack.height, 14)
        room = box.stack.width - 2 * 14 - (24 if group.status != "same" else 0)
        name = cut(group.name, 14, room, bold=True)
        yield ink.link(
            self._links.line(group.file, group.line),
            [
                ink.text(
                    "name" + (" struck" if group.status == "removed" else ""),
                    box.x + 14,
                    box.y + 25,
                    14,
                    name,
                    bold=True,
                )
            ],
            f"flow {group.name}, {group.where}",
        )
        yield mark(box.right - 14 - 16, box.y + GROUP_HEAD / 2 + 1, group.status)
        for panel in box.stack.panels:
            x, y = box.x + panel.x, box.y + panel.y
            yield ink.rect("panel", x, y, panel.width, panel.height, 10)
            if panel.title:
                yield ink.text("soft", x + 9, y + 17, SMALL, cut(panel.title, SMALL, panel.width - 18))
        yield from self._numbers()

    def _numbers(self) -> Iterator[str]:
        box = self._box
        y = box.entry
        for line in box.stack.group.numbers:
            shown = cut(line, TEXT_SIZE, box.stack.width - 60, bold=True)
            yield ink.rect("phone", box.x, y, width(shown, TEXT_SIZE, bold=True) + 46, NUMBER, NUMBER / 2)
            yield ink.icon("icon phone-icon", PHONE_ICON, box.x + 18, y + NUMBER / 2)
            yield ink.text("phone-ink", box.x + 32, y + NUMBER / 2 + 4.2, TEXT_SIZE, shown, bold=True)
            y += NUMBER + 4
        if box.stack.group.numbers:
            x = box.x + 12 + ARROW_X
            yield from _arrow("line", "tip", [(x, y - 4), (x, box.y)])

    def ways(self) -> Iterator[str]:
        """The arrows and lanes between the cards, and the words beside them."""
        box = self._box
        for lane in box.stack.lanes:
            yield from self._lane(lane)
        for arrow in box.stack.arrows:
            x = box.x + arrow.x
            line, tip = (looks(kind, arrow.status, trouble=arrow.trouble) for kind in ("line", "tip"))
            yield from _arrow(line, tip, [(x, box.y + arrow.top), (x, box.y + arrow.bottom)])
        for label in box.stack.labels:
            kind = looks("soft", label.status, trouble=label.trouble)
            yield ink.text(kind, box.x + label.x, box.y + label.y, ROW_SIZE, label.text)

    def _lane(self, lane: Lane) -> Iterator[str]:
        box, (to_x, to_y) = self._box, lane.target
        x, end = box.x + lane.x, (box.x + to_x, box.y + to_y)
        for stub in lane.stubs:
            start = (box.x + stub.x, box.y + stub.y)
            line, tip = (looks(kind, stub.status, trouble=stub.trouble) for kind in ("line", "tip"))
            yield from _arrow(line, tip, [start, (x, start[1]), (x, end[1]), end])

    def cards(self) -> Iterator[str]:
        """The steps."""
        for at in self._box.stack.cards:
            yield from self._card(at)

    def _card(self, at: Placed) -> Iterator[str]:
        node, card = at.card.node, at.card
        x, y = self._box.x + at.x, self._box.y + at.y
        inside = [ink.rect(looks("card", node.status), x, y, card.width, card.height, 9), *self._face(at, x, y)]
        tip = f"{node.full}\n({node.id.lstrip('-')}, {node.where})"
        yield f'<g class="step" data-step="{ink.plain(node.id)}">'
        yield ink.link(self._links.line(node.file, node.line), inside, tip)
        if card.head:
            out = card.head.first
            yield pill(
                x + card.width - SIDE - pill_width(card.head_pill), y + HEAD / 2, card.head_pill, out, self._links
            )
        for row in card.rows:
            if row.pill:
                left = x + card.width - SIDE - pill_width(row.pill)
                yield pill(left, y + row.middle, row.pill, row.exits.first, self._links)
        yield "</g>"
        yield from self._live(at, x, y)

    def _face(self, at: Placed, x: float, y: float) -> Iterator[str]:
        """What is on a card, but for its pills."""
        node, card = at.card.node, at.card
        tone, path = ICONS.get(node.word, OTHER)
        struck = " struck" if node.status == "removed" else ""
        yield ink.rect(f"{tone} tile", x + 8, y + 6, 20, 20, 6)
        yield ink.icon("icon", path, x + 18, y + 16)
        word = cut(node.word, TEXT_SIZE, card.width - WORD_X - 40, bold=True)
        yield ink.text(f"word{struck}", x + WORD_X, y + 20.5, TEXT_SIZE, word, bold=True)
        yield mark(x + WORD_X + width(word, TEXT_SIZE, bold=True) + 6, y + 16, node.status)
        if not card.head and node.status != "removed":
            yield ink.text("soft", x + card.width - SIDE, y + 20, SMALL, f"line {node.line}", anchor="end")
        top = y + HEAD + 11
        for words in card.was:
            yield ink.text("removed", x + SIDE, top, TEXT_SIZE, words)
            top += TEXT_LINE
        for words in card.text:
            yield ink.text(f"body{struck}", x + SIDE, top, TEXT_SIZE, words)
            top += TEXT_LINE
        for row in card.rows:
            yield from self._row(row, at, x, y)

    def _row(self, row: Row, at: Placed, x: float, y: float) -> Iterator[str]:
        out, card = row.exits.first, at.card
        if row is card.rows[0]:
            yield ink.drawn("rule", f"M{ink.number(x)} {ink.number(y + row.top)}h{ink.number(card.width)}")
        if out.status != "same":
            yield ink.rect(looks("row", out.status), x + 3, y + row.top + 1.5, card.width - 6, row.height - 3, 6)
        left = x + SIDE
        if out.key:
            yield ink.rect("key", left, y + row.top + 4, 16, 15.5, 4)
            yield ink.text("soft", left + 8, y + row.top + 15.5, SMALL, out.key, anchor="middle")
            left += KEY
        baseline = y + row.top + ROW_PAD + 11.2
        for words in row.lines:
            yield ink.text(looks("exit", out.status, trouble=out.trouble), left, baseline, ROW_SIZE, words)
            baseline += ROW_LINE

    def _live(self, at: Placed, x: float, y: float) -> Iterator[str]:
        """A ring and a badge around a step that something is said about."""
        label = self._highlight.get(at.card.node.id)
        if label is None:
            return
        yield ink.rect("live ring", x - 1, y - 1, at.card.width + 2, at.card.height + 2, 10)
        shown = cut(label, SMALL, at.card.width - 40, bold=True)
        if shown:
            wide = width(shown, SMALL, bold=True) + 16
            left = x + at.card.width - wide - 8
            yield ink.rect("live badge", left, y - 8, wide, 16, 8)
            yield ink.text("live-ink", left + 8, y + 3.6, SMALL, shown, bold=True)


def _arrow(line: str, tip: str, points: list[ink.Point]) -> Iterator[str]:
    yield ink.drawn(line, ink.line(points))
    yield ink.drawn(tip, ink.head(points[-1], points[-2]))
