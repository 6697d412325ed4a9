"""``time``: a time of day, kept as 16:30: "half past four", "quarter to nine in the morning", "sixteen hundred"."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.clock_times import Timed, face, times, with_hour_alikes
from ivr.understanding.meant import ends_with, meant
from ivr.understanding.numerals import NUMBER_WORDS, after_refusal
from ivr.understanding.wording import is_negated, without_noise, word_row, words

_GLUE = word_row(
    "half past quarter to till after before of a in the at around about o'clock noon midnight midday am pm m p morning "
    "afternoon evening night tonight tomorrow today minutes hours please it's no sorry wait i said"
)
_FIGURES = 4
_NOON = 12
_MOST_WORDS = 60
"""Words looked at, from the end: it bounds the time a text can cost."""

_SPECIAL = {"12:00": "noon", "00:00": "midnight"}


class Time:
    """A time of day. Without a part of the day business hours decide: 7 to 11 is am, 12 to 6 is pm."""

    name: str = "time"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        found = _meant(text)
        return found.value if found else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        """Hours and minutes: ``1630`` on a 24 hour clock, ``430`` in business hours."""
        if not (keys.isdecimal() and keys.isascii()) or len(keys) not in (_FIGURES - 1, _FIGURES):
            return None
        hour, minute = int(keys[:-2]), int(keys[-2:])
        if hour > 23 or minute > 59:
            return None
        return f"{hour:02d}:{minute:02d}" if len(keys) == _FIGURES else face(hour, minute)

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*NUMBER_WORDS, *_GLUE)))

    def max_keys(self, options: KindOptions) -> int:
        return _FIGURES

    def finished(self, text: str, options: KindOptions) -> bool:
        """When the half of the day is known: "four thirty" may go on with "in the morning"."""
        found = _meant(text)
        if found is None or found.value is None or not found.complete:
            return False
        return ends_with(_said(text), found)

    def speak(self, value: str) -> str:
        if value in _SPECIAL:
            return _SPECIAL[value]
        hour, minute = (int(part) for part in value.split(":"))
        shown = hour % _NOON or _NOON
        return f"{shown}{f':{minute:02d}' if minute else ''} {'AM' if hour < _NOON else 'PM'}"


def _meant(text: str) -> Timed | None:
    said = _said(text)
    found = times(said)
    if all(is_negated(said, one.start) for one in found):
        said = after_refusal(said)
        found = times(said)
    return meant(said, found)


def _said(text: str) -> list[str]:
    return with_hour_alikes(without_noise(words(text))[-_MOST_WORDS:])
