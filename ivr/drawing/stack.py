"""One flow as a box of cards, one below the other. Inside the box exits go straight down or along lanes at the left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.drawing.cards import HEAD, ROW_LINE, ROW_SIZE, Card, Exits, Line, make_card
from ivr.drawing.chart import Group, Node, Panel, Status, walk
from ivr.drawing.measure import wrap

GROUP_WIDTH = 288.0
PAD = 12.0
GROUP_HEAD = 38.0
LANE = 11.0
INDENT = 14.0
PANEL_PAD = 8.0
PANEL_TITLE = 17.0
GAP = 20.0
CARD_MIN = 190.0
ARROW_X = 18.0
"""Where the arrow between two cards runs, from the left edge of the inner one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A card at its place in the box."""

    card: Card
    x: float
    y: float

    @property
    def bottom(self) -> float:
        return self.y + self.card.height

    @property
    def right(self) -> float:
        return self.x + self.card.width


@dataclass(frozen=True, slots=True)
class PanelBox:
    """The frame around steps inside a step."""

    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """The words beside an arrow between two cards."""

    x: float
    y: float
    text: str
    trouble: bool
    status: Status


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow straight down to the next card."""

    x: float
    top: float
    bottom: float
    trouble: bool
    status: Status


@dataclass(frozen=True, slots=True)
class Stub:
    """Where an exit joins its lane."""

    x: float
    y: float
    trouble: bool
    status: Status


@dataclass(frozen=True, slots=True)
class Lane:
    """A way along the left side to the card ``target``, shared by all exits that lead there."""

    x: float
    stubs: tuple[Stub, ...]
    target: tuple[float, float]


@dataclass(slots=True)
class Stack:
    """A flow with its shape; all places count from its upper left corner."""

    group: Group
    width: float
    height: float = 0.0
    cards: list[Placed] = field(default_factory=list)
    panels: list[PanelBox] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)


def stack_width(group: Group) -> float:
    """The width that the flow needs."""
    return max(GROUP_WIDTH, 2 * PAD + _lane_room(group) + _depth(group.nodes) * (INDENT + PANEL_PAD) + CARD_MIN)


def make_stack(group: Group, width: float, lined: Iterable[Line] = ()) -> Stack:
    """Place the cards of ``group`` in a box that is ``width`` wide."""
    stacking = _Stacking(group, Stack(group, width), frozenset(lined))
    left = PAD + _lane_room(group)
    end = stacking.place(group.nodes, left, width - PAD, GROUP_HEAD)
    stacking.stack.height = end - GAP + PAD
    stacking.connect()
    return stacking.stack


def _depth(nodes: tuple[Node, ...]) -> int:
    return max((1 + _depth(panel.nodes) for node in nodes for panel in node.panels), default=0)


# --- lanes ----------------------------------------------------------------------------------------------------------


def _lane_slots(group: Group) -> Mapping[str, int]:
    """The lane of each card that is reached by one: short ways are nearest to the cards."""
    order = {node.id: index for index, node in enumerate(walk(group.nodes))}
    spans: dict[str, tuple[int, int]] = {}
    for node in walk(group.nodes):
        for target in _by_lane(node, order):
            low, high = spans.get(target, (order[target], order[target]))
            spans[target] = (min(low, order[node.id]), max(high, order[node.id]))
    slots: dict[str, int] = {}
    for target, (low, high) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1])):
        taken = {slot for other, slot in slots.items() if spans[other][0] <= high and low <= spans[other][1]}
        slots[target] = next(slot for slot in range(len(spans)) if slot not in taken)
    return slots


def _by_lane(node: Node, order: Mapping[str, int]) -> Iterator[str]:
    for out in node.outs:
        if out.target in order and "removed" not in (out.status, node.status):
            straight = order[out.target] == order[node.id] + 1 and not out.option
            if not straight:
                yield out.target


def _lane_room(group: Group) -> float:
    slots = _lane_slots(group)
    return (max(slots.values()) + 1) * LANE if slots else 0.0


# --- cards ----------------------------------------------------------------------------------------------------------


class _Stacking:
    """The work of placing the cards of one flow."""

    def __init__(self, group: Group, stack: Stack, lined: frozenset[Line]) -> None:
        self.stack = stack
        self._ids = [node.id for node in walk(group.nodes)]
        self._next = dict(zip(self._ids, [*self._ids[1:], ""], strict=True))
        self._slots = _lane_slots(group)
        self._lined = lined

    def place(self, nodes: tuple[Node, ...], left: float, right: float, top: float) -> float:
        """Place ``nodes`` from ``top`` on; the top of what comes below them."""
        for node in nodes:
            card = make_card(node, right - left, self._next[node.id], self._ids, self._lined)
            self.stack.cards.append(Placed(card, left, top))
            arrow_x = left + ARROW_X + (INDENT + PANEL_PAD if node.panels else 0.0)
            top = self._label(card.below, arrow_x + 9, right, top + card.height)
            for panel in node.panels:
                top = self._panel(panel, left + INDENT, right, top)
        return top

    def _panel(self, panel: Panel, left: float, right: float, top: float) -> float:
        inner = self._next_top(panel, top)
        at = len(self.stack.panels)  # before the panels inside it, which are drawn on top of it
        end = self.place(panel.nodes, left + PANEL_PAD, right - PANEL_PAD, inner) - GAP + PANEL_PAD
        title = panel.name if inner > top + PANEL_PAD else ""
        self.stack.panels.insert(at, PanelBox(title, left, top, right - left, end - top))
        return end + GAP

    def _next_top(self, panel: Panel, top: float) -> float:
        """Where the cards of a panel begin: one that is reached by a lane has a title above them."""
        return top + PANEL_PAD + (PANEL_TITLE if panel.nodes[0].id in self._slots else 0.0)

    def _label(self, below: tuple[Exits, ...], x: float, right: float, top: float) -> float:
        """Write the labels beside an arrow that begins at ``top``; where the next card may begin."""
        y = top + 4
        for exits in below:
            for line in wrap(exits.label, ROW_SIZE, right - x, 4) if exits.label else ():
                y += ROW_LINE
                self.stack.labels.append(Label(x, y - 3, line, exits.first.trouble, exits.first.status))
        return max(top + GAP, y + 9)

    # --- ways inside the box ----------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Draw all ways between the cards."""
        placed = {at.card.node.id: at for at in self.stack.cards}
        stubs: dict[str, list[Stub]] = {}
        for at in self.stack.cards:
            self._straight(at, placed)
            for target, stub in _stubs(at):
                if target in self._slots and target in placed:
                    stubs.setdefault(target, []).append(stub)
        outermost = max(self._slots.values(), default=0)
        for target, joined in stubs.items():
            to = placed[target]
            x = PAD + (outermost - self._slots[target]) * LANE
            self.stack.lanes.append(Lane(x, tuple(joined), (to.x, to.y + HEAD / 2)))

    def _straight(self, at: Placed, placed: Mapping[str, Placed]) -> None:
        below = placed.get(self._next[at.card.node.id])
        if below and at.card.below:
            trouble = all(exits.first.trouble for exits in at.card.below)
            status = at.card.below[0].first.status
            self.stack.arrows.append(Arrow(max(at.x, below.x) + ARROW_X, at.bottom, below.y, trouble, status))


def _stubs(at: Placed) -> Iterator[tuple[str, Stub]]:
    card = at.card
    if card.node.status == "removed":
        return
    for row in card.rows:
        if not row.pill:
            out = row.exits.first
            yield out.target, Stub(at.x, at.y + row.middle, out.trouble, out.status)
    for exits in card.aside:
        yield exits.first.target, Stub(at.x, at.bottom - 8, exits.first.trouble, exits.first.status)
