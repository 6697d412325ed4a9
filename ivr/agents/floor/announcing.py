"""What is said to somebody who waits: an honest figure, rounded up, not too often, and never longer without a word."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ivr.agents.floor.wait import Standing
from ivr.flows.waiting import Waiting

LEAST_GAP_S = 15.0
"""Between two sentences: time to breathe, and to hear the music."""
SAME_AGAIN_S = 60.0
"""Before the same is said once more."""
FINE_MINUTES = 10
"""Beyond, minutes are rounded up to fives."""
MOST_MINUTES = 30
"""Of a wait that is longer, callers are told no figure but this."""
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
"""Up to here numbers are spoken as words, in English."""
ENGLISH = Waiting()


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last: when, the minutes (0: none were named) and the position."""

    at_s: float
    minutes: int
    position: int


def announce(
    said: Said | None, now_s: float, standing: Standing, texts: Waiting = ENGLISH, language: str = "en"
) -> tuple[str, Said] | None:
    """What to say now and to remember as said; None when it is better to say nothing.

    >>> announce(None, 0, Standing(3, 200))[0]
    'You are number three in line. The wait is about four minutes.'
    """
    minutes = rounded_up(standing.wait_s)
    if said is not None:
        gap_s = now_s - said.at_s
        is_same = (minutes, standing.position) == (said.minutes, said.position)
        if gap_s < (SAME_AGAIN_S if is_same else LEAST_GAP_S):
            return None
    sentences = [_where(standing.position, texts, language)]
    if minutes:
        sentences = [texts.longer] * is_longer(said, now_s, minutes) + sentences + [_about(minutes, texts, language)]
    return " ".join(sentences), Said(now_s, minutes or (said.minutes if said else 0), standing.position)


def rounded_up(wait_s: float | None) -> int:
    """Whole minutes, never fewer than it takes; 0 when nobody can say.

    >>> [rounded_up(wait_s) for wait_s in (None, 0, 60, 61, 599, 700, 9999)]
    [0, 1, 1, 2, 10, 15, 31]
    """
    if wait_s is None:
        return 0
    minutes = max(1, ceil(wait_s / 60))
    if minutes > FINE_MINUTES:
        minutes = 5 * ceil(minutes / 5)
    return min(minutes, MOST_MINUTES + 1)


def is_longer(said: Said | None, now_s: float, minutes: int) -> bool:
    """Whether the caller is to wait longer than they were told: more minutes, or as many after one has passed."""
    if said is None or not said.minutes:
        return False
    return minutes > said.minutes or now_s + minutes * 60 > said.at_s + (said.minutes + 1) * 60


def _where(position: int, texts: Waiting, language: str) -> str:
    return texts.next if position == 1 else texts.place.replace("{place}", _number(position, language))


def _about(minutes: int, texts: Waiting, language: str) -> str:
    if minutes > MOST_MINUTES:
        return texts.more.replace("{minutes}", str(MOST_MINUTES))
    return texts.minute if minutes == 1 else texts.minutes.replace("{minutes}", _number(minutes, language))


def _number(number: int, language: str) -> str:
    """A number as it is spoken well: voices read figures in their own language."""
    is_word = language.startswith("en") and number < len(NUMBERS)
    return NUMBERS[number] if is_word else str(number)
