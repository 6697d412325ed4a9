"""The last seconds of a process that is told to end: what can go elsewhere goes, what cannot may finish.

New calls and streams that ended are asked to come again in a second: the load balancer, told by ``/readyz``, has found
another process by then, or the next one has been started here. Refusing them would send the carrier to its fallback,
and the caller away. A stream leaves between an answer and the next prompt, when nobody notices; those that have come to
no such moment leave shortly before the end, and their question is asked again. Messages are recorded to their end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ivr.ports import OutsideError

LINGER = 6
"""This part of the time is stayed in any case: so long a load balancer may need to look at ``/readyz`` again."""
LAST_S = 1.0
"""So long before the end even streams in mid-question leave: the carrier has to be answered yet."""


@dataclass(slots=True)
class Draining:
    """Whether, and since when, the process is about to end. ``streams`` counts those that are open."""

    streams: Callable[[], int] = lambda: 0
    clock: Callable[[], float] = time.monotonic
    _since_s: float | None = None
    _within_s: float = 0.0

    def begin(self, within_s: float) -> None:
        """The process will be killed ``within_s`` seconds from now. Safe to repeat."""
        if self._since_s is None:
            self._within_s = within_s
            self._since_s = self.clock()

    @property
    def begun(self) -> bool:
        return self._since_s is not None

    def check(self) -> None:
        """For ``/readyz``.

        Raises:
            OutsideError: nothing new should come here.
        """
        if self.begun:
            raise OutsideError("this process is about to end", retry=True)

    @property
    def urgent(self) -> bool:
        """Whether streams must leave now, wherever they are."""
        return self._lasts_s >= self._within_s - 2 * LAST_S if self.begun else False

    @property
    def over(self) -> bool:
        """Whether nothing is left to wait for."""
        if not self.begun:
            return False
        idle = self.streams() == 0 and self._lasts_s >= self._within_s / LINGER
        return idle or self._lasts_s >= self._within_s - LAST_S

    @property
    def _lasts_s(self) -> float:
        return self.clock() - self._since_s if self._since_s is not None else 0.0
