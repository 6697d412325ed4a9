"""Fills ``{variables}`` in what is said. Values are data: what a caller said is never read as a template again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ivr.flows.filters import FILTERS

PIECE = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z_]+))?\}", re.IGNORECASE)


def names_in(text: str) -> list[tuple[str, str]]:
    """The variables of ``text`` as (name, filter) in order; the filter may be empty.

    >>> names_in("Order {order|digits} for {name}.")
    [('order', 'digits'), ('name', '')]
    """
    return [(match[1], match[2] or "") for match in PIECE.finditer(text)]


def fill(text: str, lookup: Callable[[str], Any]) -> str:
    """``text`` with its variables replaced once; unknown ones become nothing.

    >>> fill("Order {order|digits}.", {"order": "12"}.get)
    'Order 1 2.'
    """

    def piece(match: re.Match[str]) -> str:
        value = lookup(match[1])
        spoken = "" if value is None else str(value)
        change = FILTERS.get(match[2] or "")
        return change(spoken) if change else spoken

    return re.sub(r"\s+([.,!?])", r"\1", PIECE.sub(piece, text)).strip()


def fill_known(text: str, lookup: Callable[[str], Any]) -> str:
    """Like :func:`fill`, but a clause whose variables are all unknown is left out.

    >>> fill_known("Caller {name}, order {order|digits}, wants {intent}.", {"intent": "a refund"}.get)
    'Wants a refund.'
    >>> fill_known("Wants {intent}, near {where}, store {store.name}.", {"intent": "a refund", "where": "9"}.get)
    'Wants a refund, near 9.'
    """
    clauses = re.findall(r"(?:\{[^}]*\}|[^,.;])+[,.;]?|[,.;]", text)
    told = ""
    for clause in clauses:
        names = names_in(clause)
        if not names or any(lookup(name) not in (None, "") for name, _ in names):
            told += (" " if clause[:1].isspace() and told else "") + fill(clause, lookup)
        elif clause.endswith(".") and told:
            told = told.rstrip(",;") + "."
    return f"{told[:1].upper()}{told[1:]}"


def without(text: str, name: str) -> str:
    """``text`` without the clauses that have the variable ``name`` in them.

    >>> without("Sorry, I didn't get that. You can say {options}.", "options")
    "Sorry, I didn't get that."
    >>> without("You can say {options}, or press zero.", "options")
    'Press zero.'
    """
    told, broken = "", False
    for clause in re.findall(r"(?:\{[^}]*\}|[^,.;:?!])+[,.;:?!]*|[,.;:?!]+", text):
        if any(used == name for used, _ in names_in(clause)):
            told = told.rstrip(",;:") + "." if told.rstrip()[-1:] in {",", ";", ":"} else told
            broken = True
            continue
        rest = re.sub(r"^\s*(?:(?:or|and)\s+)?", "", clause, flags=re.IGNORECASE) if broken else ""
        told += f"{' ' if told else ''}{rest[:1].upper()}{rest[1:]}" if broken else clause
        broken = False
    return told.strip()


def listed(names: Sequence[str], last: str = "or") -> str:
    """Names as they are spoken in a row.

    >>> listed(["sales", "support", "a message"])
    'sales, support or a message'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
