"""``pause``: say nothing for a moment."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.flows.actions import Play, silence_file
from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.fields import Seconds
from ivr.flows.steps.base import StepBase


class PauseStep(StepBase):
    """Waits, up to ten seconds, then goes on."""

    word: ClassVar[str] = "pause"
    example: ClassVar[str] = "- pause: 2s"
    pause: Annotated[Seconds, Field(gt=0, le=10)] = Field(description="How long.", examples=["2s"])

    def enter(self, call: Call, book: FlowBook) -> Move:
        return Move(call, (Play(silence_file(self.pause)),), Onward())
