"""Spoken numbers as figures: every sensible reading of a run of number words.

"nine hundred five" may be 905 or 9005: which one is meant shows when the number of digits is known, so a run keeps all
its readings, the most natural first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ivr.understanding.wording import COURTESIES, NOISE

DIGITS = {
    "zero": 0,
    "oh": 0,
    "o": 0,
    "nought": 0,
    "naught": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "niner": 9,
}
TEENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
SCALES = {"thousand": 1000, "million": 1_000_000}
SOUND_ALIKES = {"for": "four", "fore": "four", "to": "two", "too": "two", "won": "one", "ate": "eight", "a": "eight"}
SOUND_ALIKES |= {"free": "three", "tree": "three"}
"""What recognisers write for digits; believed only between two number words."""

SPOKEN_DIGITS = ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NUMBER_WORDS = (*SPOKEN_DIGITS, *TEENS, *(ten for ten in TENS if ten != "fourty"), "hundred", "double", "triple")
"""What a recogniser should listen for when digits are asked for."""

SAID_AROUND = ("my number is", "the number is", "order number", "it is", "it's", "no i said", "please")
"""For the same grammar: without them "my number is" is decoded as "eighteen" and the like."""

_MOST_READINGS = 16
MOST_DIGITS = 40
"""No number people say is longer; it bounds the time a text can cost."""

_Atom = tuple[str, int]
"""Digits and the index of the word after them."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of number words from ``start`` to before ``end``. ``open``: the last word may want another ("twenty")."""

    readings: tuple[str, ...]
    start: int
    end: int
    open: bool
    begins_with_oh: bool


def runs(said: Sequence[str], *, soft: frozenset[str] = frozenset(), sound_alikes: bool = False) -> list[Run]:
    """The runs of number words in ``said``. Hesitation and ``soft`` words do not end a run.

    >>> [run.readings[0] for run in runs("my zip is nine forty one oh seven no ninety four one double oh".split())]
    ['94107', '94100']
    """
    heard = _replace_sound_alikes(said) if sound_alikes else list(said)
    return [_read(heard, places) for places in _places(heard, soft)]


def cardinal(said: Sequence[str], start: int) -> tuple[int, int] | None:
    """The counting number beginning at ``start`` and the index after it: "two thousand and five", "a hundred".

    >>> cardinal("twelve thousand three hundred and forty five please".split(), 0)
    (12345, 7)
    """
    part = _below_thousand(said, start)
    if part is None:
        return None
    total, (value, index) = 0, part
    while index < len(said) and said[index] in SCALES and value:
        total += value * SCALES[said[index]]
        rest = _below_thousand(said, _after_and(said, index + 1))
        if rest is None or said[rest[1] - 1] in ("oh", "o", "zero"):
            return total, index + 1
        value, index = rest
    return total + value, index


def figure(word: str) -> str | None:
    """One spoken or written digit string as figures: ``one`` is 1, ``94107`` itself."""
    if word in DIGITS:
        return str(DIGITS[word])
    return word if word.isdecimal() else None


def is_number_word(word: str) -> bool:
    """Whether ``word`` belongs to numbers."""
    return word in DIGITS or word in TEENS or word in TENS or word in _JOINTS or word.isdecimal()


def without_end_alikes(said: Sequence[str]) -> list[str]:
    """``said`` with digits for sound-alikes that begin or end the whole answer: "ate five two eight won".

    >>> without_end_alikes("it's ate five two eight won thanks".split())
    ["it's", 'eight', 'five', 'two', 'eight', 'one', 'thanks']
    """
    heard = list(said)
    spoken = [index for index, word in enumerate(said) if word not in NOISE and word not in _AROUND]
    for order, step in ((spoken, 1), (spoken[::-1], -1)):
        alike = list(takewhile(lambda index: heard[index] in _SURE_ALIKES, order))
        after = heard[alike[-1] + step] if alike and 0 <= alike[-1] + step < len(heard) else ""
        if alike and is_number_word(after):
            for index in alike:
                heard[index] = _SURE_ALIKES[heard[index]]
    return heard


def lone_alike(said: Sequence[str]) -> str | None:
    """The digit a one word answer sounds like: "for" is 4."""
    spoken = [word for word in said if word not in NOISE and word not in _AROUND]
    return figure(_SURE_ALIKES.get(spoken[0], "")) if len(spoken) == 1 else None


def after_refusal(said: Sequence[str]) -> list[str]:
    """``said`` from the second number on, where one is refused and another given in one breath: "not two four".

    >>> after_refusal("not fifty sixty dollars".split())
    ['sixty', 'dollars']
    """
    start = next((at + 1 for at, word in enumerate(said[:-1]) if word == "not" and is_number_word(said[at + 1])), 0)
    refused = cardinal(said, start) if start else None
    return list(said[refused[1] :]) if refused and refused[1] < len(said) else []


_AROUND = COURTESIES | frozenset(("it's", "is", "yes", "yeah", "uh", "my", "zip", "code", "number", "pin"))
_SURE_ALIKES = {word: digit for word, digit in SOUND_ALIKES.items() if word != "a"}
_JOINTS = {"hundred", *REPEATS, *SCALES}


def _replace_sound_alikes(said: Sequence[str]) -> list[str]:
    """Digits for sound-alikes, where a number goes on on both sides: "seven nine to a seven"."""
    heard = list(said)
    for index, word in enumerate(said):
        after = next((later for later in said[index + 1 :] if later not in SOUND_ALIKES), "")
        if word in SOUND_ALIKES and index and is_number_word(heard[index - 1]) and is_number_word(after):
            heard[index] = SOUND_ALIKES[word]
    return heard


def _places(said: Sequence[str], soft: frozenset[str]) -> Iterator[list[int]]:
    """Indexes of the number words of each run; "and" and "a" count where a number goes on with them."""
    places: list[int] = []
    for index, word in enumerate(said):
        after = said[index + 1] if index + 1 < len(said) else ""
        before = said[index - 1] if index else ""
        inside = (
            is_number_word(word)
            or (word == "and" and before in ("hundred", *SCALES) and is_number_word(after))
            or (word == "a" and after in ("hundred", *SCALES))
        )
        if inside:
            places.append(index)
        elif places and word not in NOISE and word not in soft:
            yield places
            places = []
    if places:
        yield places


def _read(said: Sequence[str], places: Sequence[int]) -> Run:
    tokens = [said[place] for place in places]
    tails: list[list[str]] = [[] for _ in tokens] + [[""]]
    for index in range(len(tokens) - 1, -1, -1):
        tails[index] = _extend(tokens, index, tails)
    last = tokens[-1]
    return Run(
        readings=tuple(reading for reading in tails[0] if reading),
        start=places[0],
        end=places[-1] + 1,
        open=last in TENS or last in _JOINTS,
        begins_with_oh=tokens[0] in ("oh", "o"),
    )


def _extend(tokens: Sequence[str], index: int, tails: Sequence[Sequence[str]]) -> list[str]:
    found: dict[str, None] = {}
    for digits, after in _atoms(tokens, index):
        for tail in tails[after]:
            if len(digits) + len(tail) <= MOST_DIGITS:
                found[digits + tail] = None
    return list(found)[:_MOST_READINGS]


def _atoms(tokens: Sequence[str], index: int) -> list[_Atom]:
    """What can be read at ``index``, most natural first; a word that says nothing alone ("hundred") is passed over."""
    word = tokens[index]
    if word.isdecimal() and not (index + 1 < len(tokens) and tokens[index + 1] in ("hundred", *SCALES)):
        return [(word, index + 1)]
    if word in REPEATS:
        once = figure(tokens[index + 1]) if index + 1 < len(tokens) else None
        return [(once * REPEATS[word], index + 2)] if once and len(once) == 1 else []
    whole = cardinal(tokens, index)
    if whole is None:
        return [("", index + 1)] if word in ("and", "a") else []
    value, after = whole
    atoms = [(str(value), after)]
    atoms += _split_after_scale(tokens, index, after)
    return atoms


def _split_after_scale(tokens: Sequence[str], start: int, end: int) -> list[_Atom]:
    """The second reading of "eight hundred five ...": 800, and the rest digit by digit."""
    for index in range(start, end - 1):
        if tokens[index] == "hundred":
            head = cardinal(tokens[: index + 1], start)
            return [(str(head[0]), index + 1)] if head else []
    return []


def _after_and(said: Sequence[str], index: int) -> int:
    return index + 1 if index < len(said) and said[index] == "and" else index


def _below_hundred(said: Sequence[str], index: int) -> tuple[int, int] | None:
    if index >= len(said):
        return None
    word = said[index]
    if word in TENS:
        unit = DIGITS.get(said[index + 1], 0) if index + 1 < len(said) else 0
        return (TENS[word] + unit, index + 2) if unit else (TENS[word], index + 1)
    if word in TEENS:
        return TEENS[word], index + 1
    if word in DIGITS:
        return DIGITS[word], index + 1
    return (int(word), index + 1) if word.isdecimal() and len(word) <= MOST_DIGITS else None


def _below_thousand(said: Sequence[str], index: int) -> tuple[int, int] | None:
    if index + 1 < len(said) and said[index] == "a" and (said[index + 1] == "hundred" or said[index + 1] in SCALES):
        head: tuple[int, int] | None = (1, index + 1)
    else:
        head = _below_hundred(said, index)
    if head is None:
        return None
    value, after = head
    if not value or value > 99 or after >= len(said) or said[after] != "hundred":
        return head
    tail = _below_hundred(said, _after_and(said, after + 1))
    if tail is None or not 0 < tail[0] < 100:
        return value * 100, after + 1
    return value * 100 + tail[0], tail[1]


def spelled_figures(said: Sequence[str]) -> list[str]:
    """``said`` with figures as spoken words: ``24`` is "twenty four", longer ones digit by digit.

    >>> spelled_figures(["open", "24", "hours", "at", "101"])
    ['open', 'twenty', 'four', 'hours', 'at', 'one', 'zero', 'one']
    """
    return [spoken for word in said for spoken in (_spell(word) if word.isdecimal() else (word,))]


_NAME_OF = {value: word for table in (TEENS, TENS, DIGITS) for word, value in reversed(table.items())} | {0: "zero"}


def _spell(figures: str) -> list[str]:
    value = int(figures) if len(figures) <= 2 and not figures.startswith("0") else 100
    if value in _NAME_OF:
        return [_NAME_OF[value]]
    if value < 100:
        return [_NAME_OF[value - value % 10], _NAME_OF[value % 10]]
    return [_NAME_OF[int(digit)] for digit in figures]
