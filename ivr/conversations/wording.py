"""How a sentence is expected: word by word, with ``...`` for anything, or as a /pattern/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

ANYTHING = "..."
MAX_PATTERN = 300
"""Characters of a pattern; a sentence that needs a longer one is better written with ``...``."""

TOO_SLOW = re.compile(r"\)[*+{]|\(\?(?!:)|\\[1-9]")
"""Repeated groups can take for ever on a sentence that nearly fits; look-arounds and references may, too."""

REPEATS = re.compile(r"(?<!\\)[*+{]")
MOST_REPEATS = 4
"""Repetitions in one pattern; each multiplies the time by the length of the sentence."""


class WordingError(ValueError):
    """The pattern cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence as the test file has it. Runs of spaces count as one, and those around ``...`` not at all."""

    written: str

    @property
    def anything(self) -> bool:
        """Whether it stands for any number of sentences, also none."""
        return self.written == ANYTHING

    def fits(self, text: str) -> bool:
        """Whether ``text`` is what was expected.

        >>> [Wording(w).fits("It is at 9 Elm.") for w in ("It is ...", "It ... Elm.", "/It .*/", "It is")]
        [True, True, True, False]
        """
        text = " ".join(text.split())
        if self.is_pattern:
            return _pattern(self.written[1:-1]).fullmatch(text) is not None
        return _in_order([" ".join(part.split()) for part in self.written.split(ANYTHING)], text)

    @property
    def is_pattern(self) -> bool:
        return len(self.written) > 2 and self.written[0] == "/" == self.written[-1]


def read_wording(written: str) -> Wording:
    """``written``, if it can be used.

    Raises:
        WordingError: saying what is wrong with the pattern.
    """
    wording = Wording(written.strip())
    if wording.is_pattern:
        pattern = wording.written[1:-1]
        if len(pattern) > MAX_PATTERN:
            raise WordingError(f"it is longer than {MAX_PATTERN} characters")
        if TOO_SLOW.search(pattern) or len(REPEATS.findall(pattern)) > MOST_REPEATS:
            raise WordingError("looking for it could take for ever")
        try:
            _pattern(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise WordingError(str(error)) from error
    return wording


@lru_cache(maxsize=2048)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _in_order(parts: list[str], text: str) -> bool:
    """Whether ``text`` is ``parts`` with anything between them."""
    first, *between = parts
    if not between:
        return text == first
    last = between.pop()
    if not (text.startswith(first) and text.endswith(last) and len(text) >= len(first) + len(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in between:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
