"""``number``: a quantity: "twenty five", "two and a half", "minus five", "1,200"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ivr.flows.skills import KindOptions
from ivr.understanding.numerals import NUMBER_WORDS, SCALES, after_refusal, lone_alike, runs
from ivr.understanding.wording import LONGEST_TEXT, is_corrected, is_negated, word_row, words

_WRITTEN = (
    (re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), ""),
    (re.compile(r"(?<=\d)\.(?=\d)"), " point "),
    (re.compile(r"(^|\bminus |\bnegative |\bis |\bit's |\bno )point (?=\w)"), r"\g<1>0 point "),
    (re.compile(r"(?<![\w-])[-\u2212](?=\d)"), "minus "),
    (re.compile(r"\bhalf a dozen\b"), "6"),
    (re.compile(r"\b(?:a|one) dozen\b"), "12"),
    (re.compile(r"\b(?:a )?half an? (?=(?:hundred|thousand|million)\b)"), "0 point 5 "),
    (re.compile(r"(?<!and )(?<!and a )\b(?:a )?half\b"), "0 point 5"),
    (re.compile(r"(?<!and )\bthree quarters\b"), "0 point 75"),
    (re.compile(r"(?<!and )(?<!and a )(?<!\w )\b(?:a )?quarter\b"), "0 point 25"),
    (re.compile(r"\ba couple(?: of)?\b"), "2"),
    (re.compile(r"\bnone\b"), "0"),
)
_MOST_KEYS = 15


class Number:
    """A quantity as plain figures, with a minus and a decimal point where said."""

    name: str = "number"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        said = words(spell_out(text))
        found = [number for number in numbers(said) if not is_negated(said, number[1])]
        if not found:
            found = numbers(after_refusal(said))
        if not found:
            return lone_alike(said)
        if len(found) > 1 and not is_corrected(said[found[-2][2] : found[-1][1]]):
            return None  # "two or three"
        return found[-1][0]

    def key(self, keys: str, options: KindOptions) -> str | None:
        whole = keys.isdecimal() and keys.isascii() and len(keys) <= _MOST_KEYS
        return str(int(keys)) if whole else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*NUMBER_WORDS, *word_row("a and thousand million point minus half quarter quarters dozen"))

    def max_keys(self, options: KindOptions) -> int:
        return 0

    def finished(self, text: str, options: KindOptions) -> bool:
        """Never: "twenty" may become "twenty five", "five" may become "five hundred"."""
        return False

    def speak(self, value: str) -> str:
        return value


def spell_out(text: str) -> str:
    """``text`` with written marks as words: ``1,200`` is 1200, ``2.5`` is "2 point 5", ``-3`` is "minus 3"."""
    plain = text[:LONGEST_TEXT].lower()
    for pattern, instead in _WRITTEN:
        plain = pattern.sub(instead, plain)
    return plain


_FRACTIONS: dict[tuple[str, ...], str] = {
    ("and", "a", "half"): "5",
    ("and", "a", "quarter"): "25",
    ("and", "three", "quarters"): "75",
}


def fraction_at(said: Sequence[str], index: int) -> str:
    """The decimals that the three words at ``index`` say, if they do: "and a half" is 5."""
    return _FRACTIONS.get(tuple(said[index : index + 3]), "")


def _scaled(text: str, said: Sequence[str], index: int) -> tuple[str, int]:
    """A broken number of thousands: "two and a half thousand", "one point two million"."""
    scale = ({"hundred": 100} | SCALES).get(said[index]) if index < len(said) and "." in text else None
    return (f"{(Decimal(text) * scale).normalize():f}", index + 1) if scale else (text, index)


def numbers(said: Sequence[str]) -> list[tuple[str, int, int]]:
    """The quantities in ``said``, each with where it begins and ends.

    >>> numbers("minus two point five".split())
    [('-2.5', 0, 4)]
    """
    found: list[tuple[str, int, int]] = []
    waiting = [run for run in runs(said) if run.readings]
    while waiting:
        run = waiting.pop(0)
        text, end = str(int(run.readings[0])), run.end
        if waiting and waiting[0].start == end + 1 and said[end] == "point":
            fraction = waiting.pop(0)
            text, end = f"{text}.{fraction.readings[0]}", fraction.end
            unscaled = runs(said[fraction.start : end - 1]) if said[end - 1] in SCALES else []
            if unscaled and unscaled[0].readings:
                text, end = f"{text.partition('.')[0]}.{unscaled[0].readings[0]}", end - 1
        elif fraction_at(said, end):
            text, end = f"{text}.{fraction_at(said, end)}", end + 3
            waiting = [run for run in waiting if run.start >= end]
        text, end = _scaled(text, said, end)
        waiting = [run for run in waiting if run.start >= end]
        minus = run.start > 0 and said[run.start - 1] in ("minus", "negative")
        found.append((f"-{text}" if minus and float(text) else text, run.start - minus, end))
    return found
