"""Everything at its place: the flows in their columns, and the lines between them in the gutters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ivr.drawing.cards import HEAD, Line
from ivr.drawing.chart import Chart, Group, Status
from ivr.drawing.columns import UNIT_GAP, Link, Unit, links, make_columns
from ivr.drawing.gutters import Bundle, lane_order
from ivr.drawing.ink import CORNER
from ivr.drawing.stack import ARROW_X, GROUP_HEAD, Stack, make_stack, stack_width
from ivr.flows.graph import END

MARGIN = 28.0
GUTTER = 34.0
GUTTER_LANE = 11.0
NUMBER = 30.0
NUMBER_GAP = 22.0
FEW = 2
"""A flow that more flows than these fall into from silence or failure is named by pills, not drawn to."""


@dataclass(frozen=True, slots=True)
class Box:
    """A flow at its place. ``entry`` is the top of the telephone numbers above it."""

    stack: Stack
    x: float
    y: float

    @property
    def right(self) -> float:
        return self.x + self.stack.width

    @property
    def door(self) -> float:
        """The height at which lines come in."""
        return self.y + GROUP_HEAD / 2

    @property
    def entry(self) -> float:
        return self.y - entry_height(self.stack.group)


@dataclass(frozen=True, slots=True)
class Route:
    """A line between flows through these points; ``arrow`` when it has a head."""

    points: tuple[tuple[float, float], ...]
    trouble: bool
    status: Status
    arrow: bool = True


@dataclass(slots=True)
class Plan:
    """The whole picture."""

    boxes: dict[str, Box] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def lowered(self, by: float) -> Plan:
        """The same, further down."""
        boxes = {name: replace(box, y=box.y + by) for name, box in self.boxes.items()}
        routes = [replace(route, points=tuple((x, y + by) for x, y in route.points)) for route in self.routes]
        return Plan(boxes, routes, self.width, self.height + by)


@dataclass(frozen=True, slots=True)
class _Port:
    """Where a line leaves a flow; counts from the corner of the flow's box."""

    target: str
    trouble: bool
    status: Status
    x: float
    y: float
    drops: bool
    """Whether it goes straight down into the flow below."""


def entry_height(group: Group) -> float:
    """The room for the telephone numbers above a flow."""
    return len(group.numbers) * (NUMBER + 4) + NUMBER_GAP - 4 if group.numbers else 0.0


def make_plan(chart: Chart) -> Plan:
    """Place everything, from the top of the picture on."""
    groups = {group.name: group for group in chart.groups}
    rough = {name: make_stack(group, stack_width(group)).height + entry_height(group) for name, group in groups.items()}
    columns = make_columns(chart, rough)
    floor = max(sum(rough[name] + UNIT_GAP for unit in units for name in unit) for units in columns)
    return _Planning(chart, columns, floor).plan(groups)


class _Planning:
    """The work of placing the columns, from left to right."""

    def __init__(self, chart: Chart, columns: list[list[Unit]], floor: float) -> None:
        self._floor = floor
        self._chart = chart
        self._columns = columns
        self._at = {
            name: (column, row)
            for column, units in enumerate(columns)
            for row, name in enumerate(name for unit in units for name in unit)
        }
        self._links = links(chart)
        self._plan = Plan()

    def plan(self, groups: Mapping[str, Group]) -> Plan:
        x = MARGIN
        for column, units in enumerate(self._columns):
            names = [name for unit in units for name in unit]
            width = max(stack_width(groups[name]) for name in names)
            stacks = {name: make_stack(groups[name], width, self._lines(name)) for name in names}
            self._place(units, stacks, x)
            bundles = self._bundles(column, names)
            x += width + GUTTER + GUTTER_LANE * len(bundles)
        self._plan.width = max(box.right for box in self._plan.boxes.values()) + MARGIN
        self._route()
        self._plan.width = max(
            [self._plan.width, *(point[0] + MARGIN for route in self._plan.routes for point in route.points)]
        )
        self._plan.height = max(box.y + box.stack.height for box in self._plan.boxes.values()) + MARGIN
        return self._plan

    # --- which lines are drawn --------------------------------------------------------------------------------------

    def _lines(self, flow: str) -> list[Line]:
        return [(f"{link.target}.0", link.trouble) for link in self._links if link.source == flow and self._drawn(link)]

    def _drawn(self, link: Link) -> bool:
        """Lines go to the next column, and to the flow above or below; everything else is named by a pill."""
        (column, row), (to_column, to_row) = self._at[link.source], self._at[link.target]
        near = to_column == column + 1 or (to_column == column and abs(to_row - row) == 1)
        if near and link.trouble:
            return sum(other.trouble and other.target == link.target for other in self._links) <= FEW
        return near

    # --- columns ----------------------------------------------------------------------------------------------------

    def _place(self, units: list[Unit], stacks: Mapping[str, Stack], x: float) -> None:
        heights = [sum(_height(stacks[name]) for name in unit) for unit in units]
        wanted = [self._wanted(unit, stacks) for unit in units]
        for unit, unit_top in zip(units, spread(wanted, heights, self._floor), strict=True):
            y = unit_top
            for name in unit:
                y += entry_height(stacks[name].group)
                self._plan.boxes[name] = Box(stacks[name], x, y)
                y += stacks[name].height + UNIT_GAP

    def _wanted(self, unit: Unit, stacks: Mapping[str, Stack]) -> float | None:
        """The top at which the lines that come into ``unit`` would be level; None when there are none."""
        tops: list[float] = []
        above = 0.0
        for name in unit:
            door = above + entry_height(stacks[name].group) + GROUP_HEAD / 2
            tops += [y - door for flow, y in self._leaving() if flow == name]
            above = door - GROUP_HEAD / 2
            above += stacks[name].height + UNIT_GAP
        return sum(tops) / len(tops) if tops else None

    def _leaving(self) -> Iterator[tuple[str, float]]:
        """Every line that leaves the columns placed so far: the flow it goes to, and its height."""
        for box in self._plan.boxes.values():
            for port in self._ports(box):
                yield self._chart.flow_of[port.target], box.y + port.y

    # --- lines ------------------------------------------------------------------------------------------------------

    def _ports(self, box: Box) -> Iterator[_Port]:
        group = box.stack.group
        lines = set(self._lines(group.name))
        for at in box.stack.cards:
            card = at.card
            leaving = [(row.exits.first, at.y + row.middle) for row in card.rows if not row.pill]
            if card.head:
                leaving.append((card.head.first, at.y + HEAD / 2))
            for out, y in leaving:
                if (out.target, out.trouble) in lines and out.target != END and out.status != "removed":
                    last = card.head is not None and out is card.head.first and at is box.stack.cards[-1]
                    below = last and self._is_below(group.name, self._chart.flow_of[out.target])
                    yield _Port(
                        out.target, out.trouble, out.status, at.x + (ARROW_X if below else card.width), y, below
                    )

    def _is_below(self, flow: str, other: str) -> bool:
        (column, row), (to_column, to_row) = self._at[flow], self._at[other]
        return column == to_column and to_row == row + 1

    def _bundles(self, column: int, names: list[str]) -> list[Bundle]:
        """The lines of the gutter to the right of ``column``; those with the same end run together."""
        bundles: dict[tuple[str, bool, Status], Bundle] = {}
        for name in names:
            box = self._plan.boxes[name]
            for port in self._ports(box):
                if not port.drops:
                    flow = self._chart.flow_of[port.target]
                    forward = self._at[flow][0] != column
                    key = (flow, port.trouble, port.status)
                    bundle = bundles.setdefault(key, Bundle(flow, forward, port.trouble, port.status))
                    bundle.sources.append((box.x + port.x, box.y + port.y))
        return list(bundles.values())

    def _route(self) -> None:
        for column, units in enumerate(self._columns):
            names = [name for unit in units for name in unit]
            boxes = self._plan.boxes
            bundles = self._bundles(column, names)
            right = boxes[names[0]].right
            for bundle in bundles:
                bundle.end_y = boxes[bundle.flow].door
            for slot, bundle in enumerate(lane_order(bundles)):
                x = right + GUTTER / 2 + GUTTER_LANE * slot
                box = boxes[bundle.flow]
                self._plan.routes.extend(_routes(bundle, x, box.x if bundle.forward else box.right))
            for name in names:
                self._drop(boxes[name])

    def _drop(self, box: Box) -> None:
        for port in self._ports(box):
            if port.drops:
                below = self._plan.boxes[self._chart.flow_of[port.target]]
                x = box.x + port.x
                top = box.y + box.stack.cards[-1].bottom
                self._plan.routes.append(Route(((x, top), (x, below.y)), port.trouble, port.status))


def _routes(bundle: Bundle, x: float, end_x: float) -> Iterator[Route]:
    """The farthest exit draws the whole line, the others join it."""
    end = bundle.end_y
    farthest = max(bundle.sources, key=lambda source: abs(source[1] - end))
    for source in bundle.sources:
        whole = source is farthest or (source[1] - end) * (farthest[1] - end) < 0
        join = (x, end + CORNER if source[1] > end else end - CORNER)
        points = (source, (x, source[1]), (x, end), (end_x, end)) if whole else (source, (x, source[1]), join)
        yield Route(points, bundle.trouble, bundle.status, whole)


def _height(stack: Stack) -> float:
    return stack.height + entry_height(stack.group) + UNIT_GAP


def spread(wanted: list[float | None], heights: list[float], floor: float) -> list[float]:
    """Tops for things of these ``heights``, one below the other, as near as can be to where they are ``wanted``.

    None is higher than 0, and they end above ``floor`` if they fit.

    >>> spread([50.0, 60.0, None], [40.0, 40.0, 40.0], 200.0)
    [35.0, 75.0, 115.0]
    >>> spread([50.0, 60.0, None], [40.0, 40.0, 40.0], 130.0)
    [10.0, 50.0, 90.0]
    """
    blocks: list[tuple[float, int, float]] = []  # where it should begin, how many things want that, how tall it is
    for want, height in zip(wanted, heights, strict=True):
        if want is None and blocks:  # it follows the one above
            first, count, tall = blocks[-1]
            blocks[-1] = (first, count, tall + height)
            continue
        first, count, tall = max(want or 0.0, 0.0), 1, height
        while blocks and blocks[-1][0] + blocks[-1][2] > first:
            above_first, above_count, above_tall = blocks.pop()
            total = above_count + count
            first = (above_first * above_count + (first - above_tall) * count) / total
            count, tall = total, above_tall + tall
        blocks.append((first, count, tall))
    if sum(heights) > floor:
        return _tops([(0.0, 1, sum(heights))], heights)
    tops = _tops(blocks, heights)
    for at in range(len(tops) - 1, -1, -1):
        tops[at] = min(tops[at], floor - heights[at])
        floor = tops[at]
    return tops


def _tops(blocks: list[tuple[float, int, float]], heights: list[float]) -> list[float]:
    """The top of every thing of the ``blocks``, none above 0."""
    tops: list[float] = []
    remaining = list(heights)
    y = 0.0
    for first, _, tall in blocks:
        y = max(y, first)
        end = y + tall
        while remaining and y + remaining[0] <= end + 0.001:
            tops.append(y)
            y += remaining.pop(0)
    return tops
