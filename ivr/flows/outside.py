"""Which telephone numbers outside the house may be dialled or texted: of some countries, none that earn by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Use:
    """What is to be done with a number, in the words of a refusal, and the key of the flow file that says where."""

    dear: str
    such: str
    key: str


DIAL = Use("costs whoever calls it: such numbers are not dialled", "are dialled", "outside_countries")
TEXT = Use("costs whoever uses it: such numbers are sent no texts", "are sent texts", "text_countries")


def refusal(number: str, countries: Collection[str], use: Use = DIAL) -> str:
    """Why ``number`` (E.164) may not be dialled or texted, in a sentence; empty when it may.

    >>> refusal("+15035550199", {"US"}), refusal("+19005550100", {"US"})
    ('', '+19005550100 costs whoever calls it: such numbers are not dialled.')
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return f"{number[:40]!r} is not a telephone number: write it with its country, such as +15035550100."
    if phonenumbers.number_type(parsed) in DEAR:
        return f"{number} {use.dear}."
    if not phonenumbers.is_valid_number(parsed):
        return f"There is no telephone with the number {number}: look at its figures once more."
    if phonenumbers.region_code_for_number(parsed) not in countries:
        named = ", ".join(sorted(countries)) or "no country"
        return f"{number} is abroad: only numbers of {named} {use.such} ({use.key} in the flow file)."
    return ""


def refused_by(company: Company, number: str) -> str:
    """Why ``number`` may not be dialled for this company; empty when it may."""
    return refusal(number, _dialled(company))


def text_refused_by(company: Company, number: str) -> str:
    """Why ``number`` is sent no texts by this company; empty when it may be. The callback page texts its own."""
    page = company.callback_page.countries if company.callback_page else ()
    return refusal(number, {*(company.text_countries or _dialled(company)), *page}, TEXT)


def _dialled(company: Company) -> Collection[str]:
    return company.outside_countries or countries_of(company.lines, company.language)


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
