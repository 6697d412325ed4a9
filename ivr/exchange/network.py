"""What a bad connection does to the sound of one party: frames are lost, in bursts, or arrive late."""

from __future__ import annotations

from collections import deque
from random import Random

from ivr.exchange.clock import TICK_S
from ivr.exchange.sounds import SILENCE
from ivr.exchange.trouble import Trouble

BURST = 0.5
"""After a lost frame the next is lost as often: losses come in bursts of two frames on average (a guess: measure)."""


class Direction:
    """One way through the network. Lost frames are silence for whoever listens."""

    def __init__(self, loss: float, chance: Random) -> None:
        self._chance = chance
        # so often a burst begins that in the long run the share of ``loss`` is lost
        self._begins = loss * (1 - BURST) / (1 - loss)
        self.lost = False

    def carried(self, frame: bytes) -> bytes:
        """``frame`` as it arrives; :attr:`lost` says whether it does."""
        self.lost = self._chance.random() < (BURST if self.lost else self._begins)
        return SILENCE if self.lost else frame


class Network:
    """The connection of one party, both ways."""

    def __init__(self, trouble: Trouble, name: str) -> None:
        self.inward = Direction(trouble.loss, trouble.chance("in", name))
        self.outward = Direction(trouble.loss, trouble.chance("out", name))
        self._jitter_ticks = round(trouble.jitter_s / TICK_S)
        self._chance = trouble.chance("jitter", name)

    def delay_ticks(self) -> int:
        """How late the next frame is."""
        return self._chance.randint(0, self._jitter_ticks) if self._jitter_ticks else 0


class Arrivals:
    """A party's frames on their way into a media stream: in order, some late, then several at once, some never."""

    def __init__(self, network: Network | None) -> None:
        self._network = network
        self._tick = 0
        self._due = 0
        self._waiting: deque[tuple[int, int, bytes]] = deque()

    def after(self, frame: bytes) -> list[tuple[int, bytes]]:
        """One tick later: the frames that arrive now, each with its place (in ticks) in the call."""
        place, self._tick = self._tick, self._tick + 1
        if self._network is None:
            return [(place, frame)]
        if not self._network.inward.lost:
            self._due = max(self._due, place + self._network.delay_ticks())
            self._waiting.append((self._due, place, frame))
        arrived = []
        while self._waiting and self._waiting[0][0] <= place:
            _, at, sound = self._waiting.popleft()
            arrived.append((at, sound))
        return arrived
