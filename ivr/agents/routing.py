"""Who is rung next: the rules of a transfer as a pure machine.

``advance(routing, event) -> (routing, commands)``. One agent at a time is rung; whatever is repeated, late or out of
order changes nothing. A caller who cannot be connected is always brought back to the flow.

``waiting`` (caller on the way to the room) -> ``ringing`` -> ``accepted`` -> ``connected`` -> ``over``;
``ringing`` -> ``returning`` (nobody left to ask) -> ``over``; a caller who leaves ends it anywhere.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias, assert_never

from ivr.agents.inputs import (
    Accepted,
    BringCallerBack,
    CallerBack,
    CallerLeft,
    CallerWaits,
    Command,
    Declined,
    Done,
    EndLeg,
    Input,
    Joined,
    LegAnswered,
    LegEnded,
    LegRinging,
    RingAgent,
    TimePassed,
)
from ivr.agents.legs import GONE, LIVE, Leg, most_telling, reason_of

DIAL_S = 10.0
"""A leg that was to be rung but has no call id after this long was lost with its process. A guess: measure."""
ASK_S = 40.0
"""From ringing out to an answer of the agent: two whispers of 8 s patience each, and their words. A guess: measure."""
JOIN_S = 10.0
"""An agent who accepted and hangs up within this time without having joined never spoke to the caller."""
BACK_S = 5.0
"""How long to wait before a caller is asked back again."""


@dataclass(frozen=True, slots=True)
class Routing:
    """One transfer. ``agent`` is who accepted, ``reason`` why nobody did; never both.

    ``legs`` are the attempts so far (attempt 1 is ``legs[0]``); only the last can be alive. ``since_s`` is when the
    phase began, or the caller was last asked back. ``onward`` is the transfer that somebody who was called back
    is in now, having been passed on to another queue.
    """

    candidates: tuple[str, ...]
    ring_s: float = 20.0
    phase: str = "waiting"
    legs: tuple[Leg, ...] = ()
    agent: str = ""
    reason: str = ""
    since_s: float = 0.0
    room: tuple[str, ...] = ()
    said: tuple[float, int, int] | None = None
    seen_s: float = 0.0
    called: str = ""
    escalated: tuple[str, ...] = ()
    onward: str = ""

    @property
    def attempt(self) -> int:
        """The number of the latest attempt; 0 before the first."""
        return len(self.legs)

    def is_live(self, attempt: int) -> bool:
        """Whether ``attempt`` is the one under way and the agent has not answered the question yet."""
        return self.phase == "ringing" and attempt == self.attempt and self.legs[-1].status in LIVE

    def has_accepted(self, attempt: int) -> bool:
        """Whether the agent of ``attempt`` is the one who takes the caller."""
        return self.phase in {"accepted", "connected"} and attempt == self.attempt


Move: TypeAlias = tuple[Routing, tuple[Command, ...]]


def advance(routing: Routing, event: Input) -> Move:  # noqa: C901 - one line for each input
    """What ``event`` makes of the transfer, and what is to be done about it."""
    match event:
        case CallerWaits(at_s):
            return _caller_waits(routing, at_s)
        case TimePassed(at_s):
            return _after(routing, at_s)
        case LegRinging(_, attempt, sid):
            return _has_sid(routing, attempt, sid)
        case LegAnswered(_, attempt, sid):
            return _mark(routing, attempt, "answered", sid)
        case Accepted(at_s, attempt):
            return _accept(routing, attempt, at_s)
        case Joined(at_s, attempt):
            if routing.phase == "accepted" and attempt == routing.attempt:
                return replace(routing, phase="connected", since_s=at_s), ()
            return routing, ()
        case Declined(at_s, attempt):
            return _gone(routing, attempt, "declined", at_s) if routing.is_live(attempt) else (routing, ())
        case LegEnded(at_s, attempt, status):
            return _leg_ended(routing, attempt, status, at_s)
        case CallerLeft(at_s):
            return _caller_away(routing, at_s, reason="")
        case CallerBack(at_s):
            return _caller_away(routing, at_s, reason=most_telling(routing.legs))
        case _:
            assert_never(event)


def _caller_waits(routing: Routing, at_s: float) -> Move:
    """Begin. A caller who is in the room though all is over (sent there twice) must not stay: nobody will come."""
    match routing.phase:
        case "waiting":
            return _ring_next(routing, at_s)
        case "over":
            return routing, (BringCallerBack(routing.reason),)
        case _:
            return _after(routing, at_s)


def _ring_next(routing: Routing, at_s: float) -> Move:
    """Ring the first candidate not asked yet, or bring the caller back."""
    asked = {leg.agent for leg in routing.legs}
    agent = next((name for name in routing.candidates if name not in asked), None)
    if agent is None:
        reason = most_telling(routing.legs)
        back = replace(routing, phase="returning", agent="", reason=reason, since_s=at_s)
        return back, (BringCallerBack(reason),)
    return _ring(routing, agent, at_s)


def _ring(routing: Routing, agent: str, at_s: float) -> Move:
    ringing = replace(routing, phase="ringing", agent="", legs=(*routing.legs, Leg(agent, at_s)), since_s=at_s)
    return ringing, (RingAgent(agent, ringing.attempt),)


def _after(routing: Routing, at_s: float) -> Move:
    """Time has passed: mend what was lost on the way."""
    if routing.phase == "returning" and at_s >= routing.since_s + BACK_S:
        return replace(routing, since_s=at_s), (BringCallerBack(routing.reason),)
    if routing.phase != "ringing":
        return routing, ()
    leg = routing.legs[-1]
    if leg.status == "asked" and at_s >= leg.rang_s + DIAL_S:
        return _lost(routing, leg, at_s)
    if at_s >= leg.rang_s + routing.ring_s + ASK_S:
        after, commands = _gone(routing, routing.attempt, "no answer", at_s)
        return after, (EndLeg(routing.attempt, leg.sid), *commands)
    return routing, ()


def _lost(routing: Routing, leg: Leg, at_s: float) -> Move:
    """A leg of which nothing was heard: ring the agent anew, but only once."""
    again = all(other.agent != leg.agent for other in routing.legs[:-1])
    marked = _with_last(routing, replace(leg, status="failed"))
    after, commands = _ring(marked, leg.agent, at_s) if again else _ring_next(marked, at_s)
    return after, (EndLeg(routing.attempt, leg.sid), *commands)


def _has_sid(routing: Routing, attempt: int, sid: str) -> Move:
    """The carrier told the call id of a leg; one that is not wanted any more is ended."""
    if not 1 <= attempt <= routing.attempt:
        return routing, ()
    leg = routing.legs[attempt - 1]
    if leg.status == "asked" and routing.is_live(attempt):
        return _with_last(routing, replace(leg, status="ringing", sid=sid)), ()
    if leg.status in GONE and not leg.sid:
        legs = tuple(replace(old, sid=sid) if old is leg else old for old in routing.legs)
        return replace(routing, legs=legs), (EndLeg(attempt, sid),)
    return routing, ()


def _mark(routing: Routing, attempt: int, status: str, sid: str) -> Move:
    if not routing.is_live(attempt):
        return routing, ()
    leg = routing.legs[-1]
    return _with_last(routing, replace(leg, status=status, sid=leg.sid or sid)), ()


def _accept(routing: Routing, attempt: int, at_s: float) -> Move:
    if not routing.is_live(attempt):
        return routing, ()
    leg = routing.legs[-1]
    taken = _with_last(routing, replace(leg, status="accepted"))
    return replace(taken, phase="accepted", agent=leg.agent, since_s=at_s), ()


def _leg_ended(routing: Routing, attempt: int, status: str, at_s: float) -> Move:
    if routing.is_live(attempt):
        return _gone(routing, attempt, reason_of(status), at_s)
    if not routing.has_accepted(attempt):
        return routing, ()
    if routing.phase == "accepted" and at_s < routing.since_s + JOIN_S:
        return _gone(routing, attempt, "declined", at_s)
    return replace(routing, phase="over", since_s=at_s), (Done(),)


def _gone(routing: Routing, attempt: int, reason: str, at_s: float) -> Move:
    """The leg of ``attempt`` came to nothing: ask the next agent."""
    return _ring_next(_with_last(routing, replace(routing.legs[attempt - 1], status=reason)), at_s)


def _caller_away(routing: Routing, at_s: float, reason: str) -> Move:
    """The caller is out of the room: whoever rings is stopped, whoever accepted has had the caller."""
    if routing.phase == "over":
        return routing, ()
    over = replace(routing, phase="over", since_s=at_s)
    if routing.phase in {"waiting", "ringing"}:
        over = replace(over, reason=reason)
    if routing.phase in {"ringing", "accepted"}:
        leg = routing.legs[-1]
        if routing.phase == "ringing":
            over = _with_last(over, replace(leg, status="no answer"))
        return over, (EndLeg(routing.attempt, leg.sid), Done())
    return over, (Done(),)


def _with_last(routing: Routing, leg: Leg) -> Routing:
    return replace(routing, legs=(*routing.legs[:-1], leg))


def routing_to_json(routing: Routing) -> dict[str, Any]:
    """The routing as JSON-able data."""
    return asdict(routing)


def routing_from_json(data: dict[str, Any]) -> Routing:
    """The inverse of :func:`routing_to_json`."""
    legs = tuple(Leg(**leg) for leg in data["legs"])
    said = tuple(data["said"]) if data["said"] else None
    plain = {name: tuple(data.get(name, ())) for name in ("candidates", "room", "escalated")}
    return Routing(**{**data, **plain, "legs": legs, "said": said})
