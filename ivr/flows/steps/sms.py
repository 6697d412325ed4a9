"""``sms``: send a text message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from ivr.flows.actions import Request
from ivr.flows.book import Exit, FlowBook, GoTo, Move, Onward
from ivr.flows.call import Call
from ivr.flows.events import Event, Failed, Reply
from ivr.flows.fields import Flow, Model
from ivr.flows.steps.base import StepBase


class SmsBody(Model):
    """To whom and what; ``failed`` is where to go when it cannot be sent."""

    text: str = Field(min_length=1, max_length=1600, description="The message.")
    to: str = Field(default="{caller}", description="The number it goes to.")
    failed: Flow | None = Field(default=None, description="The flow for when it cannot be sent.")


class SmsStep(StepBase):
    """Sends a text message, to the caller unless ``to`` says otherwise."""

    word: ClassVar[str] = "sms"
    example: ClassVar[str] = '- sms: {text: "Your order is on its way."}'
    sms: SmsBody = Field(description="The message, and to whom.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        to, text = book.shown(call, self.sms.to), book.shown(call, self.sms.text)
        request = Request("sms", {"to": to, "from": call.line, "body": text})
        return Move(replace(call, waits_for="reply"), (request,))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply(ok=True):
                return Move(call, to=Onward(), via="sent")
            case Reply() | Failed():
                return Move(call, to=GoTo(self.sms.failed) if self.sms.failed else Onward(), via="failed")
            case _:
                return Move(call)

    def exits(self) -> Iterator[Exit]:
        yield Exit("sent", Onward(), ("sms",))
        yield Exit("failed", GoTo(self.sms.failed) if self.sms.failed else Onward(), ("sms", "failed"), trouble=True)
