"""What is known of a caller when they are to be transferred. How it is told then: ``ivr.agents.context``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ivr.agents.directory import Agent
from ivr.agents.history import no_history
from ivr.flows.actions import Transfer
from ivr.flows.call import MASK, Call
from ivr.records.secrets import mask_secrets

SURE = frozenset({"yes", "true", "verified"})
"""What a flow sets ``verified`` to when it has made sure of who calls; nothing else counts."""

STORE_TOLD = ("name", "address", "city", "zip", "phone", "distance")
"""What agents are told of the store that a caller was given."""

TOLD = "\0told"
"""Under this name brief and context go through the masking of secrets; no variable can be called so."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Who is calling, why, and what was said so far. Secrets are masked.

    ``started_s`` is when the call began, ``at_s`` when the caller was to be transferred; ``path`` the steps in between.
    ``intent_confidence`` is how sure it is what they want, None when nobody can say; ``misheard`` and ``silences`` how
    often they were not understood, and not heard, on the way. ``verified`` says that the flow has made sure who it is,
    ``before`` what came from the number earlier (``ivr.agents.history``). ``callback``: they are called back, and with
    ``passed_on`` they have been, and an agent has sent them to this queue.
    """

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
    offers: tuple[str, ...] = ()
    callback: bool = False
    passed_on: bool = False
    started_s: float = 0.0
    path: tuple[str, ...] = ()
    intent_confidence: float | None = None
    misheard: int = 0
    silences: int = 0
    verified: bool = False
    language: str = "en-US"
    store: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=no_history)

    @property
    def queue(self) -> str:
        """The queue that the caller waits in; empty when it is somebody in particular who is rung."""
        return self.to.removeprefix("queue ") if self.to.startswith("queue ") else ""

    @property
    def room(self) -> str:
        """The conference that they meet the agent in. One call may end with promises to several queues."""
        return room_name(self.id if self.callback else self.call)

    @property
    def name(self) -> str:
        """The name that was given in this call, or in an earlier one."""
        return self.collected.get("name", "") or str(self.before["name"])

    def agent(self, agent_id: str) -> Mapping[str, str]:
        """The agent as written down when the transfer began."""
        return next(agent for agent in self.agents if agent["id"] == agent_id)


def handover_of(
    call: Call,
    turn: int,
    transfer: Transfer,
    agents: Sequence[Agent],
    at_s: float,
    *,
    transfer_id: str,
    before: Mapping[str, Any] | None = None,
) -> Handover:
    """Everything about ``call`` that helps the agent; ``before`` what came from the number earlier."""
    context = {name: MASK if name in call.secrets else value for name, value in transfer.context.items()}
    told = {"brief": transfer.brief, "context": context, "before": {**no_history(), **(before or {})}}
    masked, _ = mask_secrets(replace(call, variables={**call.variables, TOLD: told}), ())
    told = masked.variables[TOLD]
    values = {name: value for name, value in masked.variables.items() if name != TOLD} | told["context"]
    confidence, verified = values.pop("intent_confidence", None), values.pop("verified", None)
    collected = {name: text for name, value in values.items() if (text := _in_words(value))}
    return Handover(
        id=transfer_id,
        call=call.id,
        turn=turn,
        line=call.line,
        caller=call.caller,
        at_s=at_s,
        to=transfer.to,
        brief=told["brief"],
        intent=collected.pop("intent", ""),
        collected=collected,
        transcript=tuple(asdict(line) for line in masked.transcript),
        agents=tuple({"id": agent.id, "name": agent.name, "address": agent.address} for agent in agents),
        ring_s=transfer.ring_s,
        offers=transfer.offers,
        started_s=call.started_s,
        path=call.path,
        intent_confidence=_share(confidence),
        misheard=call.misheard,
        silences=call.silences,
        verified=verified is True or str(verified).lower() in SURE,
        language=call.language,
        store=_store(values.get("store")),
        before=told["before"],
    )


def handover_from_json(data: Mapping[str, Any]) -> Handover:
    """The inverse of ``dataclasses.asdict``."""
    tuples = {name: tuple(data.get(name, ())) for name in ("transcript", "agents", "offers", "path")}
    return Handover(**{**data, **tuples})


def room_name(call_id: str) -> str:
    """The conference of a call, or of a promise to call back.

    The name is visible to the whole carrier account: nothing personal in it.
    """
    return f"room-{call_id}"


def _in_words(value: object) -> str:
    """A value for people: a thing with a name (a store) goes by it, other structures are left out."""
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    return "" if value is None or isinstance(value, list | tuple) else str(value)


def _store(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {name: str(value[name]) for name in STORE_TOLD if value.get(name)}


def _share(value: object) -> float | None:
    """A share of one; None for what is none: a flow may set what it likes."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
