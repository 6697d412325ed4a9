"""``money``: an amount, kept with two decimals: "twelve ninety nine" is 12.99."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ivr.flows.skills import KindOptions
from ivr.understanding.kinds.number import fraction_at, spell_out
from ivr.understanding.numerals import NUMBER_WORDS, SCALES, after_refusal, cardinal, figure
from ivr.understanding.wording import COURTESIES, LONGEST_TEXT, is_corrected, is_negated, words

_DOLLARS = frozenset(("dollar", "dollars", "buck", "bucks"))
_CENTS = frozenset(("cent", "cents", "penny", "pennies"))
_MOST_KEYS = 9
_THOUSANDS = re.compile(r"(?<=\d)k\b| (?:k|grand)\b")

_Amount = tuple[int, int, int]
"""Cents, where the amount begins and where it ends."""


class Money:
    """An amount of the caller's currency; keyed amounts are whole."""

    name: str = "money"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        said = words(spell_out(_THOUSANDS.sub(" thousand", text[:LONGEST_TEXT].lower())))
        found = [one for one in _amounts(said) if not is_negated(said, one[1])] or _amounts(after_refusal(said))
        if not found or (len(found) > 1 and not is_corrected(said[found[-2][2] : found[-1][1]])):
            return None
        return _written(found[-1][0])

    def key(self, keys: str, options: KindOptions) -> str | None:
        """Whole units, or with ``*`` for the point: ``12*50``."""
        whole, _, part = keys.partition("*")
        if not (whole.isdecimal() and keys.isascii() and len(whole) <= _MOST_KEYS):
            return None
        if part and not (part.isdecimal() and len(part) == 2):
            return None
        return f"{int(whole)}.{part or '00'}"

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*NUMBER_WORDS, "a", "and", "thousand", "million", "point", "half", *sorted(_DOLLARS | _CENTS))

    def max_keys(self, options: KindOptions) -> int:
        return 0

    def finished(self, text: str, options: KindOptions) -> bool:
        """Only after "cents": "five dollars" may go on with "and twenty cents"."""
        return words(text)[-1:] in (["cents"], ["cent"]) and self.hear(text, options) is not None

    def speak(self, value: str) -> str:
        whole, _, cents = value.partition(".")
        parts = [f"{whole} dollar{'' if whole == '1' else 's'}"] if whole != "0" or cents == "00" else []
        if cents != "00":
            parts.append(f"{int(cents)} cent{'' if cents == '01' else 's'}")
        return " and ".join(parts)


def _written(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _amounts(said: Sequence[str]) -> list[_Amount]:
    found: list[_Amount] = []
    index = 0
    while index < len(said):
        amount = _amount_at(said, index)
        if amount:
            found.append((amount[0], index, amount[1]))
        index = amount[1] if amount else index + 1
    return found


def _amount_at(said: Sequence[str], start: int) -> tuple[int, int] | None:
    if said[start] == "a" and said[start + 1 : start + 2] and said[start + 1] in _DOLLARS:
        first: tuple[int, int] | None = (1, start + 1)
    else:
        first = cardinal(said, start)
    if first is None:
        return None
    cents, end = first[0] * 100, first[1]
    part, end = _fraction(said, end)
    if part and end < len(said) and said[end] in SCALES:
        cents, part, end = (cents + part) * SCALES[said[end]], 0, end + 1
    unit = said[end] if end < len(said) else ""
    if unit in _CENTS:
        return cents // 100 + part // 100, end + 1
    if unit in _DOLLARS:
        more, end = _cents_after(said, end + 1)
        return cents + part + more, end
    if part:
        return cents + part, end
    more, end = _two_digits(said, end)
    return cents + more, end


def _fraction(said: Sequence[str], index: int) -> tuple[int, int]:
    """Cents after "point", or of "and a half"; 0 when there are none."""
    if fraction_at(said, index):
        return _cents_of(fraction_at(said, index)), index + 3
    if index + 1 >= len(said) or said[index] != "point":
        return 0, index
    digits, after = "", index + 1
    while after < len(said) and (one := figure(said[after])):
        digits, after = digits + one, after + 1
    if not digits and (whole := cardinal(said, after)):
        digits, after = str(whole[0]), whole[1]
    return _cents_of(digits), after


def _cents_of(decimals: str) -> int:
    """Decimals as cents: 5 is 50."""
    return int((decimals + "00")[:2])


def _cents_after(said: Sequence[str], index: int) -> tuple[int, int]:
    """The cents that go with dollars just said: "... and twenty cents", "... fifty"."""
    if fraction_at(said, index):  # "three dollars and a quarter"
        return _cents_of(fraction_at(said, index)), index + 3
    start = index + (said[index : index + 1] == ["and"])
    part = cardinal(said, start)
    if part is None or part[0] > 99:
        return 0, index
    named = said[part[1] : part[1] + 1] != [] and said[part[1]] in _CENTS
    if named:
        return part[0], part[1] + 1
    ends = start == index or all(word in COURTESIES for word in said[part[1] :])
    return (part[0], part[1]) if ends and part[0] > 9 else (0, index)


def _two_digits(said: Sequence[str], index: int) -> tuple[int, int]:
    """The cents of "five fifty" and "five oh five"."""
    if index + 1 < len(said) and said[index] in ("oh", "o") and said[index + 1] != "zero":
        unit = figure(said[index + 1])
        return (int(unit), index + 2) if unit and len(unit) == 1 else (0, index)
    part = cardinal(said, index)
    return part if part and 9 < part[0] < 100 else (0, index)
