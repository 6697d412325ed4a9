"""The account of a transfer to a queue: who was rung and what came of it. The floor decides; this is what is told.

Pure: each function gives the next account. The legs carry the floor's ring numbers.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.agents.legs import GONE, LIVE, Leg
from ivr.agents.routing import Routing

TAKEN = frozenset({"accepted", "connected"})


def leg_of(account: Routing, ring: int) -> Leg | None:
    """The leg of a ring."""
    return next((leg for leg in account.legs if leg.ring == ring), None)


def rung(account: Routing, leg: Leg) -> Routing:
    """An agent is rung; the same ring again (a command may come twice) is the same leg."""
    if leg_of(account, leg.ring):
        return account
    return replace(account, legs=(*account.legs, leg), phase="ringing", since_s=leg.rang_s)


def told(account: Routing, ring: int, status: str, sid: str = "", at_s: float = 0.0) -> Routing:
    """What became of a leg; one that is over stays so."""
    leg = leg_of(account, ring)
    if leg is None:
        return account
    now = status if leg.status in LIVE and not (status == "ringing" and leg.status == "answered") else leg.status
    changed = replace(leg, status=now, sid=leg.sid or sid)
    legs = tuple(changed if one is leg else one for one in account.legs)
    account = replace(account, legs=legs)
    over = changed.status in GONE and leg.status in LIVE and account.phase == "ringing"
    return replace(account, phase="waiting", since_s=at_s or account.since_s) if over else account


def taken(account: Routing, ring: int, at_s: float) -> Routing:
    """The agent of ``ring`` has the caller."""
    leg = leg_of(account, ring)
    if leg is None or account.phase in {*TAKEN, "over"}:
        return account
    return replace(told(account, ring, "accepted"), phase="accepted", agent=leg.agent, reason="", since_s=at_s)


def came(account: Routing, sid: str, caller: str, at_s: float) -> Routing:
    """Somebody is in the room; agent and caller in it talk."""
    room = tuple(dict.fromkeys((*account.room, sid)))
    ours = {leg.sid for leg in account.legs if leg.status == "accepted" and leg.sid}
    talk = account.phase == "accepted" and caller in room and not ours.isdisjoint(room)
    account = replace(account, room=room)
    return replace(account, phase="connected", since_s=at_s) if talk else account


def went(account: Routing, sid: str) -> Routing:
    """Somebody is out of the room."""
    return replace(account, room=tuple(one for one in account.room if one != sid))


def is_still_there(account: Routing) -> bool:
    """Whether somebody who was called back is in the room, having met their agent; who may have gone by now."""
    return account.phase == "connected" and account.called in account.room


def dropped(account: Routing, ring: int, at_s: float, why: str = "declined") -> Routing:
    """The agent who had accepted is gone before anything was said: the caller waits again."""
    legs = tuple(replace(leg, status=why) if leg.ring == ring else leg for leg in account.legs)
    return replace(account, legs=legs, phase="waiting", agent="", since_s=at_s)


def over(account: Routing, at_s: float, reason: str = "") -> Routing:
    """Nothing more will come of it; legs that still ring are none any more."""
    if account.phase == "over":
        return account
    legs = tuple(replace(leg, status="no answer") if leg.status in LIVE else leg for leg in account.legs)
    why = "" if account.agent else account.reason or reason
    return replace(account, legs=legs, phase="over", reason=why, since_s=at_s)


def turned_away(account: Routing, reason: str, at_s: float) -> Routing:
    """The caller goes back to the flow."""
    if account.phase in {*TAKEN, "over"}:
        return account
    return replace(account, phase="returning", reason=reason, since_s=at_s)
