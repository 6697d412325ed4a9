"""Finds the city and the state in what a caller said: ``I'm in Portland, Oregon, please``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ivr.locator.nicknames import HEARD_AS, NICKNAMES
from ivr.locator.places_table import CityRow, Table, plain
from ivr.locator.states import STATE_BY_NAME, STATES, state_code

_FILLERS = """
a about am an and are area around at by called city close closest comma do downtown er find for from have hello here
hey hi how i im in is it its just kind know later lets like live location looking me mean my named near nearby nearest
no now of ok okay one outside please probably right say shop shops small somewhere stay staying store stores thank
thanks that thats the there they think this to today tomorrow town try uh uhm um village visit visiting was we week
well were what where yeah yes you your
"""
FILLERS = frozenset(_FILLERS.split())
"""Words round a place that say nothing about it."""

ALIKE_STATE = 82.0
"""How like a state's name its misspelling is: ``conneticut``, ``virgina``."""

MOST_WORDS = 20
"""Longer utterances are not the name of a place."""

MONTANA = re.compile(r"(?<=[a-z],) ?mt\b\.?$|(?<=[a-z]) m t$", re.IGNORECASE)
"""At the end it is no mount: ``Billings, MT``."""

MOST_NAMED = 6
"""With more namesakes than this, naming the first three would only mislead."""


@dataclass(frozen=True, slots=True)
class Said:
    """The parts of an utterance: the words of the city (empty: only a state) and the two letters of the state."""

    city: str
    state: str


def cities_said(text: str, table: Table) -> list[CityRow]:
    """The places whose exact name is in ``text``, with nothing else said but fillers and their state."""
    words = plain_words(text)
    for start, end in spans(len(words)):
        rows = _rows(" ".join(words[start:end]), table)
        if not rows or not _meaningful(words[start:end]):  # there is an Okay in Oklahoma
            continue
        state = _state_around(words[:start], words[end:], {row.state for row in rows})
        if state is not None:
            return [row for row in rows if state in ("", row.state)]
    return []


def _rows(name: str, table: Table) -> list[CityRow]:
    """The places of a name, or the city that is called so."""
    city, state = NICKNAMES.get(name, ("", ""))
    if not city and name in HEARD_AS:
        city, state = HEARD_AS[name]
        return [*table.city(name), *(row for row in table.city(city) if row.state == state)]
    return [row for row in table.city(city) if row.state == state] if city else table.city(name)


def plain_words(text: str) -> list[str]:
    """The words compared; ``d c`` becomes one. Empty when there are too many to be a place."""
    words = re.sub(r"\bd c\b", "dc", plain(MONTANA.sub("montana", text))).split()
    return words if len(words) <= MOST_WORDS else []


def spans(length: int) -> Iterator[tuple[int, int]]:
    """All runs of words, the longest first: ``kansas city`` before ``kansas``."""
    for size in range(length, 0, -1):
        for start in range(length - size + 1):
            yield start, start + size


def _state_around(before: Sequence[str], after: Sequence[str], possible: set[str]) -> str | None:
    """The state said next to a city; empty when none is, None when something else is said as well.

    Two letters count only right after the city and only for a state that has one: ``in``, ``or``, ``me`` and ``ok``
    are words too.
    """
    if after:
        for size in (2, 1):
            letters = state_code("".join(after[:size])) if len("".join(after[:size])) == 2 else ""
            if letters in possible and not _meaningful([*before, *after[size:]]):
                return letters
    rest = _meaningful([*before, *after])
    if not rest:
        return ""
    named = STATE_BY_NAME.get(rest)
    return named if named in possible else None


def _meaningful(words: Sequence[str]) -> str:
    return " ".join(word for word in words if word not in FILLERS)


def state_said(text: str) -> str:
    """The state when ``text`` names one and nothing else; else empty."""
    return STATE_BY_NAME.get(_meaningful(plain_words(text)), "")


def meaningful(text: str) -> str:
    """The utterance without fillers."""
    return _meaningful(plain_words(text))


def split_state(text: str) -> Said:
    """The utterance without fillers, its state (in full, at either end) apart: what is left may be a city misheard."""
    words = _meaningful(plain_words(text)).split()
    said = _state_at_an_end(words)
    if said:
        return said
    for size in (2, 1):  # "albany oregan"
        alike = _state_like(" ".join(words[-size:])) if len(words) > size else ""
        if alike:
            return Said(" ".join(words[:-size]), alike)
    return Said(" ".join(words), "")


def _state_like(text: str) -> str:
    """The state whose name is nearly ``text``; empty when there is none."""
    best = process.extractOne(text, list(STATE_BY_NAME), scorer=fuzz.ratio, score_cutoff=ALIKE_STATE)
    return STATE_BY_NAME[best[0]] if best else ""


def _state_at_an_end(words: Sequence[str]) -> Said | None:
    for size in (3, 2, 1):
        if len(words) <= size:
            continue
        last, first = " ".join(words[-size:]), " ".join(words[:size])
        if last in STATE_BY_NAME:
            return Said(" ".join(words[:-size]), STATE_BY_NAME[last])
        if first in STATE_BY_NAME:
            return Said(" ".join(words[size:]), STATE_BY_NAME[first])
    return None


def which(rows: Sequence[CityRow]) -> str:
    """The question that tells namesakes apart, the most prominent named first."""
    name = rows[0].name
    states = [STATES[row.state] for row in rows]
    if len(states) > MOST_NAMED:
        return f"Which state is {name} in?"
    if len(states) > 3:
        return f"Which {name}: {', '.join(states[:3])} or another state?"
    full = [f"{name}, {state}" for state in states]
    return f"{', '.join(full[:-1])} or {full[-1]}?"
