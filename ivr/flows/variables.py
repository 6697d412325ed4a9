"""Checks what stands in braces: every ``{variable}`` is one that the call can know, with a filter that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ivr.flows.fields import nearest
from ivr.flows.filters import FILTERS
from ivr.flows.problems import Problem
from ivr.flows.source import Path, Source
from ivr.flows.texts import PIECE
from ivr.flows.waiting import IN_WAITING

GIVEN = (
    "company", "caller", "line", "intent", "intent_confidence", "agent", "transfer_result", "result", "voicemail",
    "ticket",
)  # fmt: skip
"""What every call knows, and what steps keep without being told a name."""
QUESTIONS = frozenset({"ask", "bad", "no_input", "no_match"})
IN_QUESTIONS = ("options", "value")
"""What only the texts of a question know."""
STORE = (
    "name", "address", "address_spoken", "city", "state", "zip", "phone", "distance", "distance_km", "direction",
    "open", "open_until", "hours", "timezone", "services", "id", "lat", "lon", "away", "neighborhood",
)  # fmt: skip
"""What is known of a store where it is spoken (``stores: speak``)."""
BRACES = re.compile(r"\{[^{}]*\}")
SHOWN = 12
"""As many names are listed as a person reads; a long list helps nobody."""


def variables(tree: Mapping[str, Any], kept: Sequence[str]) -> list[str]:
    """All names a text of the file may use: slots, what steps keep, and what is given."""
    slots = tree.get("slots")
    return list(dict.fromkeys((*(slots if isinstance(slots, dict) else ()), *kept, *GIVEN)))


def unknown_variables(source: Source, known: Sequence[str], hours: Sequence[str]) -> Iterator[Problem]:
    """Mistakes in braces, anywhere in the file."""
    for path, text in texts_below(source.tree, ()):
        more: tuple[str, ...] = STORE if path[:2] == ("stores", "speak") else ()
        if QUESTIONS.intersection(str(element) for element in path):
            more = IN_QUESTIONS
        for written in BRACES.findall(text):
            if path[0] == "waiting":
                yield from _in_waiting(source, path, written)
            else:
                yield from _look(source, path, written, (*more, *known), hours)


def _in_waiting(source: Source, path: Path, written: str) -> Iterator[Problem]:
    names = IN_WAITING.get(str(path[1]), ())
    if written[1:-1] not in names:
        instead = f"Only {_braced(names)} is known here." if names else "Write this text without braces."
        yield Problem(source.place(path), "F206", f"'{written}' cannot be filled in.", instead)


def _look(source: Source, path: Path, written: str, known: Sequence[str], hours: Sequence[str]) -> Iterator[Problem]:
    place, piece = source.place(path), PIECE.fullmatch(written)
    if piece is None:
        what = f"'{written}' cannot be filled in."
        yield Problem(place, "F206", what, "In braces write one name without spaces:  {name}  or  {order|digits}")
        return
    name, change = piece[1], piece[2]
    first, _, rest = name.partition(".")
    if first == "hours" and "hours" not in known:
        if rest.removesuffix(".next_open") not in hours or not rest.endswith(".next_open"):
            what = f"'{written}' cannot be filled in."
            yield Problem(place, "F206", what, f"Write one of: {_braced(hours)}." if hours else "There are no hours.")
    elif first not in known:
        yield Problem(place, "F206", f"there is no variable '{first}'.", there_are(first, known))
    if change and change not in FILTERS:
        yield Problem(place, "F207", f"there is no way to speak '|{change}'.", there_are(change, list(FILTERS)))


def there_are(name: str, known: Sequence[str]) -> str:
    """The remedy for a name that is not among ``known``."""
    close = nearest(name, known)
    if close:
        return f"Did you mean '{close}'?"
    return f"There are: {', '.join(known[:SHOWN])}{', ...' if len(known) > SHOWN else ''}." if known else "Add it."


def _braced(hours: Sequence[str]) -> str:
    return ", ".join(f"{{hours.{name}.next_open}}" for name in hours[:SHOWN])


def texts_below(tree: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every value with a brace in it, and where it is written."""
    match tree:
        case str() if "{" in tree:
            yield path, tree
        case dict():
            for key, value in tree.items():
                yield from texts_below(value, (*path, key))
        case list():
            for index, value in enumerate(tree):
                yield from texts_below(value, (*path, index))
        case _:
            return
