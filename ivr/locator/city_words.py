"""Finds the city and the state in what a caller said: ``I'm in Portland, Oregon, please``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.locator.places_table import CityRow, Table, plain
from ivr.locator.states import STATE_BY_NAME, STATES, state_code

_FILLERS = """
a am an and are area around at by city close closest comma downtown er find for from hello here hey hi i im in is it
its lets live location looking me my near nearby nearest no now of ok okay one please right say shop shops stay
store stores thank thanks that the think to town uh uhm um we well were yeah yes you
"""
FILLERS = frozenset(_FILLERS.split())
"""Words round a place that say nothing about it."""

MOST_WORDS = 20
"""Longer utterances are not the name of a place."""

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
    for start, end in _spans(len(words)):
        rows = table.city(" ".join(words[start:end]))
        if not rows or not _meaningful(words[start:end]):  # there is an Okay in Oklahoma
            continue
        state = _state_around(words[:start], words[end:], {row.state for row in rows})
        if state is not None:
            return [row for row in rows if state in ("", row.state)]
    return []


def plain_words(text: str) -> list[str]:
    """The words compared; ``d c`` becomes one. Empty when there are too many to be a place."""
    words = plain(text).replace("d c", "dc").split()
    return words if len(words) <= MOST_WORDS else []


def _spans(length: int) -> Iterator[tuple[int, int]]:
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


def split_state(text: str) -> Said:
    """The utterance without fillers, its state (in full, at either end) apart: what is left may be a city misheard."""
    words = _meaningful(plain_words(text)).split()
    for size in (3, 2, 1):
        if len(words) <= size:
            continue
        last, first = " ".join(words[-size:]), " ".join(words[:size])
        if last in STATE_BY_NAME:
            return Said(" ".join(words[:-size]), STATE_BY_NAME[last])
        if first in STATE_BY_NAME:
            return Said(" ".join(words[size:]), STATE_BY_NAME[first])
    return Said(" ".join(words), "")


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
