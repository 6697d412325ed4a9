"""``language``: speak another language from here on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from ivr.flows.book import FlowBook, Move, Onward
from ivr.flows.call import Call
from ivr.flows.fields import shaped
from ivr.flows.steps.base import StepBase

LANGUAGE = shaped(
    r"[a-z]{2,3}(-[A-Z]{2})?", "the code of a language", "Write it in small letters, with the country:  es-ES"
)


class LanguageStep(StepBase):
    """Changes the language of the voice. Texts are taken from ``translations`` of that language where they are."""

    word: ClassVar[str] = "language"
    example: ClassVar[str] = """
- language: es-ES
- say: Thank you for calling.
"""
    language: Annotated[str, LANGUAGE] = Field(
        title="language", description="The code of the language.", examples=["es-ES"]
    )

    def enter(self, call: Call, book: FlowBook) -> Move:
        return Move(replace(call, language=self.language), to=Onward())
