"""``date``: a day, kept as 2026-06-23: "twenty third of june", "next tuesday", "in two weeks", "six twenty three"."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from ivr.flows.skills import KindOptions
from ivr.understanding.calendar_words import DAYS_BY_NAME, MONTHS, ORDINALS, WEEKDAYS
from ivr.understanding.date_figures import keyed
from ivr.understanding.dated import Dated
from ivr.understanding.dates import dates
from ivr.understanding.meant import ends_with, meant
from ivr.understanding.numerals import NUMBER_WORDS
from ivr.understanding.wording import without_noise, word_row, words

_MOST_KEYS = 8
_MOST_DAYS = 31
_GLUE = word_row(
    "the of on in a next last this coming today tomorrow yesterday day days week weeks month months year fortnight "
    "after before from now ago thousand and slash please it's no sorry wait i said"
)
_SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


class Date:
    """A day of the calendar; without a year the next such day, seen from ``options.at_s`` in ``options.timezone``."""

    name: str = "date"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        found = _meant(text, _today(options))
        return found.value.isoformat() if found and found.value else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        """Month and day, and the year where wanted: ``0623``, ``06232026``."""
        if not (keys.isdecimal() and keys.isascii()) or len(keys) not in (4, _MOST_KEYS):
            return None
        found = keyed(keys, _today(options))
        return found.value.isoformat() if found and found.value else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        names = (name for table in (MONTHS, WEEKDAYS) for name in _full_names(table))
        ranks = (word for word, number in ORDINALS.items() if number <= _MOST_DAYS)
        days = (" ".join(name) for name in DAYS_BY_NAME)
        return tuple(dict.fromkeys((*names, *ranks, *NUMBER_WORDS, *days, *_GLUE)))

    def max_keys(self, options: KindOptions) -> int:
        return _MOST_KEYS

    def finished(self, text: str, options: KindOptions) -> bool:
        """After a year, "tomorrow" or "next tuesday"; "june third" may go on with a year."""
        found = _meant(text, _today(options))
        if found is None or found.value is None or not found.complete:
            return False
        return ends_with(without_noise(words(text)), found)

    def speak(self, value: str) -> str:
        day = date.fromisoformat(value)
        weekday, month = _full_names(WEEKDAYS)[day.weekday()], _full_names(MONTHS)[day.month - 1]
        return f"{weekday.title()}, {month.title()} {day.day}{_SUFFIXES.get(day.day, 'th')}, {day.year}"


def _meant(text: str, today: date) -> Dated | None:
    said = without_noise(words(text))
    return meant(said, dates(said, today))


def _today(options: KindOptions) -> date:
    zone: tzinfo = UTC if options.timezone == "UTC" else ZoneInfo(options.timezone)
    return datetime.fromtimestamp(options.at_s, zone).date()


def _full_names(table: dict[str, int]) -> tuple[str, ...]:
    """The first name of each number in ``table``; the others are how it is typed."""
    full: dict[int, str] = {}
    for name, number in table.items():
        full.setdefault(number, name)
    return tuple(full.values())
