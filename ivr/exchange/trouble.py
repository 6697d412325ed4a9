"""What goes wrong on purpose: callbacks late and twice, a slow service, a bad line. The same seed, the same trouble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from random import Random

LATE_S = 5.0
"""A late callback comes up to so many exchange seconds late: later ones overtake it."""


class TroubleError(Exception):
    """This trouble cannot be made; the message says which field and why."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Shares are of 0 to 1. ``slow_s`` is how much later each answer of the service comes, in exchange seconds."""

    seed: int = 0
    late: float = 0.0
    doubled: float = 0.0
    slow_s: float = 0.0
    loss: float = 0.0
    jitter_s: float = 0.0

    @property
    def bad_line(self) -> bool:
        """Whether sound suffers."""
        return bool(self.loss or self.jitter_s)

    def chance(self, *names: object) -> Random:
        """Dice of its own for each purpose, so that one does not change what another throws."""
        return Random(f"{self.seed}/{'/'.join(map(str, names))}")  # noqa: S311 - to be repeated, not to be secret


LIMITS: Mapping[str, float] = {"late": 1.0, "doubled": 1.0, "slow_s": 20.0, "loss": 0.5, "jitter_s": 2.0}
"""The most of each. More than half of all frames lost is not a call any more."""

OF_A_LINE = ("seed", "loss", "jitter_s")
"""What one party's script may say of its own connection."""


def read_trouble(wanted: object, usual: Trouble, allowed: tuple[str, ...] = ()) -> Trouble:
    """``usual`` with what a JSON object says instead.

    Raises:
        TroubleError: naming the field.

    >>> read_trouble({"loss": 0.05}, Trouble(seed=7))
    Trouble(seed=7, late=0.0, doubled=0.0, slow_s=0.0, loss=0.05, jitter_s=0.0)
    """
    names = allowed or tuple(field.name for field in fields(Trouble))
    if not isinstance(wanted, Mapping):
        raise TroubleError(f"write an object of {', '.join(names)}")
    for name, value in wanted.items():
        if name not in names:
            raise TroubleError(f"{str(name)[:40]!r} is unknown; write {', '.join(names)}")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TroubleError(f"{name!r} needs a number")
        if name == "seed" and not isinstance(value, int):
            raise TroubleError("'seed' needs a whole number")
        if name in LIMITS and not 0 <= value <= LIMITS[name]:
            raise TroubleError(f"{name!r} needs a number from 0 to {LIMITS[name]:g}")
    return replace(usual, **dict(wanted))


def sendings(trouble: Trouble, chance: Random) -> Iterator[float]:
    """How many seconds late a callback is sent: once, or twice when it is doubled."""
    yield chance.uniform(0, LATE_S) if chance.random() < trouble.late else 0.0
    if chance.random() < trouble.doubled:
        yield chance.uniform(0, LATE_S)
