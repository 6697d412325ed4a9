"""Slots whose possible answers are the rows of a table: a directory of staff, a list of products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ivr.flows.company import Company
from ivr.flows.tables import Table

NAME, HEAR = "name", "hear"
"""The columns with an answer (else it is the first one), and with other ways to say it, parted by semicolons."""

AnyCompany = TypeVar("AnyCompany", bound=Company)


def with_listings(company: AnyCompany, tables: Mapping[str, Table]) -> AnyCompany:
    """``company`` with the answers of each slot that names one of ``tables``."""
    listed = {
        name: slot.listing(*answers(tables[slot.table]))
        for name, slot in company.slots.items()
        if slot.table is not None and slot.table in tables
    }
    return company.model_copy(update={"slots": {**company.slots, **listed}}) if listed else company


def answers(table: Table) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The answers in ``table``, each once, and other ways to say some, each with its answer."""
    name_at = table.columns.index(NAME) if NAME in table.columns else 0
    hear_at = table.columns.index(HEAR) if HEAR in table.columns else None
    names = tuple(dict.fromkeys(row[name_at] for row in table.rows if row[name_at]))
    if hear_at is None:
        return names, ()
    ways = ((way.strip(), row[name_at]) for row in table.rows if row[name_at] for way in row[hear_at].split(";"))
    return names, tuple(dict.fromkeys((way, name) for way, name in ways if way))
