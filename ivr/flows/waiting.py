"""``waiting``: what callers in line are told, in words that a flow file may replace."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from ivr.flows.fields import Model, mistake


def _holding(name: str) -> AfterValidator:
    """A text that says ``{name}``."""

    def look(text: str) -> str:
        if f"{{{name}}}" not in text:
            raise mistake(f"this does not say the {name}.", f"Write  {{{name}}}  where it belongs.")
        return text

    return AfterValidator(look)


class Waiting(Model):
    """What callers in line are told; each text is translated like any other (see ``translations``)."""

    next: str = Field(default="You are next in line.", description="To the first in line.")
    place: Annotated[str, _holding("place")] = Field(
        default="You are number {place} in line.", description="To all others; {place} is a number."
    )
    minute: str = Field(default="The wait is about one minute.", description="When it takes a minute, or less.")
    minutes: Annotated[str, _holding("minutes")] = Field(
        default="The wait is about {minutes} minutes.", description="When it takes longer; {minutes} is a number."
    )
    more: Annotated[str, _holding("minutes")] = Field(
        default="The wait is more than {minutes} minutes.", description="When it takes so long that nobody can say."
    )
    longer: str = Field(
        default="I'm sorry, it is taking longer than I said.",
        description="Said first when it takes longer than was said.",
    )
    callback: str = Field(
        default="To be called back and keep your place in line, press one.",
        description="The offer to be called back (offer_callback_after of a queue). The key is always 1.",
    )
    message: str = Field(
        default="To leave a message, press two.",
        description="The offer to leave a message (the exit message of the step transfer). The key is always 2.",
    )


IN_WAITING = {"place": ("place",), "minutes": ("minutes",), "more": ("minutes",)}
"""What may stand in braces in which of these texts; nothing else does, as a call knows no more of its place."""
