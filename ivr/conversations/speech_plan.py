"""What people would have to do on the telephone for a written conversation to happen, or why they cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from ivr.conversations import script
from ivr.conversations.happenings import Happening
from ivr.conversations.script import (
    RINGS,
    TOLD,
    Act,
    AgentDoes,
    Conversation,
    Fails,
    HangsUp,
    LeavesMessage,
    Presses,
    Says,
    ServiceReplies,
)
from ivr.conversations.talk import Talk
from ivr.flows.book import FlowBook

PhoneAct: TypeAlias = Mapping[str, Any]
TALK_S = 3.0
"""How long an agent talks to the caller."""

CONNECTING_S = 6.0
"""How long it takes until an agent can talk, but for what the agent is told first: to say so, to ring, to answer."""

LETTERS_A_SECOND = 15
SENTENCE = "hello this is a message please call me back about my order thank you "
ACCEPTS: tuple[PhoneAct, ...] = ({"answer": 1}, {"press": "1"}, {"wait": TALK_S}, {"hang_up": True, "now": True})
TAKES_CALL: tuple[PhoneAct, ...] = ({"answer": 1}, {"wait": TALK_S}, {"hang_up": True, "now": True})
REFUSALS: Mapping[str, PhoneAct] = {
    "no answer": {"no_answer": True},
    "declined": {"decline": True},
    "busy": {"busy": True},
}


class UnspeakableError(Exception):
    """The conversation cannot be had on the telephone; the message says why."""


@dataclass(slots=True)
class Plan:
    """What the caller does, and what is done at each telephone that is rung."""

    caller: list[PhoneAct] = field(default_factory=list)
    phones: dict[str, tuple[PhoneAct, ...]] = field(default_factory=dict)


def plan(conversation: Conversation, book: FlowBook, silence: Path) -> Plan:
    """How to have ``conversation`` on the telephone; ``silence`` is a short sound file without a sound.

    Raises:
        UnspeakableError: saying why not.
    """
    if conversation.no_stores:
        raise UnspeakableError("the company of the service has stores")
    made, talk = Plan(), Talk(book, conversation)
    happened: list[Happening] = []
    turns = conversation.turns
    for turn, after in zip(turns, (*turns[1:], None), strict=True):
        if turn.act is None:
            happened = talk.begin()
        else:
            _add(made, turn.act, happened, book, silence)
            happened = talk.do(turn.act)
        happened += talk.settle(after.act if after else None)
    if talk.call.waits_for == "transfer":
        # Music is nobody's turn: put the phone down some time after the voice that says so began to speak.
        made.caller.append({"hang_up": True, "interrupt": CONNECTING_S})
    elif not talk.call.ended:
        made.caller.append({"hang_up": True})
    return made


def _add(made: Plan, act: Act, before: Sequence[Happening], book: FlowBook, silence: Path) -> None:
    if not isinstance(act, AgentDoes):
        made.caller += _by_caller(act, silence)
        return
    to = next((one.text for one in before if one.kind == RINGS), "")
    for address, phone_script in _phones(act, to, book):
        if address in made.phones:
            raise UnspeakableError("the same telephone is rung for two transfers")
        made.phones[address] = phone_script
    if act.outcome == "accepted":
        told = sum(len(one.text) for one in before if one.kind == TOLD)
        made.caller.append({"wait": CONNECTING_S + TALK_S + told / LETTERS_A_SECOND})


def _by_caller(act: Act, silence: Path) -> Iterator[PhoneAct]:
    match act:
        case Says(text, confidence, alternatives):
            if confidence < 1.0 or alternatives:
                raise UnspeakableError(f"nobody can speak so that it is heard with a confidence of {confidence:g}")
            yield {"say": text}
        case Presses(keys):
            yield {"press": keys}
        case script.Silence(times):
            # Taking one's turn without a sound: what comes next waits for the question to be asked again.
            yield from [{"play": str(silence)}] * times
        case LeavesMessage(length_s):
            yield {"say": _message(length_s)} if length_s else {"play": str(silence)}
        case HangsUp():
            yield {"hang_up": True}
        case ServiceReplies(service, ok, data) if not ok or data or service != "sms":
            raise UnspeakableError(f"the service {service} answers for itself")
        case Fails():
            raise UnspeakableError("nothing breaks when it is told to")
        case _:
            return


def _message(length_s: float) -> str:
    """Words that take about so long to say."""
    letters = min(1500, max(20, round(length_s * LETTERS_A_SECOND)))
    return (SENTENCE * (letters // len(SENTENCE) + 1))[:letters].rsplit(" ", 1)[0]


def _phones(act: AgentDoes, to: str, book: FlowBook) -> Iterator[tuple[str, tuple[PhoneAct, ...]]]:
    """Every telephone that may ring for a transfer, and what is done there."""
    if act.outcome != "accepted" and act.outcome not in REFUSALS:
        raise UnspeakableError(f"no telephone can bring about '{act.outcome}'")
    if to.startswith("+"):
        yield to, TAKES_CALL if act.outcome == "accepted" else (REFUSALS[act.outcome],)
        return
    for name, agent in book.company.agents.items():
        if act.outcome != "accepted":
            yield agent.at, (REFUSALS[act.outcome],)
        else:
            yield agent.at, ACCEPTS if act.agent in ("", name) else (REFUSALS["declined"],)
