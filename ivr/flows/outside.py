"""Which telephone numbers outside the house may be dialled: those of some countries, none that earn by being called."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import phonenumbers
from phonenumbers import PhoneNumberType

from ivr.flows.company import Company

DEAR = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
"""Numbers that whoever is called is paid for, or for which nobody knows where they lead."""


def refusal(number: str, countries: Collection[str]) -> str:
    """Why ``number`` (E.164) may not be dialled, in a sentence; empty when it may.

    >>> refusal("+15035550199", {"US"}), refusal("+19005550100", {"US"})
    ('', '+19005550100 costs whoever calls it: such numbers are not dialled.')
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return f"{number[:40]!r} is not a telephone number: write it with its country, such as +15035550100."
    if phonenumbers.number_type(parsed) in DEAR:
        return f"{number} costs whoever calls it: such numbers are not dialled."
    if not phonenumbers.is_valid_number(parsed):
        return f"There is no telephone with the number {number}: look at its figures once more."
    if phonenumbers.region_code_for_number(parsed) not in countries:
        named = ", ".join(sorted(countries)) or "no country"
        return f"{number} is abroad: only numbers of {named} are dialled (outside_countries in the flow file)."
    return ""


def refused_by(company: Company, number: str) -> str:
    """Why ``number`` may not be dialled for this company; empty when it may."""
    return refusal(number, company.outside_countries or countries_of(company.lines, company.language))


def countries_of(lines: Iterable[str], language: str) -> frozenset[str]:
    """The company's own countries: those of its telephone numbers; without any, that of its language.

    >>> sorted(countries_of(["+15035550100", "+493012345678", "client:shop"], "en-US"))
    ['DE', 'US']
    >>> sorted(countries_of([], "es-MX"))
    ['MX']
    """
    found = set()
    for line in lines:
        try:
            found.add(str(phonenumbers.region_code_for_number(phonenumbers.parse(line))))
        except phonenumbers.NumberParseException:
            continue
    found &= phonenumbers.SUPPORTED_REGIONS
    return frozenset(found or {language.partition("-")[2].upper()} - {""})
