"""``email``: send an e-mail to the company's own people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from ivr.flows.actions import Request
from ivr.flows.book import Exit, FlowBook, GoTo, Move, Onward
from ivr.flows.call import Call
from ivr.flows.events import Event, Failed, Reply
from ivr.flows.fields import Flow, Model, shaped
from ivr.flows.steps.base import StepBase

ADDRESS = shaped(
    r"[^@\s{}]+@[^@\s{}]+\.[^@\s{}]+",
    "an e-mail address",
    "Write it without variables:  support@northwind.example",
)


class EmailBody(Model):
    """To whom and what. The address is written here, never said by a caller."""

    to: Annotated[str, ADDRESS] = Field(
        title="address", description="The address; it cannot have variables.", examples=["support@northwind.example"]
    )
    subject: str = Field(min_length=1, max_length=200, description="The subject.")
    text: str = Field(min_length=1, description="The message.")
    failed: Flow | None = Field(default=None, description="The flow for when it cannot be sent.")


class EmailStep(StepBase):
    """Sends an e-mail; secrets in it are masked."""

    word: ClassVar[str] = "email"
    example: ClassVar[str] = """
- email:
    to: support@northwind.example
    subject: "Call from {caller}"
    text: "{name} asks about order {order}."
"""
    email: EmailBody = Field(description="The message, and to whom.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        args = {
            "to": self.email.to,
            "subject": book.shown(call, self.email.subject),
            "text": book.shown(call, self.email.text),
        }
        return Move(replace(call, waits_for="reply"), (Request("email", args),))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply(ok=True):
                return Move(call, to=Onward(), via="sent")
            case Reply() | Failed():
                return Move(call, to=GoTo(self.email.failed) if self.email.failed else Onward(), via="failed")
            case _:
                return Move(call)

    def exits(self) -> Iterator[Exit]:
        yield Exit("sent", Onward(), ("email",))
        yield Exit(
            "failed", GoTo(self.email.failed) if self.email.failed else Onward(), ("email", "failed"), trouble=True
        )
