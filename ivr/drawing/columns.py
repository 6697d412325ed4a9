"""Which flow stands in which column: callers come in at the left, and what is reached later stands further right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import TypeAlias

from ivr.drawing.chart import Chart, walk

Unit: TypeAlias = list[str]
"""Flows that stand one below the other because each leads only to the next."""
COLUMN_MIN = 1250.0
COLUMN_WIDTH = 350.0
"""About the width of a column with the gutter beside it."""
UNIT_GAP = 26.0
SPARE_COLUMNS = 2
FEW_LEFT = 0.4
"""What is left of a full column and fills less of the next than this goes where there is room."""


@dataclass(frozen=True, slots=True)
class Link:
    """One or more exits of a flow that lead to another flow."""

    source: str
    target: str
    trouble: bool


def links(chart: Chart) -> list[Link]:
    """All ways between flows, each once, in the order they are written."""
    found: dict[Link, None] = {}
    for group in chart.groups:
        for node in walk(group.nodes):
            for out in node.outs:
                target = chart.flow_of.get(out.target, "")
                if target and target != group.name:
                    found[Link(group.name, target, out.trouble)] = None
    return list(found)


def make_columns(chart: Chart, heights: Mapping[str, float]) -> list[list[Unit]]:
    """The flows in columns; ``heights`` are about how high they will be."""
    names = [group.name for group in chart.groups]
    ways = [link for link in links(chart) if not link.trouble]
    first = [group.name for group in chart.groups if group.numbers] or names[:1]
    ranks, parents = _reach(first, ways)
    limit = max(COLUMN_MIN, sqrt(sum(heights.values()) * COLUMN_WIDTH), *heights.values())
    units = _units(names, ranks, parents, ways, heights, limit)
    by_rank: list[list[Unit]] = [[] for _ in range(max(ranks.values()) + 1)]
    for unit in units:
        if unit[0] in ranks:
            by_rank[ranks[unit[0]]].append(unit)
    columns: list[list[Unit]] = []
    loose: list[Unit] = []
    for column in filter(None, by_rank):
        for at, part in enumerate(_split(_sorted(column, ways, names), heights, limit)):
            rest = at > 0 and _height(part, heights) < FEW_LEFT * limit
            if rest:
                loose += part
            else:
                columns.append(part)
    loose += [unit for unit in units if unit[0] not in ranks]
    _join(columns, heights, ceil(sum(heights.values()) / limit) + SPARE_COLUMNS)
    for unit in loose:
        _best_column(columns, unit, heights, limit).append(unit)
    return columns


def _reach(first: list[str], ways: list[Link]) -> tuple[dict[str, int], dict[str, str]]:
    """How many flows away from the telephone line each flow is, and the flow it is reached from first."""
    ranks, parents = dict.fromkeys(first, 0), dict[str, str]()
    queue = list(first)
    for source in queue:
        for link in ways:
            if link.source == source and link.target not in ranks:
                ranks[link.target] = ranks[source] + 1
                parents[link.target] = source
                queue.append(link.target)
    return ranks, parents


def _units(
    names: list[str],
    ranks: dict[str, int],
    parents: Mapping[str, str],
    ways: list[Link],
    heights: Mapping[str, float],
    limit: float,
) -> list[Unit]:
    """Flows with the flow that only they lead to below them; ``ranks`` then count units."""
    units: dict[str, Unit] = {}
    for name in sorted(names, key=lambda name: ranks.get(name, len(names))):
        parent = parents.get(name, "")
        only = [link.source for link in ways if link.target == name] == [parent]
        alone = [child for child, source in parents.items() if source == parent] == [name]
        unit = units.get(parent)
        if unit and only and alone and sum(heights[one] for one in (*unit, name)) < limit:
            unit.append(name)
            units[name] = unit
        else:
            units[name] = [name]
            unit = None
        if name in ranks and parent:
            ranks[name] = ranks[parent] + (0 if unit else 1)
    return [unit for name, unit in units.items() if unit[0] == name]


def _sorted(column: list[Unit], ways: list[Link], names: list[str]) -> list[Unit]:
    """In the order in which earlier flows lead to them."""
    order = {(link.source, link.target): index for index, link in enumerate(ways)}

    def first_way(unit: Unit) -> int:
        return min((index for (_, target), index in order.items() if target == unit[0]), default=names.index(unit[0]))

    return sorted(column, key=first_way)


def _split(column: list[Unit], heights: Mapping[str, float], limit: float) -> Iterator[list[Unit]]:
    part: list[Unit] = []
    for unit in column:
        if part and _height([*part, unit], heights) > limit:
            yield part
            part = []
        part.append(unit)
    yield part


def _join(columns: list[list[Unit]], heights: Mapping[str, float], most: int) -> None:
    """Put short neighbouring columns together until there are no more than ``most``."""
    while len(columns) > most:
        pairs = [(_height([*columns[at], *columns[at + 1]], heights), at) for at in range(len(columns) - 1)]
        _, at = min(pairs)
        columns[at : at + 2] = [[*columns[at], *columns[at + 1]]]


def _best_column(columns: list[list[Unit]], unit: Unit, heights: Mapping[str, float], limit: float) -> list[Unit]:
    """Where a flow goes that no line leads to: the first column with room for it."""
    tallest = max(_height(column, heights) for column in columns)
    for column in columns:
        if _height([*column, unit], heights) <= tallest:
            return column
    shortest = min(columns, key=lambda column: _height(column, heights))
    if _height([*shortest, unit], heights) > limit:
        columns.append([])
        return columns[-1]
    return shortest


def _height(column: list[Unit], heights: Mapping[str, float]) -> float:
    return sum(heights[name] + UNIT_GAP for unit in column for name in unit)
