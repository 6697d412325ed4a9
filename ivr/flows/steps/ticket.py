"""``ticket``: open a ticket for what the caller wants, which somebody will see to later."""

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

OPENED = "Thank you. I have opened a ticket for you. Its number is {ticket|digits}."
SORRY = "Sorry, I cannot open a ticket right now."


class TicketBody(Model):
    """What it is about, and where to go when it cannot be opened."""

    subject: str = Field(min_length=1, max_length=200, description="What it is about, in a line.")
    say: str = Field(default=OPENED, description="What the caller hears then; {ticket} is its number.")
    sorry: str = Field(default=SORRY, description="What the caller hears when it cannot be opened.")
    failed: Flow | None = Field(default=None, description="The flow for what comes after that; without, the next step.")


class TicketStep(StepBase):
    """Opens a ticket, whose number is kept as ``ticket``; agents see it when the number calls again.

    Secrets in the subject are masked. ``ivr tickets`` lists the open ones and closes them.
    """

    word: ClassVar[str] = "ticket"
    example: ClassVar[str] = """
- ticket:
    subject: "{name}: order {order} has not arrived"
"""
    ticket: TicketBody = Field(description="What it is about:")

    def enter(self, call: Call, book: FlowBook) -> Move:
        asked = {
            "subject": book.shown(call, self.ticket.subject),
            "caller": call.caller,
            "line": call.line,
            "call": call.id,
        }
        return Move(replace(call, waits_for="reply"), (Request("ticket", asked),))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply(ok=True, data=data):
                call, say = book.say(call.set("ticket", str(data.get("number", ""))), self.ticket.say)
                return Move(call, (say,), Onward(), "opened")
            case Reply() | Failed():
                to = GoTo(self.ticket.failed) if self.ticket.failed else Onward()
                call, say = book.say(call, self.ticket.sorry)
                return Move(call, (say,), to, "failed")
            case _:
                return Move(call)

    def exits(self) -> Iterator[Exit]:
        yield Exit("opened", Onward(), ("ticket",))
        to = GoTo(self.ticket.failed) if self.ticket.failed else Onward()
        yield Exit("failed", to, ("ticket", "failed"), trouble=True)

    def prompts(self) -> Iterator[str]:
        yield from (self.ticket.say, self.ticket.sorry)
