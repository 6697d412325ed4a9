"""Finding the one digit string that answers a question in a whole sentence, corrections included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ivr.understanding.numerals import Run, runs, without_end_alikes
from ivr.understanding.wording import COURTESIES, is_corrected, is_negated, without_noise, word_set

SOFT = word_set("and then dash hyphen space dot point comma area code the that's is")
"""Words people put between the groups of one number."""

Fit = Callable[[Run], str | None]
"""Which reading of a run answers the question, if any does."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The digits meant and the run they stand in."""

    digits: str
    run: Run


def pick(said: Sequence[str], fit: Fit) -> Pick | None:
    """The last run that fits.

    Words between groups, and then sound-alikes ("for"), are forgiven only when nothing else fits.

    A shorter run after a correction mends the end of the one before it ("... five no six"), unless it may be its
    beginning said again: then nothing is picked.
    """
    heard = said
    for soft, sound_alikes in ((frozenset[str](), False), (SOFT, False), (frozenset[str](), True), (SOFT, True)):
        if soft and sound_alikes:
            heard = without_end_alikes(said)
        found = runs(heard, soft=soft, sound_alikes=sound_alikes)
        picks = [one for run in found if (one := _pick_from(heard, run, fit))]
        if picks:
            return _mended(heard, found, fit, picks[-1]) if _is_open(heard, picks, found) else picks[-1]
        mended = _mended(heard, found, fit)
        if mended:
            return mended
    return None


def of_length(length: int) -> Fit:
    """Runs of exactly ``length`` digits, also said twice over, or after "oh" as an exclamation."""

    def fit(run: Run) -> str | None:
        for digits in run.readings:
            if len(digits) == length:
                return digits
        for digits in run.readings:
            if len(digits) == 2 * length and digits[:length] == digits[length:]:
                return digits[:length]
            if run.begins_with_oh and len(digits) == length + 1:
                return digits[1:]
        return None

    return fit


def of_any_length(run: Run) -> str | None:
    """The natural reading of a run."""
    return run.readings[0] if run.readings else None


def ends_with(said: Sequence[str], run: Run) -> bool:
    """Whether ``run`` is complete and only courtesies follow it."""
    return not run.open and all(word in COURTESIES for word in without_noise(said[run.end :]))


def _pick_from(said: Sequence[str], run: Run, fit: Fit) -> Pick | None:
    if not is_negated(said, run.start):
        digits = fit(run)
        return Pick(digits, run) if digits else None
    for reading in run.readings:  # "not 94107 94108" in one breath: the second is meant
        half = len(reading) // 2
        second = fit(Run((reading[half:],), run.start, run.end, run.open, begins_with_oh=False))
        if len(reading) == 2 * half and second and len(second) == half:
            return Pick(second, run)
    return None


def _mended(said: Sequence[str], found: Sequence[Run], fit: Fit, last: Pick | None = None) -> Pick | None:
    """The number whose end was said again, and perhaps gone on with: "seven two five no oh one" is 7201.

    ``last`` is a number already whole, so that only what follows it can mend it.
    """
    wanted = [run for run in found if run.readings and not is_negated(said, run.start)]
    for before, after in reversed(list(pairwise(wanted))):
        between = said[before.end : after.start]
        if (last and before.start != last.run.start) or not is_corrected(between) or "or" in between:
            continue
        whole = next(one for one in before.readings if not last or fit(replace(before, readings=(one,))) == last.digits)
        part = after.readings[0]
        if len(part) >= len(whole) or (len(part) > 1 and part[0] == whole[0]):
            return None
        for size in range(len(part), 0, -1):
            run = replace(before, readings=(whole[:-size] + part,), end=after.end, open=after.open)
            digits = fit(run)
            if digits:
                return Pick(digits, run)
    return None


def _is_open(said: Sequence[str], picks: Sequence[Pick], found: Sequence[Run]) -> bool:
    """Whether the caller names two ("this or that"), or takes the last one back without saying it whole again."""
    last = picks[-1]
    if len(picks) > 1 and "or" in said[picks[-2].run.end : last.run.start] and picks[-2].digits != last.digits:
        return True
    later = [run for run in found if run.start >= last.run.end and not is_negated(said, run.start)]
    return bool(later) and is_corrected(said[last.run.end : later[0].start])
