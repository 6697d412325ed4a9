"""``street``: a street address without its city: "twelve fifty main street apartment four b"."""

from __future__ import annotations

import re

from ivr.flows.skills import KindOptions
from ivr.understanding.meant import meant
from ivr.understanding.streets import addresses
from ivr.understanding.wording import LONGEST_TEXT, without_noise, words

_HOUSE = re.compile(r"^(PO Box )?(\d+)(.*)$")
_WRITTEN = ((re.compile(r"#\s*(?=\w)"), " unit "), (re.compile(r"(?<=\w)\.(?=\s|$)"), " "))
_IN_PAIRS = 4
_MOST_WORDS = 60
"""Words looked at, from the end: it bounds the time a text can cost."""


class Street:
    """House number, street and home, written as on a letter. Whether it exists only a map can tell."""

    name: str = "street"
    closed: bool = False

    def hear(self, text: str, options: KindOptions) -> str | None:
        plain = text[:LONGEST_TEXT]
        for pattern, instead in _WRITTEN:
            plain = pattern.sub(instead, plain)
        said = without_noise(words(plain))[-_MOST_WORDS:]
        found = meant(said, addresses(said))
        return found.value if found else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return ()

    def max_keys(self, options: KindOptions) -> int:
        """One: a street cannot be keyed, so any key is a command and acts at once."""
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        """Never: "main street" may go on with an apartment."""
        return False

    def speak(self, value: str) -> str:
        """The house number as people say it: "12 50 Main Street"."""
        house = _HOUSE.match(value)
        return f"{house[1] or ''}{_said(house[2])}{house[3]}" if house else value


def _said(number: str) -> str:
    """A house number in the groups it is said in: 1250 is "12 50", 105 is "1 0 5"."""
    if len(number) <= 2 or number.endswith("00"):
        return number
    if len(number) <= _IN_PAIRS and number[-2] != "0" and not number.startswith("0"):
        return f"{number[:-2]} {number[-2:]}"
    return " ".join(number)
