"""When our own ears fail a call, it goes on at the same question by the carrier's ears or by keys, and is told so."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

BEHIND_S = 2.0
"""From here on the caller takes us for dead."""
STAYS_S = 1.0
"""What a network held back comes all at once and is worked off in no time: only who stays behind is too slow."""
CALM_S = 20.0
"""After a machine was too slow for a call, new calls are heard elsewhere for so long; a guess."""
APART_S = 3.0
"""Between two calls that are given up for slowness: the first may be all that was too much."""

SENTENCES = {
    "keys": "Sorry, I cannot hear you well right now. Please use the keys of your telephone.",
    "carrier": "Sorry, one moment please.",
}
"""Said before the question is asked again, by how the call goes on."""


@dataclass(slots=True)
class Lag:
    """How far one call's sound is behind the clock on the wall."""

    clock: Callable[[], float] = time.monotonic
    _least: float = float("inf")
    _since_s: float | None = None

    def too_slow(self, sound_s: float) -> bool:
        """Whether we are, and stay, too far behind now that ``sound_s`` seconds of sound have been heard.

        >>> times = iter([0.0, 3.5, 4.0, 4.6])
        >>> lag = Lag(lambda: next(times))
        >>> [lag.too_slow(heard_s) for heard_s in (0.0, 1.0, 1.2, 1.3)]
        [False, False, False, True]
        """
        at_s = self.clock()
        self._least = min(self._least, at_s - sound_s)
        if at_s - sound_s - self._least <= BEHIND_S:
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s = at_s
        return at_s - self._since_s >= STAYS_S


@dataclass(slots=True)
class Overload:
    """Which calls of a process are given up for slowness: one at a time, until the others are heard in time again."""

    clock: Callable[[], float] = time.monotonic
    _latest_s: float = field(default=float("-inf"))

    def may_give_up(self) -> bool:
        """Whether one more call may go, and if so, it does."""
        at_s = self.clock()
        if at_s - self._latest_s < APART_S:
            return False
        self._latest_s = at_s
        return True

    @property
    def lately(self) -> bool:
        """Whether new calls should not be heard here."""
        return self.clock() - self._latest_s < CALM_S
