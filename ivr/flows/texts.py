"""Fills ``{variables}`` in what is said. Values are data: what a caller said is never read as a template again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

PIECE = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z_]+))?\}", re.IGNORECASE)


def _digits(value: str) -> str:
    return " ".join(character for character in value if not character.isspace())


def _spell(value: str) -> str:
    """With commas, or a voice reads a lone "a" as an article."""
    return ", ".join(character for character in value if not character.isspace())


def _phone(value: str) -> str:
    """A phone number in groups: +15035550100 is ``5 0 3, 5 5 5, 0 1 0 0``."""
    digits = re.sub(r"\D", "", value)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    groups = [digits[:3], digits[3:6], digits[6:]] if len(digits) == 10 else [digits]
    return ", ".join(" ".join(group) for group in groups if group)


def _money(value: str) -> str:
    """An amount in words that a voice reads well: 12.50 is ``12 dollars and 50 cents``."""
    match = re.fullmatch(r"\s*\$?([0-9][0-9,]*)(?:\.([0-9]{1,2})[0-9]*)?\s*", value)
    if match is None:
        return value
    whole, cents = match[1].strip(","), int((match[2] or "0").ljust(2, "0"))
    parts = [f"{whole} dollar{'' if whole == '1' else 's'}"] if whole != "0" or not cents else []
    parts += [f"{cents} cent{'' if cents == 1 else 's'}"] if cents else []
    return " and ".join(parts)


FILTERS: Mapping[str, Callable[[str], str]] = {
    "digits": _digits,
    "spell": _spell,
    "phone": _phone,
    "money": _money,
    "lower": str.lower,
}


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


def listed(names: list[str], last: str = "or") -> str:
    """Names as they are spoken in a row.

    >>> listed(["sales", "support", "a message"])
    'sales, support or a message'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
