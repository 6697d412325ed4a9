"""``phone``: a telephone number, kept as E.164."""

from __future__ import annotations

import phonenumbers

from ivr.flows.skills import KindOptions
from ivr.understanding.digit_strings import Pick, ends_with, pick
from ivr.understanding.numerals import NUMBER_WORDS, SAID_AROUND, Run
from ivr.understanding.wording import words

_NATIONAL = 10
_COUNTRY = "1"


class Phone:
    """A ten digit North American number, or any number said with "plus"."""

    name: str = "phone"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        _, found = _pick(text)
        return found.digits if found else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return _north_american(keys) if keys.isascii() else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*NUMBER_WORDS, *SAID_AROUND, "plus", "area", "code")

    def max_keys(self, options: KindOptions) -> int:
        return _NATIONAL

    def finished(self, text: str, options: KindOptions) -> bool:
        said, found = _pick(text)
        return found is not None and found.digits.startswith("+1") and ends_with(said, found.run)

    def speak(self, value: str) -> str:
        """Digit by digit, a comma where people pause: ``5 0 3, 5 5 5, 0 1 0 0``."""
        digits = value.lstrip("+")
        if value.startswith("+1") and len(digits) == _NATIONAL + 1:
            return ", ".join(" ".join(part) for part in (digits[1:4], digits[4:7], digits[7:]))
        return "plus " + ", ".join(" ".join(digits[at : at + 3]) for at in range(0, len(digits), 3))


def _pick(text: str) -> tuple[list[str], Pick | None]:
    """The words that count and the number in them."""
    said = words(text.replace("+", " plus "))
    if "plus" in said:
        said = said[said.index("plus") :]
        return said, pick(said, _abroad)
    return said, pick(said, _fit)


def _fit(run: Run) -> str | None:
    return next((number for digits in run.readings if (number := _north_american(digits))), None)


def _north_american(digits: str) -> str | None:
    """``digits`` as E.164 when they are ten, with or without the 1, and area and exchange begin with 2 to 9."""
    national = digits[1:] if len(digits) == _NATIONAL + 1 and digits.startswith(_COUNTRY) else digits
    if len(national) != _NATIONAL or not national.isdecimal() or national[0] in "01" or national[3] in "01":
        return None
    return f"+{_COUNTRY}{national}"


def _abroad(run: Run) -> str | None:
    for digits in run.readings:
        try:
            number = phonenumbers.parse(f"+{digits}")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
