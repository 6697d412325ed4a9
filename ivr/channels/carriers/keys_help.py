"""What the keys mean, told to callers who cannot be heard: each key once, whoever wrote the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ivr.flows.actions import Choice
from ivr.flows.texts import listed

SPOKEN = {"*": "star", "#": "pound"}
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WORDS = {word: str(digit) for digit, word in enumerate(DIGITS)} | {"star": "*", "pound": "#", "hash": "#"}
TOKEN = re.compile(r"(?<![\w.])(?:[0-9]|[a-z]+|[*#])(?![\w:]|\.\d)")
PRESS = re.compile(r"\bpress\b")
FEWEST_NAMED = 2
"""A question that names so many of its keys, or says to press one, tells what they mean; another has a number in it."""


def keys_help(choices: Sequence[Choice], question: str = "") -> str:
    """What the keys mean that the ``question`` does not name itself.

    >>> keys_help([Choice("sales", (), "1"), Choice("operator", (), "0")])
    'For sales press 1, for operator press 0.'
    >>> keys_help([Choice("sales", (), "1"), Choice("operator", (), "0")], "For sales, press one.")
    'For operator press 0.'
    """
    named = _named(question, {choice.key for choice in choices if choice.key})
    untold = [one for one in choices if one.key and one.key not in named]
    parts = [f"for {one.name} press {SPOKEN.get(one.key, one.key)}" for one in untold]
    text = listed(parts, "and") if len(parts) > 2 else ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _named(question: str, keys: set[str]) -> set[str]:
    """Which of ``keys`` the question tells the meaning of.

    >>> sorted(_named("Press 1 to hear it, 2 to record it again, or just hang up.", set("129")))
    ['1', '2']
    >>> _named("Is it one of ours?", set("12")), _named("Do you open at 9:30?", set("9"))
    (set(), set())
    """
    text = question.lower()
    found = {WORDS.get(token, token) for token in TOKEN.findall(text)} & keys
    return found if len(found) >= FEWEST_NAMED or PRESS.search(text) else set()
