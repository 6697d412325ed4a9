"""Times of day in speech: "half past four", "four thirty", "quarter to nine in the morning", "sixteen hundred".

Without a part of the day business hours decide: 7 to 11 is in the morning, 12 to 6 in the afternoon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.understanding.calendar_words import MONTHS, WEEKDAYS, Reading, small_number, word_at
from ivr.understanding.numerals import cardinal
from ivr.understanding.wording import CORRECTIONS, COURTESIES, word_lists, word_set

_NOON, _HOURS, _MINUTES = 12, 24, 60
_FIRST_MORNING_HOUR = 7
"""From 7 on a bare hour is in the morning, before that in the afternoon."""

_PARTS = {
    phrase: part
    for part, phrases in {
        "am": "am;a m;in the morning;this morning;tomorrow morning;morning",
        "pm": "pm;p m;in the afternoon;this afternoon;tomorrow afternoon;afternoon;in the evening;this evening;"
        "tomorrow evening;evening",
        "night": "at night;tonight;tomorrow night;night",
    }.items()
    for phrase in word_lists(phrases)
}
_EARLY_NIGHT = 6
"""From 6 to 11 "at night" is before midnight, from 12 to 5 after it."""

_PAST = frozenset(("past", "after"))
_TO = frozenset(("to", "two", "too", "till", "til", "before", "of"))
_QUARTERS = frozenset(("quarter", "fifteen"))
_HOUR_ALIKES = {"for": "four", "fore": "four", "ate": "eight", "won": "one", "too": "two", "to": "two"}
_ROUND_MINUTES = (5, 10, 15, 20, 25)
"""Minutes said without the word: "ten to four"; "two to four" is a stretch of time."""

_LEADS = word_set(
    "at around about by say like maybe it's is be make for approximately roughly or and time it yes said sure between "
    "from to not"
)
_HEDGES = frozenset(("little", "bit", "shortly", "just", "right"))
_ENDS = word_set("would works work is on if today tomorrow sharp ish or and to in at will fine good that's there")


@dataclass(frozen=True, slots=True)
class Timed:
    """A time said from ``start`` to before ``end``; ``complete``: the half of the day is known too."""

    value: str | None
    start: int
    end: int
    complete: bool = False


@dataclass(frozen=True, slots=True)
class _Clock:
    """What a clock face shows, and whether it can only be meant on a 24 hour clock."""

    hour: int
    minute: int
    end: int
    whole_day: bool = False


def times(said: Sequence[str]) -> list[Timed]:
    """All times in ``said``, in order.

    >>> [one.value for one in times("four thirty no quarter to nine".split())]
    ['16:30', '08:45']
    """
    found: list[Timed] = []
    index = 0
    while index < len(said):
        one = _named(said, index) or _on_the_clock(said, index)
        if one:
            found.append(one)
        number = small_number(said, index)
        index = one.end if one else max(index + 1, number[1] if number else 0)
    return found


def with_hour_alikes(said: Sequence[str]) -> list[str]:
    """``said`` with hours for what they are misheard as: "ate thirty", "half past for".

    >>> with_hour_alikes("um for thirty or half past ate".split())
    ['um', 'for', 'thirty', 'or', 'half', 'past', 'eight']
    >>> with_hour_alikes("for thirty".split()), with_hour_alikes("for thirty minutes".split())
    (['four', 'thirty'], ['for', 'thirty', 'minutes'])
    """
    heard = list(said)
    for index, word in enumerate(said):
        hour = _HOUR_ALIKES.get(word)
        before = said[index - 1] if index else ""
        if hour and (before == "past" or (before in ("to", "at") and word != "to") or _begins_a_time(said, index)):
            heard[index] = hour
    return heard


def _begins_a_time(said: Sequence[str], index: int) -> bool:
    """Whether minutes follow a misheard hour that begins the answer, and are the end of it or of the time."""
    minutes = small_number(said, index + 1) if all(word in _LEADS | COURTESIES for word in said[:index]) else None
    if minutes is None or not 9 < minutes[0] < _MINUTES:
        return False
    after = word_at(said, minutes[1])
    return not after or after in COURTESIES or bool(_part_at(said, minutes[1])[0])


def face(hour: int, minute: int) -> str:
    """The time of a clock face, in business hours."""
    if 0 < hour < _FIRST_MORNING_HOUR:
        hour += _NOON
    return f"{hour:02d}:{minute:02d}"


def _named(said: Sequence[str], index: int) -> Timed | None:
    """Noon and midnight."""
    at = index + (word_at(said, index) == "twelve")
    word = word_at(said, at)
    if word in ("noon", "midday", "noontime"):
        return Timed("12:00", index, at + 1, complete=True)
    return Timed("00:00", index, at + 1, complete=True) if word == "midnight" else None


def _on_the_clock(said: Sequence[str], index: int) -> Timed | None:
    clock = _before_or_after_the_hour(said, index) or _hour_and_minutes(said, index) or _bare_hour(said, index)
    if clock is None:
        return None
    part, end = _part_at(said, clock.end)
    if not part:
        part = next((one for at in range(len(said)) if (one := _part_at(said, at)[0])), "")
    return Timed(_in_the_day(clock, part), index, end, complete=bool(part) or clock.whole_day)


def _part_at(said: Sequence[str], index: int) -> tuple[str, int]:
    """The part of the day named at ``index`` and the index after it."""
    for phrase, part in _PARTS.items():
        if tuple(said[index : index + len(phrase)]) == phrase:
            return part, index + len(phrase)
    return "", index


def _in_the_day(clock: _Clock, part: str) -> str | None:
    hour = clock.hour
    if clock.whole_day or hour == 0 or hour > _NOON:
        late_morning = part == "am" and hour > _NOON
        return None if late_morning else f"{hour % _HOURS:02d}:{clock.minute:02d}"
    if not part:
        return face(hour, clock.minute)
    late = part == "pm" or (part == "night" and _EARLY_NIGHT <= hour < _NOON)
    return f"{hour % _NOON + _NOON * late:02d}:{clock.minute:02d}"


def _before_or_after_the_hour(said: Sequence[str], index: int) -> _Clock | None:
    """As in "half past four", "a quarter to nine", "ten to four", "half four"."""
    start = index + (word_at(said, index) == "a")
    if word_at(said, start) == "half":
        hour = _hour(said, start + 1 + (word_at(said, start + 1) in _PAST))
        return _Clock(hour[0], 30, _past_o_clock(said, hour[1])) if hour else None
    minutes = (15, start + 1) if word_at(said, start) == "quarter" else small_number(said, start)
    if minutes is None or not 0 < minutes[0] < _MINUTES:
        return None
    named = word_at(said, minutes[1]) in ("minute", "minutes")
    way = word_at(said, minutes[1] + named)
    hour = _hour(said, minutes[1] + named + 1) if way in _PAST | _TO else None
    if hour is None or not (named or minutes[0] in _ROUND_MINUTES or way == "past"):
        return None
    end = _past_o_clock(said, hour[1])
    if way in _PAST:
        return _Clock(hour[0], minutes[0], end)
    return _Clock(hour[0] - 1 if hour[0] > 1 else _NOON - 1 + hour[0], _MINUTES - minutes[0], end)


def _hour(said: Sequence[str], index: int) -> Reading | None:
    """An hour; "noon" and "midnight" are hours too ("quarter to noon")."""
    named = {"noon": _NOON, "midnight": _HOURS}.get(word_at(said, index))
    if named:
        return named, index + 1
    hour = small_number(said, index)
    return hour if hour and 0 < hour[0] < _HOURS else None


def _past_o_clock(said: Sequence[str], index: int) -> int:
    if word_at(said, index) in ("o'clock", "oclock"):
        return index + 1
    return index + 2 if word_at(said, index) in ("o", "oh") and word_at(said, index + 1) == "clock" else index


def _hour_and_minutes(said: Sequence[str], index: int) -> _Clock | None:
    """As in "four thirty", "four oh five", "sixteen hundred", "nine o'clock", "1630"."""
    word = word_at(said, index)
    from_zero = word == "zero" or (len(word) == 2 and word.startswith("0"))
    if word.isdecimal() and len(word) in (3, 4):
        return _valid(int(word[:-2]), int(word[-2:]), index + 1, whole_day=word.startswith("0"))
    hundred = _hundred_hours(said, index)
    if hundred:
        return hundred
    hour = _first_hour(said, index)
    if hour is None:
        return None
    end = _past_o_clock(said, hour[1])
    if end > hour[1]:
        return _valid(hour[0], 0, end, whole_day=from_zero)
    minutes = _minutes(said, hour[1])
    if minutes is None:
        return None
    end = minutes[1] + (word_at(said, minutes[1]) == "hours")
    return _valid(hour[0], minutes[0], end, whole_day=from_zero or end > minutes[1])


def _first_hour(said: Sequence[str], index: int) -> Reading | None:
    if (word_at(said, index), word_at(said, index + 1)) == ("zero", "zero"):
        return 0, index + 1
    hour = small_number(said, index)
    if hour is None and word_at(said, index) in ("0", "00", "zero"):
        return 0, index + 1
    return hour if hour and hour[0] < _HOURS else None


def _minutes(said: Sequence[str], index: int) -> Reading | None:
    """Minutes after the hour: two figures, or "oh" and one."""
    if word_at(said, index) in ("00", "oh", "zero") and word_at(said, index + 1) in ("oh", "zero"):
        return 0, index + 2
    if word_at(said, index) == "00":
        return 0, index + 1
    minutes = small_number(said, index)
    if minutes is None or minutes[0] >= _MINUTES:
        return None
    two_figures = minutes[0] > 9 or minutes[1] == index + 2 or len(said[index]) == 2
    return minutes if two_figures else None


def _hundred_hours(said: Sequence[str], index: int) -> _Clock | None:
    """As in "sixteen hundred", "oh nine hundred hours", "sixteen hundred thirty"."""
    start = index + (word_at(said, index) in ("oh", "zero"))
    if start > index and word_at(said, start) == "hundred":
        return _valid(0, 0, start + 1 + (word_at(said, start + 1) == "hours"), whole_day=True)
    whole = cardinal(said, start) if start < len(said) and not said[start].isdecimal() else None
    if whole is None or "hundred" not in said[start : whole[1]]:
        return None
    end = whole[1] + (word_at(said, whole[1]) == "hours")
    return _valid(whole[0] // 100, whole[0] % 100, end, whole_day=True)


def _bare_hour(said: Sequence[str], index: int) -> _Clock | None:
    """As in "at four", "four in the afternoon", or "four" alone: an hour where nothing else is counted."""
    hour = small_number(said, index)
    if hour is None or not 0 < hour[0] < _HOURS:
        return None
    before, after = word_at(said, index - 1), word_at(said, hour[1])
    if _part_at(said, hour[1])[0]:
        return _valid(*hour[:1], 0, hour[1])
    if before in ("after", "before"):  # a bound, unless it is a hedge: "a little after two"
        before = "about" if word_at(said, index - 2) in _HEDGES else before
    leads = not before or before in _LEADS | COURTESIES | CORRECTIONS or before in WEEKDAYS or before == "tomorrow"
    ends = not after or after in _ENDS | COURTESIES | CORRECTIONS | {"not"} or after in WEEKDAYS or after in MONTHS
    return _valid(hour[0], 0, hour[1]) if leads and ends else None


def _valid(hour: int, minute: int, end: int, *, whole_day: bool = False) -> _Clock | None:
    if hour >= _HOURS or minute >= _MINUTES:
        return None
    return _Clock(hour, minute, end, whole_day or hour == 0 or hour > _NOON)
