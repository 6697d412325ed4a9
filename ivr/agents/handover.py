"""What an agent is told: published for the desk before any phone rings, and sent along with the ring in short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ivr.agents.directory import Agent
from ivr.flows.actions import Transfer
from ivr.flows.call import MASK, Call

PARAMETERS_BYTES = 800
"""Room for names and values in the parameters of a ring: SIP headers hold about 1 kB together."""

SHORTEST_SECRET = 3
"""Secrets below this length are not looked for inside sentences: they would blank out half of every text."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Who is calling, why, and what was said so far. Secrets are masked."""

    id: str
    call: str
    turn: int
    line: str
    caller: str
    at_s: float
    to: str
    brief: str
    intent: str
    collected: Mapping[str, str]
    transcript: tuple[Mapping[str, Any], ...]
    agents: tuple[Mapping[str, str], ...]
    ring_s: float

    def agent(self, agent_id: str) -> Mapping[str, str]:
        """The agent as written down when the transfer began."""
        return next(agent for agent in self.agents if agent["id"] == agent_id)


def handover_of(
    call: Call, turn: int, transfer: Transfer, agents: Sequence[Agent], at_s: float, *, transfer_id: str
) -> Handover:
    """Everything about ``call`` that helps the agent."""
    secrets = _secret_texts(call)
    shown = {name: text for name, value in call.shown_variables.items() if (text := _in_words(value))}
    context = {name: MASK if name in call.secrets else str(value) for name, value in transfer.context.items()}
    collected = {name: _without(value, secrets) for name, value in {**shown, **context}.items()}
    return Handover(
        id=transfer_id,
        call=call.id,
        turn=turn,
        line=call.line,
        caller=call.caller,
        at_s=at_s,
        to=transfer.to,
        brief=_without(transfer.brief, secrets),
        intent=collected.pop("intent", ""),
        collected=collected,
        transcript=tuple({**asdict(line), "text": _without(line.text, secrets)} for line in call.transcript),
        agents=tuple({"id": agent.id, "name": agent.name, "address": agent.address} for agent in agents),
        ring_s=transfer.ring_s,
    )


def handover_from_json(data: Mapping[str, Any]) -> Handover:
    """The inverse of ``dataclasses.asdict``."""
    return Handover(**{**data, "transcript": tuple(data["transcript"]), "agents": tuple(data["agents"])})


def parameters(handover: Handover) -> dict[str, str]:
    """The handover in at most ``PARAMETERS_BYTES``: call, intent and brief first, then values while there is room."""
    wanted = {"transfer": handover.id, "call": handover.call, "intent": handover.intent, "brief": handover.brief}
    chosen: dict[str, str] = {}
    left = PARAMETERS_BYTES
    for name, value in (*wanted.items(), *handover.collected.items()):
        if not value or name in chosen:
            continue
        room = left - len(name.encode())
        kept = value if name not in wanted else value.encode()[: max(room, 0)].decode(errors="ignore")
        if not kept or len(kept.encode()) > room:
            continue
        chosen[name] = kept
        left = room - len(kept.encode())
    return chosen


def room_name(call_id: str) -> str:
    """The conference of a call. The name is visible to the whole carrier account: nothing personal in it."""
    return f"room-{call_id}"


def _in_words(value: object) -> str:
    """A value for people: a thing with a name (a store) goes by it, other structures are left out."""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    return "" if value is None or isinstance(value, list | tuple) else str(value)


def _secret_texts(call: Call) -> tuple[str, ...]:
    values = (str(call.variables[name]) for name in call.secrets if name in call.variables)
    return tuple(value for value in values if len(value) >= SHORTEST_SECRET)


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text
