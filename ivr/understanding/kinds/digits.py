"""``digits``: a number that is a name (order, account, PIN): leading zeros count."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.digit_strings import Pick, ends_with, of_any_length, of_length, pick
from ivr.understanding.numerals import MOST_DIGITS, NUMBER_WORDS, SAID_AROUND
from ivr.understanding.wording import words


class Digits:
    """A digit string, of ``length`` digits where the flow file says so."""

    name: str = "digits"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        found = _pick(text, options)
        return found.digits if found else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        if not (keys.isdecimal() and keys.isascii() and len(keys) <= MOST_DIGITS):
            return None
        return keys if options.length in (None, len(keys)) else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*NUMBER_WORDS, *SAID_AROUND)

    def max_keys(self, options: KindOptions) -> int:
        return options.length or 0

    def finished(self, text: str, options: KindOptions) -> bool:
        found = _pick(text, options) if options.length else None
        return found is not None and ends_with(words(text), found.run)

    def speak(self, value: str) -> str:
        return " ".join(value)


def _pick(text: str, options: KindOptions) -> Pick | None:
    said = words(text)
    if options.length:
        return pick(said, of_length(options.length))
    return pick(said, of_any_length)
