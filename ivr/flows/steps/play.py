"""``play``: play a recorded prompt."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.flows.actions import Play
from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.steps.base import StepBase


class PlayStep(StepBase):
    """Plays a WAV file from the ``prompts`` folder, named without its folder."""

    word: ClassVar[str] = "play"
    play: Annotated[str, Field(pattern=r"^[\w][\w.-]*\.wav$")]

    def enter(self, call: Call, book: FlowBook) -> Move:
        return Move(call.said("ivr", f"({self.play})"), (Play(self.play),), Onward())
