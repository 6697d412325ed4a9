"""The record that is handed along with a caller: made in one place, told in several forms.

Aloud, on the desk, with the ring (client parameters, SIP headers) and as JSON. Pure; secrets are masked before anything
gets here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ivr.agents.handover import Handover
from ivr.agents.routing import Routing

PARAMETERS_BYTES = 800
"""Room for names and values in the parameters of a ring: SIP headers hold about 1 kB together."""

LAST_STEPS = 6
"""Of the way through the flow, so many steps fit into the parameters."""

LONG_WAIT_S = 120.0
"""A wait that is worth a word to the agent: the usual promise of a queue is 20 s."""

MOST_ALOUD = 2
"""Signals that are spoken after the brief: an agent listens with half an ear, and somebody waits."""

LEAST_ALOUD = 2
"""A caller who was not understood, or silent, fewer times than this is like any other."""


@dataclass(frozen=True, slots=True)
class Context:
    """The record of one transfer at one moment.

    ``attempts`` are the agents who were rung so far and what came of it, ``waited_s`` how long the caller has waited.
    ``signals`` say in words what may have made the caller impatient: counted, not guessed.
    """

    handover: Handover
    routing: Routing
    waited_s: float
    attempts: tuple[Mapping[str, Any], ...]
    signals: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether anything came from this number before."""
        before = self.handover.before
        return any(before[name] for name in ("calls_count", "notes_count", "voicemails_count"))


def context_of(handover: Handover, routing: Routing, now_s: float) -> Context:
    """The record as it is at ``now_s``."""
    is_taken = routing.phase in {"accepted", "connected"}
    waited_s = max((routing.since_s if is_taken else now_s) - handover.at_s, 0.0)
    attempts = tuple({"agent": leg.agent, "status": leg.status, "at_s": leg.rang_s} for leg in routing.legs)
    return Context(handover, routing, waited_s, attempts, tuple(_signals(handover, waited_s)))


def _signals(handover: Handover, waited_s: float, least: int = 1) -> Iterator[str]:
    """What is worth a word, the heaviest first; what happened fewer than ``least`` times is not."""
    if today := handover.before["calls_today"]:
        yield f"called {'' if today == 1 else f'{today} times '}in the day before"
    if waited_s >= LONG_WAIT_S:
        minutes = int(waited_s // 60)
        asked = handover.callback and not handover.passed_on
        yield f"asked to be called {minutes} minutes ago" if asked else f"has waited {minutes} minutes"
    if handover.misheard >= least:
        yield f"not understood {_times(handover.misheard)}"
    if handover.silences >= least:
        yield f"silent {_times(handover.silences)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


# --- its forms ------------------------------------------------------------------------------------------------------


def data_of(context: Context) -> Mapping[str, Any]:
    """All of it as JSON-able data, for the desk and for programs."""
    handover, routing = context.handover, context.routing
    return {
        **asdict(handover),
        "agents": [{"id": agent["id"], "name": agent["name"]} for agent in handover.agents],
        "transcript": list(handover.transcript),
        "name": handover.name,
        "known": context.is_known,
        "phase": routing.phase,
        "agent": routing.agent,
        "reason": routing.reason,
        "since_s": routing.since_s,
        "waited_s": context.waited_s,
        "attempts": list(context.attempts),
        "signals": list(context.signals),
    }


def spoken(context: Context) -> str:
    """What is whispered to the agent: the flow's brief, and a word of what happened to the caller, if it is much."""
    loud = islice(_signals(context.handover, context.waited_s, LEAST_ALOUD), MOST_ALOUD)
    sentences = [f"{signal[0].upper()}{signal[1:]}." for signal in loud]
    return " ".join(filter(None, (context.handover.brief, *sentences)))


def parameters(context: Context, most_bytes: int = PARAMETERS_BYTES) -> dict[str, str]:
    """The record in at most ``most_bytes``: client parameters, the headers of a SIP call, attributes of a task.

    Call, intent and brief come first, then who it is, then values while there is room, then how the call went.
    """
    handover = context.handover
    wanted = {"transfer": handover.id, "call": handover.call, "intent": handover.intent, "brief": handover.brief}
    chosen: dict[str, str] = {}
    left = most_bytes
    others = (*_who(context).items(), *handover.collected.items(), *_course(context).items())
    for name, value in (*wanted.items(), *others):
        if not value or name in chosen:
            continue
        room = left - len(name.encode())
        kept = value if name not in wanted else value.encode()[: max(room, 0)].decode(errors="ignore")
        if not kept or len(kept.encode()) > room:
            continue
        chosen[name] = kept
        left = room - len(kept.encode())
    return chosen


def _who(context: Context) -> Mapping[str, str]:
    handover = context.handover
    return {
        "caller": handover.caller,
        "name": handover.name,
        "verified": "yes" if handover.verified else "no",
        "known": "yes" if context.is_known else "no",
    }


def _course(context: Context) -> Mapping[str, str]:
    """How the call went until now, as far as there is something to tell."""
    handover, before, sure = context.handover, context.handover.before, context.handover.intent_confidence
    return {
        "intent_confidence": "" if sure is None else f"{sure:.2f}",
        "misheard": str(handover.misheard or ""),
        "silences": str(handover.silences or ""),
        "waited_s": str(round(context.waited_s) or ""),
        "attempts": str(len(context.attempts)) if len(context.attempts) > 1 else "",
        "calls_before": str(before["calls_count"] or ""),
        "last_call": "" if before["last_call_s"] is None else _moment(before["last_call_s"]),
        "last_outcome": before["last_outcome"],
        "voicemails_before": str(before["voicemails_count"] or ""),
        "notes_before": str(before["notes_count"] or ""),
        "tickets_before": str(before.get("tickets_count") or ""),
        "line": handover.line,
        "path": " ".join(handover.path[-LAST_STEPS:]),
    }


def _moment(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%MZ")
