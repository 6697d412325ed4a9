"""What a flow file says of mailboxes: their greetings, how long messages are, and what callers can do with theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ivr.flows.fields import Seconds, shaped
from ivr.flows.told import Told

SOUND = re.compile(r"\w[\w.-]*\.wav")
"""A greeting of this form is a file in the prompts folder."""
NUMBER = shaped(r"[0-9]{1,8}|", "the number of a mailbox", "Write 1 to 8 digits, in quotes:  '100'")
EVERYDAY, CLOSED, HOLIDAY = "greeting", "closed", "holiday"
GREETINGS = (EVERYDAY, CLOSED, HOLIDAY)
"""The greetings a mailbox can have, by their keys."""


class Mailbox(Told):
    """Takes messages. A greeting is a text, or the name of a WAV file in the prompts folder."""

    greeting: str = Field(
        default="Please leave a message after the tone.", description="What callers hear before the tone."
    )
    hours: str = Field(default="", title="hours", description="The opening hours that closed and holiday go by.")
    closed: str = Field(default="", description="What callers hear instead while these hours are closed.")
    holiday: str = Field(default="", description="What they hear on the public holidays of these hours.")
    min: Seconds = Field(default=0.5, description="A message shorter than this is none.", examples=["2s"])
    silence: Seconds = Field(default=4.0, description="So much silence ends a message.", examples=["5s"])
    max: Seconds = Field(default=180.0, description="The longest message.", examples=["3m"])
    warn: Seconds = Field(
        default=0.0,
        description="So long before the longest message is reached the caller is warned. (Where the carrier records, "
        "it cannot be.)",
        examples=["15s"],
    )
    warning: str = Field(
        default="", description="What the warning is; without, a short tone.", examples=["Fifteen seconds left."]
    )
    review: bool = Field(
        default=False,
        description="Whether callers who do not just hang up can hear their message, record it again, or mark it "
        "urgent.",
    )
    number: Annotated[str, NUMBER] = Field(
        default="",
        description="Its number for the step messages: its owner rings up to hear messages and record greetings. "
        "The PIN is set with  ivr voicemail pin MAILBOX.",
        examples=["100"],
    )
    language: str = Field(
        default="",
        title="language",
        description="The language that callers speak here, where it is not the company's: which speech model writes "
        "messages down (VOSK_MODEL_VOICEMAIL).",
        examples=["es-ES"],
    )

    def greetings(self) -> Iterator[str]:
        """All that callers may hear before the tone, by keys."""
        yield EVERYDAY
        yield from (key for key in (CLOSED, HOLIDAY) if getattr(self, key))
