"""Finding the one digit string that answers a question in a whole sentence, corrections included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.understanding.numerals import Run, runs
from ivr.understanding.wording import COURTESIES, is_corrected, is_negated, without_noise

SOFT = frozenset(("and", "then", "dash", "hyphen", "space", "dot", "point", "comma", "area", "code", "that's", "is"))
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

    A later, shorter run after a correction ("... no wait oh eight") leaves it open what is meant: nothing is picked.
    """
    for soft, sound_alikes in ((frozenset[str](), False), (SOFT, False), (frozenset[str](), True)):
        found = runs(said, soft=soft, sound_alikes=sound_alikes)
        picks = [one for run in found if (one := _pick_from(said, run, fit))]
        if picks:
            return None if _is_open(said, picks, found) else picks[-1]
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


def _is_open(said: Sequence[str], picks: Sequence[Pick], found: Sequence[Run]) -> bool:
    """Whether the caller names two ("this or that"), or takes the last one back without saying it whole again."""
    last = picks[-1]
    if len(picks) > 1 and "or" in said[picks[-2].run.end : last.run.start] and picks[-2].digits != last.digits:
        return True
    later = [run for run in found if run.start >= last.run.end and not is_negated(said, run.start)]
    return bool(later) and is_corrected(said[last.run.end : later[0].start])
