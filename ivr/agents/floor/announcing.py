"""What is said to somebody who waits: an honest figure, rounded up, not too often, and never longer without a word."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ivr.agents.floor.wait import Standing

LEAST_GAP_S = 15.0
"""Between two sentences: time to breathe, and to hear the music."""
SAME_AGAIN_S = 60.0
"""Before the same is said once more."""
FINE_MINUTES = 10
"""Beyond, minutes are rounded up to fives."""
MOST_MINUTES = 30
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
LONGER = "I'm sorry, it is taking longer than I said."


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last: when, the minutes (0: none were named) and the position."""

    at_s: float
    minutes: int
    position: int


def announce(said: Said | None, now_s: float, standing: Standing) -> tuple[str, Said] | None:
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
    sentences = [_where(standing.position)]
    if minutes:
        sentences = [LONGER] * is_longer(said, now_s, minutes) + sentences + [f"The wait is {_about(minutes)}."]
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


def _where(position: int) -> str:
    if position == 1:
        return "You are next in line."
    return f"You are number {NUMBERS[position] if position < len(NUMBERS) else position} in line."


def _about(minutes: int) -> str:
    if minutes > MOST_MINUTES:
        return f"more than {MOST_MINUTES} minutes"
    if minutes == 1:
        return "about one minute"
    return f"about {NUMBERS[minutes] if minutes < len(NUMBERS) else minutes} minutes"
