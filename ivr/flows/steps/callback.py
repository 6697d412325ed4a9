"""``callback``: promise to call somebody back; they stand in a queue's line without waiting on the telephone."""

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

PROMISED = "Thank you. We will call you back as soon as it is your turn."
SORRY = "Sorry, we cannot promise to call you back at this number."


class CallbackBody(Model):
    """Which queue, what number, and where to go when it cannot be done."""

    queue: str = Field(min_length=1, description="The queue whose agents call back.", examples=["sales"])
    number: str = Field(default="{caller}", description="The number to call.")
    brief: str = Field(
        default="Caller {caller|phone}, wants to {intent}.",
        description="What the agent is told before accepting. Clauses whose values are not known are left out.",
    )
    say: str = Field(default=PROMISED, description="What the caller hears when it is promised.")
    sorry: str = Field(
        default=SORRY,
        description="What the caller hears when it cannot be promised: numbers of other countries (outside_countries) "
        "and ones that cost extra are not called.",
    )
    failed: Flow | None = Field(default=None, description="The flow for what comes after that; without, the next step.")


class CallbackStep(StepBase):
    """Has the caller called back by an agent of a queue, in their turn; who rings again meanwhile takes that place."""

    word: ClassVar[str] = "callback"
    example: ClassVar[str] = '- callback: {queue: sales, number: "{caller}"}'
    callback: CallbackBody = Field(description="Which queue calls back, and what number:")

    def enter(self, call: Call, book: FlowBook) -> Move:
        body = self.callback
        asked = {
            "queue": body.queue,
            "number": book.shown(call, body.number),
            "brief": book.brief(call, body.brief),
            "line": call.line,
            "call": call.id,
        }
        return Move(replace(call, waits_for="reply"), (Request("callback", asked),))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply(ok=True):
                call, say = book.say(call, self.callback.say)
                return Move(call, (say,), Onward(), "promised")
            case Reply() | Failed():
                to = GoTo(self.callback.failed) if self.callback.failed else Onward()
                call, say = book.say(call, self.callback.sorry)
                return Move(call, (say,), to, "failed")
            case _:
                return Move(call)

    def exits(self) -> Iterator[Exit]:
        yield Exit("promised", Onward(), ("callback",))
        to = GoTo(self.callback.failed) if self.callback.failed else Onward()
        yield Exit("failed", to, ("callback", "failed"), trouble=True)

    def prompts(self) -> Iterator[str]:
        yield from (self.callback.say, self.callback.sorry)

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        yield "queue", self.callback.queue, ("callback", "queue")
