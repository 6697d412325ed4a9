"""``transfer``: hand the caller to a person who has been told why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from ivr.flows.actions import Transfer
from ivr.flows.book import Exit, FlowBook, GoTo, Move, Onward
from ivr.flows.call import Call
from ivr.flows.events import Answered, Event, Failed, Unavailable
from ivr.flows.fields import Flow, Model, Or, one_of, shaped
from ivr.flows.outside import refused_by
from ivr.flows.steps.base import StepBase
from ivr.flows.texts import fill

REASONS = ("no answer", "declined", "busy", "failed", "closed", "full", "waited", "message", "callback")
CHOSEN = frozenset({"message", "callback"})
"""Exits that a caller in line takes by key; a message is offered where the step has this exit."""
SILENT = frozenset({"message", "closed"})
"""Exits after which the flow alone says what is to be said."""
TARGET = shaped(
    r"queue .+|agent .+|\+[1-9]\d{6,14}|\{[A-Za-z_][\w.]*\}",
    "somebody to transfer to",
    "Write  queue NAME,  agent NAME  or a number such as +15035550100.",
)
SOMEBODY = re.compile(r"queue .+|agent .+|\+[1-9][0-9]{6,14}")
"""What a variable must hold to be transferred to."""
PLEASE_HOLD = "Please hold while I connect you."
FEWEST_FIGURES = 7
"""A telephone number has no fewer: a ZIP code or an order number at the end of one is chance."""
PROMISED = "Thank you. We will call you back as soon as it is your turn."
NOBODY = "Sorry, nobody can take your call right now."


class TransferBody(Model):
    """Where to, what the agent is told first, and where the caller goes when it does not happen."""

    to: Annotated[str, TARGET] = Field(
        title="whom",
        description="queue NAME, agent NAME, or a number of one of the company's countries (outside_countries).",
        examples=["queue sales"],
    )
    brief: str = Field(
        default="Caller {caller|phone}, wants to {intent}.",
        description="What the agent is told before accepting. Clauses whose values are not known are left out.",
    )
    say: str = Field(default=PLEASE_HOLD, description="What the caller hears first.")
    otherwise: dict[Annotated[str, one_of(*REASONS)], Flow] = Field(
        default={},
        description="Where the caller goes when nobody takes the call, by reason. full, waited and message are of "
        "queues: too many wait, the caller has waited too long, or wants to leave a message (offered where there "
        "is this exit); callback follows where the queue offered to call back.",
    )


def _said(to: str, call: Call, book: FlowBook) -> bool:
    """Whether a number is one that the caller named or calls from: nobody has us dial what they like."""
    slots = (name for name, slot in book.company.slots.items() if slot.kind != "choice")
    named = (call.caller, *(call.variables.get(name) for name in slots))
    return to.startswith("+") and any(_figures(to).endswith(_figures(one)) for one in named if _figures(one))


def _figures(value: Any) -> str:
    """The figures of a value, when there are enough for a telephone number."""
    figures = re.sub(r"[^0-9]", "", value) if isinstance(value, str) else ""
    return figures if len(figures) >= FEWEST_FIGURES else ""


def _body(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class TransferStep(StepBase):
    """Rings agents one after another, whispers ``brief``, and connects the caller to the one who accepts with 1.

    In a queue callers wait in line with music, and are told their place and about how long it will take.
    """

    word: ClassVar[str] = "transfer"
    example: ClassVar[str] = """
- transfer:
    to: queue sales
    brief: "{name}, order {order|digits}, wants to {intent}."
    otherwise: {no answer: message, closed: message}
"""
    talk: ClassVar[tuple[str, ...]] = ("no",)
    transfer: Annotated[TransferBody, BeforeValidator(_body), Or({"type": "string", **TARGET.schema})] = Field(
        description="In short: ``transfer: queue sales``; else whom to ring, and what if nobody answers:"
    )

    def enter(self, call: Call, book: FlowBook) -> Move:
        body = self.transfer
        to = body.to
        if to.startswith("{"):
            to = fill(to, book.lookup(call))
            if not SOMEBODY.fullmatch(to) or _said(to, call, book):
                return self._otherwise(call, book, "failed")
        if to.startswith("+") and refused_by(book.company, to):
            return self._otherwise(call, book, "failed")
        queue = book.company.queues.get(to.removeprefix("queue ")) if to.startswith("queue ") else None
        if queue and queue.hours and not book.skills.hours.is_open(queue.hours, call.now_s):
            return self._otherwise(call, book, "closed")
        call, say = book.say(call, body.say)
        brief = book.brief(call, body.brief)
        context = {name: str(value) for name, value in call.shown_variables.items() if isinstance(value, str | int)}
        offers = tuple(name for name in body.otherwise if queue and name in CHOSEN)
        transfer = Transfer(to, brief, context, queue.ring if queue else 20.0, offers)
        return Move(replace(call, waits_for="transfer"), (say, transfer))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Answered(agent=agent):
                return Move(call.set("agent", agent), to=Onward(), via="answered")
            case Unavailable(reason=reason):
                return self._otherwise(call, book, reason)
            case Failed():
                return self._otherwise(call, book, "failed")
            case _:
                return Move(call)

    def _otherwise(self, call: Call, book: FlowBook, reason: str) -> Move:
        """Follow the exit for ``reason``; a declined or busy agent is nobody's answer where no own exit is given."""
        call = call.set("transfer_result", reason)
        exits = self.transfer.otherwise
        instead = () if reason == "callback" else ("no answer", "failed")
        via = next((label for label in (reason, *instead) if label in exits), "nobody")
        call, say = book.say(call, PROMISED if reason == "callback" else NOBODY)
        return Move(call, (say,) if reason not in SILENT else (), GoTo(exits[via]) if via in exits else Onward(), via)

    def exits(self) -> Iterator[Exit]:
        yield Exit("answered", Onward(), ("transfer",))
        for reason, flow in self.transfer.otherwise.items():
            yield Exit(reason, GoTo(flow), ("transfer", "otherwise", reason), trouble=reason not in CHOSEN)
        if not {"no answer", "failed"} & set(self.transfer.otherwise):
            yield Exit("nobody", Onward(), ("transfer",), trouble=True)

    def prompts(self) -> Iterator[str]:
        yield from (self.transfer.say, NOBODY, PROMISED)

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        what, _, name = self.transfer.to.partition(" ")
        if what in {"queue", "agent"}:
            yield what, name, ("transfer", "to")
