"""What the core cannot know by itself and is given: understanding, places and opening hours.

All are deterministic functions of their arguments, so a replay recomputes the same call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.flows.actions import Choice
from ivr.flows.events import Heard


@dataclass(frozen=True, slots=True)
class Candidate:
    """A choice that was weighed: how surely its words were said, and how near it is in meaning (both 0 to 1)."""

    choice: str
    words: float
    near: float
    how: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """Which choice was meant (``None``: none of them), how surely (0 to 1), and by what rule.

    When none is sure enough to act on, ``offer`` names the likeliest, one or two, to ask the caller about.
    ``by_words`` is false for what was understood by its sense alone. ``candidates`` are for people who ask why.
    """

    choice: str | None
    score: float
    how: str
    offer: tuple[str, ...] = ()
    by_words: bool = True
    candidates: tuple[Candidate, ...] = ()


class Understand(Protocol):
    """Decides which of ``choices`` the caller meant."""

    def __call__(self, heard: Heard, choices: Sequence[Choice]) -> Meaning: ...


@dataclass(frozen=True, slots=True)
class KindOptions:
    """What a slot of the flow file says about its values: a fixed ``length``, the ``choices`` of a closed list.

    ``ways`` are other ways to say some of the choices, each with the choice it means.
    ``at_s`` is when the answer was given and ``timezone`` where the company is: together they say what "today" means.
    """

    length: int | None = None
    choices: tuple[str, ...] = ()
    at_s: float = 0.0
    timezone: str = "UTC"
    ways: tuple[tuple[str, str], ...] = ()


class Kind(Protocol):
    """One kind of answer (``zip``, ``digits``, ``yes_no`` ...): how it is heard, keyed and spoken back.

    Values are text in a canonical form: ``94107``, ``yes``, ``2026-06-23``.
    """

    name: str
    closed: bool
    """True when ``words`` are all the words an answer can have."""

    def hear(self, text: str, options: KindOptions) -> str | None:
        """The value in what the caller said, or None."""
        ...

    def key(self, keys: str, options: KindOptions) -> str | None:
        """The value of keyed ``keys``, or None."""
        ...

    def words(self, options: KindOptions) -> tuple[str, ...]:
        """Words and phrases an answer is made of, for the recogniser's grammar."""
        ...

    def max_keys(self, options: KindOptions) -> int:
        """How many keys make a whole answer; 0 when that is open."""
        ...

    def finished(self, text: str, options: KindOptions) -> bool:
        """True when nothing more can be expected after ``text`` (so a short pause ends the answer)."""
        ...

    def speak(self, value: str) -> str:
        """The value as it is read back: ``9 4 1 0 7``."""
        ...


NEAR_ME = "near me"
"""What a caller means who names no place but the one of the telephone."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of the store locator.

    ``outcome``: found, unknown (no such place), ambiguous (``ask`` says which are meant) or none (no store).
    ``stores`` are nearest first; each is a flat mapping of texts with at least the keys name, address, city,
    state, zip, phone, distance (spoken: ``2 miles``), distance_km, direction (``north-west``), open
    (``yes``/``no``), open_until (a spoken sentence), lat, lon.
    """

    outcome: str
    place: str = ""
    ask: str = ""
    stores: tuple[Mapping[str, str], ...] = ()
    sure: bool = True
    """False when the place is a guess: callers are asked whether they mean it."""
    named: bool = False
    """The first of the stores was called by its name, so nothing is known of how far it is."""


class Locate(Protocol):
    """Finds the ``count`` stores nearest to ``near`` (a ZIP or city as text), with opening times as of ``at_s``.

    ``open_at`` leaves out stores that are closed then (``now``, or a date, a time or both by the store's own clock),
    ``service`` those that do not offer it.
    """

    def __call__(self, near: str, count: int, at_s: float, *, open_at: str = "", service: str = "") -> Found: ...


def hours_not_known(store: Mapping[str, str], day: str) -> str:
    """Nobody knows when a store is open on a day."""
    del store, day
    return ""


class Hours(Protocol):
    """Opening hours by name."""

    def is_open(self, name: str, at_s: float) -> bool: ...

    def is_holiday(self, name: str, at_s: float) -> bool:
        """Whether it is a public holiday there."""
        ...

    def next_open(self, name: str, at_s: float) -> str:
        """A spoken sentence: ``We open again on Monday at 9 AM.`` Empty when never."""
        ...


def spelt_alike(one: str, other: str) -> float:
    """1 for the same letters, else 0: what can be said without knowing how words sound."""
    return float(one.casefold() == other.casefold())


def nothing_stands_in(word: str) -> tuple[str, ...]:
    """No other words are listened for, as far as anybody knows."""
    del word
    return ()


def knows_all(word: str) -> bool:
    """Every word can be heard, as far as anybody knows."""
    return bool(word)


@dataclass(frozen=True, slots=True)
class Skills:
    """All injected functions in one value. The last three only serve checks, never a call."""

    understand: Understand
    kinds: Mapping[str, Kind]
    locate: Locate
    hours: Hours
    open_on: Callable[[Mapping[str, str], str], str] = hours_not_known
    """A sentence about the hours of a found store on a date; empty when nobody knows."""
    sounds_alike: Callable[[str, str], float] = spelt_alike
    """How alike two phrases sound, 0 to 1."""
    knows: Callable[[str], bool] = knows_all
    stand_in: Callable[[str], tuple[str, ...]] = nothing_stands_in
    """The words that a recogniser listens for instead of one that it does not know."""
    """Whether the recogniser can hear a word."""
