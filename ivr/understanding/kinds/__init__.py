"""The kinds of answer a flow file can ask for: one file each, one line each in the tables below."""

from __future__ import annotations

from collections.abc import Callable

from ivr.flows.skills import Kind
from ivr.understanding.kinds.choice import Choice
from ivr.understanding.kinds.city import City, IsPlace, nothing_like_it
from ivr.understanding.kinds.date import Date
from ivr.understanding.kinds.digits import Digits
from ivr.understanding.kinds.email import Email
from ivr.understanding.kinds.money import Money
from ivr.understanding.kinds.name import Name
from ivr.understanding.kinds.number import Number
from ivr.understanding.kinds.phone import Phone
from ivr.understanding.kinds.place import Place
from ivr.understanding.kinds.spelling import Spelling
from ivr.understanding.kinds.street import Street
from ivr.understanding.kinds.text import Text
from ivr.understanding.kinds.time import Time
from ivr.understanding.kinds.yes_no import YesNo
from ivr.understanding.kinds.zip import Zip
from ivr.understanding.postal_codes import ZIPS, PostalCodes

KINDS: dict[str, Kind] = {
    "zip": Zip(),
    "digits": Digits(),
    "yes_no": YesNo(),
    "number": Number(),
    "phone": Phone(),
    "name": Name(),
    "text": Text(),
    "money": Money(),
    "choice": Choice(),
    "date": Date(),
    "time": Time(),
    "email": Email(),
    "street": Street(),
    "spelling": Spelling(),
}
"""Kinds that know all they need."""


PLACE_KINDS: dict[str, Callable[[IsPlace, tuple[str, ...], IsPlace, PostalCodes], Kind]] = {
    "city": City,
    "place": Place,
}
"""Kinds that must be told what is a place."""


def make_kinds(
    is_place: IsPlace, place_words: tuple[str, ...], is_like_place: IsPlace = nothing_like_it, codes: PostalCodes = ZIPS
) -> dict[str, Kind]:
    """Every kind, given what names a place ("Portland, Oregon" for "portland") and the names to listen for.

    ``is_like_place`` says whether a text is a place misheard, ``codes`` what postal codes look like.
    """
    return KINDS | {name: make(is_place, place_words, is_like_place, codes) for name, make in PLACE_KINDS.items()}
