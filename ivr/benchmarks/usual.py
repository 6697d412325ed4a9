"""What people usually take to read values from text: the baselines of ``ivr bench slots``.

Each is given what it needs around it: the figures it wrote are joined, the dates it found put as we put them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from ivr.benchmarks.gold import Line

Reads = Callable[[Line], str | None]
_LEAST_ALIKE = 80.0
"""The usual cut of fuzzy matching."""


@dataclass(frozen=True, slots=True)
class Usual:
    """A baseline: its ``name``, and how it reads a line."""

    name: str
    reads: Reads


def usual() -> Mapping[str, Usual]:
    """The baseline of each kind that has one; packages that are not installed are left out."""
    found = {
        "choice": Usual("rapidfuzz, best of the list", _choice),
        "yes_no": Usual("first word yes or no", _yes_no),
        "email": Usual('"at" and "dot" replaced, spaces dropped', _email),
        "name": Usual("words with capitals", lambda line: line.said.title() or None),
        "spelling": Usual("single letters joined", _letters),
    }
    with suppress(ImportError):
        figures = _figures()
        found |= {kind: Usual("text2digits", reads(figures)) for kind, reads in _FROM_FIGURES.items()}
    with suppress(ImportError):
        search: Callable[..., list[tuple[str, datetime]] | None] = import_module("dateparser.search").search_dates
        found["date"] = Usual("dateparser", lambda line: _date(search, line, "%Y-%m-%d"))
        found["time"] = Usual("dateparser", lambda line: _date(search, line, "%H:%M"))
    return found


def _figures() -> Callable[[str], str]:
    convert: Callable[[str], str] = import_module("text2digits.text2digits").Text2Digits().convert
    return convert


def _joined(figures: Callable[[str], str]) -> Reads:
    def read(line: Line) -> str | None:
        return re.sub(r"\D", "", figures(line.said)) or None

    return read


def _phone(figures: Callable[[str], str]) -> Reads:
    def read(line: Line) -> str | None:
        digits = re.sub(r"\D", "", figures(line.said))
        return f"+1{digits[-10:]}" if len(digits) in (10, 11) else None

    return read


def _first(figures: Callable[[str], str]) -> Reads:
    def read(line: Line) -> str | None:
        found = re.search(r"\d+(?:\.\d+)?", figures(line.said))
        return found[0] if found else None

    return read


def _money(figures: Callable[[str], str]) -> Reads:
    def read(line: Line) -> str | None:
        found = re.findall(r"\d+(?:\.\d+)?", figures(line.said).replace(",", ""))
        if len(found) == 1:
            return f"{float(found[0]):.2f}"
        return f"{found[0]}.{found[1].zfill(2)}" if len(found) == 2 else None

    return read


_FROM_FIGURES: Mapping[str, Callable[[Callable[[str], str]], Reads]] = {
    "zip": _joined,
    "digits": _joined,
    "phone": _phone,
    "number": _first,
    "money": _money,
}


def _date(search: Callable[..., list[tuple[str, datetime]] | None], line: Line, form: str) -> str | None:
    now = datetime.fromtimestamp(line.options.at_s, ZoneInfo(line.options.timezone)).replace(tzinfo=None)
    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future"}
    found = search(line.said, languages=["en"], settings=settings)
    return found[-1][1].strftime(form) if found else None


def _choice(line: Line) -> str | None:
    best = process.extractOne(line.said, line.options.choices, scorer=fuzz.WRatio, score_cutoff=_LEAST_ALIKE)
    return best[0] if best else None


def _yes_no(line: Line) -> str | None:
    first = line.said.lower().split()[:1]
    return {"yes": "yes", "yeah": "yes", "no": "no"}.get(first[0]) if first else None


def _email(line: Line) -> str | None:
    text = line.said.lower().replace(" at ", "@").replace(" dot ", ".").replace(" ", "")
    return text if "@" in text else None


def _letters(line: Line) -> str | None:
    return "".join(word for word in line.said.split() if len(word) == 1).upper() or None
