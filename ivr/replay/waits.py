"""What a call waits for, and whether something that happened then answers what is asked now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ivr.flows.actions import Action, Listen, Record, Request, Transfer
from ivr.flows.book import FlowBook, Step
from ivr.flows.call import Call
from ivr.flows.events import Answered, Event, Failed, Heard, Pressed, Recorded, Reply, Silence, Unavailable
from ivr.flows.steps.base import StepBase

ASSUMED = frozenset({"sms", "email", "callback", "greeting", "message"})
"""Services whose reply holds nothing that a flow reads: asked anew, they are taken to have worked."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What a call waits for: ``kind`` as in ``Call.waits_for``, and what exactly.

    ``what`` is the kind of answer, the mailbox, whom to ring, or which service is asked. A question is told from
    others by the ``block`` it stands in, the ``slot`` it fills and the ``choices`` it offers.
    """

    kind: str = ""
    what: str = ""
    block: str = ""
    slot: str = ""
    choices: frozenset[str] = frozenset()


OVER = Waits()


def waits(call: Call, actions: tuple[Action, ...], book: FlowBook) -> Waits:
    """What ``call`` waits for after ``actions``."""
    if call.ended or not actions:
        return OVER
    match actions[-1]:
        case Listen(expect=expect, choices=choices):
            commands = book.company.anywhere
            names = frozenset(choice.name for choice in choices if choice.name not in commands)
            return Waits("answer", expect, call.frame.block, _slot(call, book.step(call.frame)), names)
        case Record(mailbox=mailbox):
            return Waits("recording", mailbox)
        case Transfer(to=to):
            return Waits("transfer", to)
        case Request():
            return Waits("reply", asked(actions[-1]))
        case _:
            return OVER


def asked(request: Request) -> str:
    """The service of a request; a web service with its host, but never with what was sent."""
    host = urlsplit(str(request.args.get("url", ""))).hostname or ""
    return f"{request.service} {host}".strip()


def _slot(call: Call, step: Step | None) -> str:
    """The slot that is asked for now."""
    named = step.uses() if isinstance(step, StepBase) else ()
    return next((name for what, name, _ in named if what == "slot" and not call.variables.get(name)), "")


def fits(event: Event, was: Waits, now: Waits, renamed: Mapping[str, str]) -> bool:
    """Whether ``event``, which answered ``was``, answers ``now`` as well. ``renamed`` are flows by their new names."""
    if was == now:
        return True
    match event:
        case Heard() | Pressed() | Silence():
            return was.kind == now.kind and (now.kind != "answer" or _same_question(was, now, renamed))
        case Recorded():
            return now.kind == "recording"
        case Reply():
            return was.kind == now.kind == "reply" and was.what == now.what
        case Answered() | Unavailable() | Failed():
            # Whoever is rung now is taken to do what those did who were rung then: the ending tells them apart.
            return was.kind == now.kind
        case _:
            return True


def is_moot(event: Event, now: Waits) -> bool:
    """Whether ``event`` is the reply of a service that is not asked any more: the caller knows nothing of it."""
    return isinstance(event, Reply) and now.kind != "reply"


def _same_question(was: Waits, now: Waits, renamed: Mapping[str, str]) -> bool:
    if was.what != now.what:
        return False
    if was.slot or now.slot:
        return was.slot == now.slot
    return renamed.get(now.block, now.block) == was.block or bool(was.choices & now.choices)
