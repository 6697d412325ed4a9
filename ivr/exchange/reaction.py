"""How soon the far end answers: from a party's last sound to the first new sound of the far end."""

from __future__ import annotations

from ivr.exchange.ear import Ear


class Reaction:
    """Told of everything a party does. A recording may end in silence, so an answer may come before the act is over."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._acting = False
        self._since_s: float | None = None
        self._onsets_then = 0
        self._latency_s: float | None = None

    @property
    def begun(self) -> bool:
        """Whether the far end has begun to speak since the party's last sound."""
        return self._ear.onsets > self._onsets_then

    def begins(self) -> None:
        """An act begins; without a sound it counts from its end."""
        self._acting, self._since_s, self._latency_s = True, None, None

    def sounds(self, now_s: float) -> None:
        """The party makes a sound, or presses a key."""
        self._since_s, self._onsets_then, self._latency_s = now_s, self._ear.onsets, None

    def ends(self, now_s: float) -> None:
        """The act is over."""
        self._acting = False
        if self._since_s is None:
            self.sounds(now_s)

    def hears(self, now_s: float) -> float | None:
        """The party has heard something new; gives the latency, once, when the act is over."""
        if self._since_s is not None and self._latency_s is None and self.begun:
            self._latency_s = round(now_s - self._since_s, 2)
        if self._acting or self._latency_s is None:
            return None
        latency_s, self._since_s, self._latency_s = self._latency_s, None, None
        return latency_s
