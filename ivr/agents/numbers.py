"""Telephone numbers that visitors type: only ordinary ones, and only of the countries that the company calls."""

from __future__ import annotations

from collections.abc import Sequence

ORDINARY = (0, 1, 2, 6)
"""Fixed, mobile, either, and over the internet (``phonenumbers.PhoneNumberType``): never what costs more."""
LONGEST = 40
"""Characters that somebody may type for a number."""


class NumberError(ValueError):
    """This number is not called; the message says so to who typed it."""


def number_of(text: str, countries: Sequence[str]) -> str:
    """The number as E.164; without a country's code it is meant in the first of ``countries``.

    >>> number_of("(503) 555-0128", ("US",))
    '+15035550128'

    Raises:
        NumberError: it is no number, not an ordinary one, or of another country.
    """
    import phonenumbers  # 0.2 s, and not every process is asked for one

    try:
        number = phonenumbers.parse(text[:LONGEST], countries[0] if countries else None)
    except phonenumbers.NumberParseException as error:
        raise NumberError("This is not a telephone number.") from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise NumberError("This is not a telephone number we can call.")
    if phonenumbers.region_code_for_number(number) not in countries:
        raise NumberError("We cannot call numbers of this country.")
    if phonenumbers.number_type(number) not in ORDINARY:
        raise NumberError("We cannot call this kind of number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
