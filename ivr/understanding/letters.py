"""Spelling aloud: "m i double l e r", "b as in boy", "mike india lima", "capital d", "four two dash b".

Single letters sound alike on a telephone line (b, d, e, p ...), the words that explain them do not: "b as in dog" is D.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from ivr.understanding.calendar_words import small_number, word_at
from ivr.understanding.numerals import DIGITS, REPEATS
from ivr.understanding.wording import word_row, word_set

NATO = word_row(
    "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey x-ray yankee zulu"
)
_POLICE = word_row(
    "adam boy charles david edward frank george henry ida john king lincoln mary nora ocean paul queen robert sam tom "
    "union victor william x-ray young zebra apple baker nancy"
)
_OTHERS = word_row("alfa juliett whisky xray")
CODE_WORDS = {word: word[0] for word in (*NATO, *_POLICE, *_OTHERS)}
"""Words said for their first letter."""

SPELLING_WORDS = (*ascii_lowercase, *NATO, "as in", "double", "triple", "double you", "capital")
"""What a recogniser should listen for, besides EXPLANATIONS."""

EXPLANATIONS = tuple(f"as in {word}" for word in dict.fromkeys((*NATO, *_POLICE)))

_NAMES = {
    "ay": "a",
    "bee": "b",
    "see": "c",
    "sea": "c",
    "dee": "d",
    "ee": "e",
    "eff": "f",
    "gee": "g",
    "aitch": "h",
    "eye": "i",
    "jay": "j",
    "kay": "k",
    "ell": "l",
    "el": "l",
    "em": "m",
    "en": "n",
    "pee": "p",
    "pea": "p",
    "cue": "q",
    "queue": "q",
    "are": "r",
    "ess": "s",
    "tee": "t",
    "tea": "t",
    "you": "u",
    "vee": "v",
    "ex": "x",
    "why": "y",
    "zee": "z",
    "zed": "z",
}
"""What recognisers write for letters; believed only beside other letters."""

SIGNS = {"dash": "-", "hyphen": "-", "apostrophe": "'", "space": " "}
_AS_IN = (("as", "in"), ("like", "in"), ("for",), ("like",), ("as",))
_CAPITALS = (("capital",), ("upper", "case"), ("uppercase",), ("lower", "case"), ("lowercase",), ("letter",), ("big",))
_SOUND_ALIKE = tuple(word_set(group) for group in ("b c d e g p t v z", "m n", "f s x", "a j k h", "i y", "q u"))
_DOUBLE_U = ("u", "you")
_FEWEST = 2
"""One letter alone is a word ("a", "i")."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """Characters spelled from ``start`` to before ``end``: small letters, digits and signs; ``units`` were said."""

    value: str
    start: int
    end: int
    units: int


_Unit = tuple[str, int]
"""Characters and the index of the word after them."""


def spelled(
    said: Sequence[str], *, code_words: bool = True, signs: bool = True, fewest: int = _FEWEST
) -> list[Spelled]:
    """The stretches of ``said`` that are spelled out.

    Without ``code_words`` a word such as "mike" is a letter only in a row of three: "john d o e" is John and DOE.

    >>> [one.value for one in spelled("it's m as in mary i double l e r".split())]
    ['miller']
    """
    heard = said if code_words else _without_names(said)
    found: list[Spelled] = []
    index = 0
    while index < len(said):
        run = _run(heard, index, signs=signs)
        if run.units >= fewest:
            found.append(run)
        index = run.end if run.units >= fewest else index + 1
    return found


def _run(said: Sequence[str], start: int, *, signs: bool) -> Spelled:
    value, index, end, units = "", start, start, 0
    while index < len(said):
        sign = SIGNS.get(said[index]) if signs and units else None
        unit = (sign, index + 1) if sign else _unit(said, index, value, first=not units)
        if unit is None:
            break
        value, index = value + unit[0], unit[1]
        if not sign:
            is_sure = "as" in said[end:index] and "in" in said[end:index]
            units, end = units + is_sure + (len(unit[0]) if unit[0].isalpha() else 1), index
    return Spelled(value.rstrip("-' "), start, end, units)


def _unit(said: Sequence[str], index: int, so_far: str, *, first: bool) -> _Unit | None:
    """One letter or number at ``index``, with its explanation and repetition."""
    capital = next((words for words in _CAPITALS if tuple(said[index : index + len(words)]) == words), ())
    if capital:
        return _letter(said, index + len(capital), first=True)
    if said[index] in REPEATS and word_at(said, index + 1) not in _DOUBLE_U:
        again = _letter(said, index + 1, first=True) or _digit(said, index + 1)
        return (again[0] * REPEATS[said[index]], again[1]) if again and len(again[0]) == 1 else None
    if said[index] in ("oh", "o"):
        return _oh(said, index, so_far)
    return _letter(said, index, first=first) or _number(said, index)


def _oh(said: Sequence[str], index: int, so_far: str) -> _Unit:
    """The letter, unless the neighbours are figures; "o as in ocean" always is."""
    explained = _explained("o", said, index + 1)
    if explained[1] > index + 1:
        return explained
    before, after = so_far[-1:], word_at(said, index + 1)
    is_figure = said[index] == "oh" and (before.isdecimal() or (after in DIGITS and after != "o"))
    return ("0" if is_figure else "o"), index + 1


def _letter(said: Sequence[str], index: int, *, first: bool) -> _Unit | None:
    word = word_at(said, index)
    if len(word) == 1 and word.isalpha():
        if word == "x" and word_at(said, index + 1) == "ray":
            return "x", index + 2
        return _explained(word, said, index + 1)
    if word == "double" and word_at(said, index + 1) in _DOUBLE_U:
        return _explained("w", said, index + 2)
    if word in CODE_WORDS:
        return CODE_WORDS[word], index + 1
    beside = len(word_at(said, index - 1)) == 1 or len(word_at(said, index + 1)) == 1
    if word in _NAMES and (_starts_letters(said, index + 1) if first else beside):
        return _explained(_NAMES[word], said, index + 1)
    return None


def _starts_letters(said: Sequence[str], index: int) -> bool:
    """Whether letters go on, so that "see" is a C and not a verb."""
    after = (word_at(said, index), word_at(said, index + 1))
    return len(after[0]) == 1 and after[0].isalpha() and (len(after[1]) == 1 or after[1] in _NAMES)


def _explained(letter: str, said: Sequence[str], index: int) -> _Unit:
    """``letter``, or what the word after "as in" says it is, where the two sound alike."""
    for lead in _AS_IN:
        word = word_at(said, index + len(lead))
        if tuple(said[index : index + len(lead) + 2]) == (*lead, "x", "ray"):
            return letter, index + len(lead) + 2
        if tuple(said[index : index + len(lead)]) == lead and len(word) > 1 and word.isalpha():
            if word[0] == letter:
                return letter, index + len(lead) + 1
            if any(letter in group and word[0] in group for group in _SOUND_ALIKE):
                is_x = letter == "x" and word.startswith("ex")
                return (letter if is_x else word[0]), index + len(lead) + 1
            if len(lead) == 2:
                return letter, index + len(lead) + 1
    return letter, index


def _digit(said: Sequence[str], index: int) -> _Unit | None:
    word = word_at(said, index)
    return (str(DIGITS[word]), index + 1) if word in DIGITS else None


def _number(said: Sequence[str], index: int) -> _Unit | None:
    """Figures: "four", "forty two", "zero", "42"."""
    word = word_at(said, index)
    if word.isdecimal():
        return word, index + 1
    if word in DIGITS:
        return str(DIGITS[word]), index + 1
    number = small_number(said, index)
    return (str(number[0]), number[1]) if number else None


def _without_names(said: Sequence[str]) -> list[str]:
    """``said`` with capitals for code words that may as well be names, so that they are not read as letters."""
    heard = list(said)
    for index, word in enumerate(said):
        near = said[max(0, index - _FEWEST) : index + _FEWEST + 1]
        if word in CODE_WORDS and word_at(said, index - 1) not in _EXPLAINING and not _in_a_row(near):
            heard[index] = word.upper()
    return heard


_EXPLAINING = frozenset(("in", "for", "like", "as"))


def _in_a_row(near: Sequence[str]) -> bool:
    """Whether three of ``near``, side by side, are code words."""
    return any(all(word in CODE_WORDS for word in near[at : at + 3]) for at in range(len(near) - 2))
