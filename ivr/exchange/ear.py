"""A party's ear: when the far end speaks, when it is quiet, and so when it is one's turn."""

from __future__ import annotations

from ivr.exchange.clock import TICK_S
from ivr.exchange.sounds import is_loud

QUIET_S = 0.5
"""So long a person waits before taking the far end for finished."""

GAP_S = 0.3
"""Shorter gaps are within one stretch of sound (between words)."""

ONSET_GAP_S = 0.1
"""Quiet needed for the next sound to count as a new one: an answer, not the rest of what was being said."""


class Ear:
    """Fed every frame heard. ``onset`` counts beginnings of sound; ``sounding`` bridges gaps between words."""

    def __init__(self) -> None:
        self.sounding = False
        self.heard_since_act = False
        self.quiet_ticks = 10_000
        self.onsets = 0

    def hear(self, frame: bytes, *, pending: bool, is_turn: bool) -> str:
        """Take a frame in; returns ``began`` or ``stopped`` when the far end did, else an empty text."""
        loud = is_loud(frame)
        news = ""
        if loud:
            if self.quiet_ticks * TICK_S >= ONSET_GAP_S:
                self.onsets += 1
            if not self.sounding:
                self.sounding, news = True, "began"
            self.heard_since_act = self.heard_since_act or is_turn
            self.quiet_ticks = 0
            return news
        self.quiet_ticks += 1
        if self.sounding and self.quiet_ticks * TICK_S >= GAP_S:
            self.sounding, news = False, "stopped"
        if pending or not is_turn:  # a gap in what is being said, or music: nobody's turn
            self.quiet_ticks = min(self.quiet_ticks, round(GAP_S / TICK_S))
        return news

    @property
    def my_turn(self) -> bool:
        """The far end has spoken since my last act and is now quiet."""
        return self.heard_since_act and self.quiet_ticks * TICK_S >= QUIET_S

    def acted(self) -> None:
        """I have just done something: now it is the far end's turn."""
        self.heard_since_act = False
