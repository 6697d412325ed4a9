"""Whether the columns that a flow file asks its tables for are there: where rows are looked for and where used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ivr.flows.fields import short
from ivr.flows.problems import Problem
from ivr.flows.salvage import kept_names
from ivr.flows.source import Path, Source
from ivr.flows.steps.base import StepBase
from ivr.flows.steps.lookup import LookupStep
from ivr.flows.tables import UNUSABLE, column_name
from ivr.flows.texts import names_in
from ivr.flows.variables import texts_below, there_are

Blocks = Mapping[str, tuple[StepBase, ...]]


def unknown_columns(blocks: Blocks, paths: Mapping[str, Path], source: Source) -> Iterator[Problem]:
    """Mistakes in the names of columns."""
    lookups = [
        (step, paths[f"{block}.{index}"])
        for block, steps in blocks.items()
        for index, step in enumerate(steps)
        if isinstance(step, LookupStep) and step.lookup.table in source.tables
    ]
    for step, path in lookups:
        columns = source.tables[step.lookup.table].columns
        for written in step.lookup.where:
            if column_name(written) not in columns:
                place = source.place((*path, "lookup", "where", written), key=True)
                what = f"{step.lookup.table} has no column '{short(written)}'."
                yield Problem(place, UNUSABLE, what, there_are(column_name(written), columns))
    yield from _in_braces(_rows(source, [step for step, _ in lookups]), source) if lookups else ()


def _rows(source: Source, lookups: Sequence[LookupStep]) -> dict[str, tuple[str, ...]]:
    """Names that never hold anything but a row of a table, each with the columns it can have."""
    kept = list(kept_names(source.tree))
    rows: dict[str, tuple[str, ...]] = {}
    for name in {step.lookup.save for step in lookups}:
        by_lookup = [step for step in lookups if step.lookup.save == name]
        if kept.count(name) == len(by_lookup):
            rows[name] = tuple(
                dict.fromkeys(one for step in by_lookup for one in source.tables[step.lookup.table].columns)
            )
    return rows


def _in_braces(rows: Mapping[str, tuple[str, ...]], source: Source) -> Iterator[Problem]:
    for path, text in texts_below(source.tree, ()):
        for name, _ in names_in(text):
            first, _, column = name.partition(".")
            if column and column not in rows.get(first, (column,)):
                what = f"'{first}' has no column '{short(column)}'."
                yield Problem(source.place(path), "F206", what, there_are(column, rows[first]))
