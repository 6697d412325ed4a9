"""``play``: play a recorded prompt."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.flows.actions import Play
from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.fields import shaped
from ivr.flows.steps.base import StepBase

WAV = shaped(
    r"\w[\w.-]*\.wav", "the name of a WAV file", "Write the name of a file in the prompts folder:  welcome.wav"
)


class PlayStep(StepBase):
    """Plays a WAV file from the ``prompts`` folder, named without its folder."""

    word: ClassVar[str] = "play"
    example: ClassVar[str] = "- play: welcome.wav"
    play: Annotated[str, WAV] = Field(
        title="file", description="The name of a WAV file in the prompts folder.", examples=["welcome.wav"]
    )

    def enter(self, call: Call, book: FlowBook) -> Move:
        return Move(call.said("ivr", f"({self.play})"), (Play(self.play),), Onward())
