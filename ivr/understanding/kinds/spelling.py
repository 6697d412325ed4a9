"""``spelling``: letters and digits said one by one: "m i double l e r", "b as in boy", "mike india lima"."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.flows.skills import KindOptions
from ivr.understanding.letters import EXPLANATIONS, SIGNS, SPELLING_WORDS, Spelled, spelled
from ivr.understanding.meant import ends_with, meant
from ivr.understanding.numerals import NUMBER_WORDS
from ivr.understanding.wording import CORRECTIONS, LONGEST_TEXT, NOISE, UNKNOWN, is_corrected, words

_GLUE = ("it's", "that's", "no", "sorry", "wait", "please")
_SOFT = (NOISE - {UNKNOWN}) | {"and", "then", "comma"}
"""Words between the letters of one spelling."""

_SIGN_WORDS = {sign: word for word, sign in reversed(SIGNS.items())}
_LONGEST = 64
_TYPED = re.compile(r"(?=[a-zA-Z-]*\d)[a-zA-Z\d]+(?:-[a-zA-Z\d]+)*", re.ASCII)
"""A code as it is typed: letters and figures in one piece."""


class Spelling:
    """Letters and digits in capitals, of ``length`` characters where the flow file says so."""

    name: str = "spelling"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        found = _meant(text)[1]
        typed = _TYPED.fullmatch(text[:LONGEST_TEXT].strip())
        value = typed[0].upper() if typed else found.value.upper() if found else ""
        return value if 1 < len(value) <= _LONGEST and _fits(value, options) else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        signs = _SIGN_WORDS.values()
        return tuple(dict.fromkeys((*SPELLING_WORDS, *EXPLANATIONS, *NUMBER_WORDS, *signs, *_GLUE)))

    def max_keys(self, options: KindOptions) -> int:
        """One: letters cannot be keyed, so any key is a command and acts at once."""
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        """Only at the ``length`` asked for."""
        said, found = _meant(text)
        whole = found is not None and len(found.value) == options.length and options.length > 1
        return whole and found is not None and self.hear(text, options) is not None and ends_with(said, found)

    def speak(self, value: str) -> str:
        """Character by character; the commas keep a voice from reading "a" as an article."""
        return ", ".join(_SIGN_WORDS.get(character, character) for character in value)


def _fits(value: str, options: KindOptions) -> bool:
    return options.length in (None, len(value))


def _meant(text: str) -> tuple[list[str], Spelled | None]:
    """The words that count and what is spelled in them."""
    said = [word for word in words(text) if word not in _SOFT]
    found = meant(said, spelled(said))
    return said, _mended(said, found) if found else None


def _mended(said: list[str], found: Spelled) -> Spelled:
    """``found`` with its last character said again: "k l no m" is KM."""
    start = found.end
    while start < len(said) and said[start] in _CORRECTING:
        start += 1
    again = spelled(said[start:], fewest=1)
    if start == found.end or not is_corrected(said[found.end : start]) or not again or again[0].start:
        return found
    return replace(found, value=found.value[: -len(again[0].value)] + again[0].value, end=start + again[0].end)


_CORRECTING = CORRECTIONS | {"i", "said", "it's", "that's"}
