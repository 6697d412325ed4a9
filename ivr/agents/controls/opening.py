"""When a room opens: as the agent who accepted comes in; with somebody who is called back, once both are there."""

from __future__ import annotations

from ivr.agents.controls.state import Room, opened
from ivr.agents.handover import Handover
from ivr.agents.routing import Routing


def opening(handover: Handover, account: Routing, sid: str, conference: str, at_s: float) -> Room | None:
    """The room that opens as the call ``sid`` comes in; None when it is not this call that opens it.

    The call that somebody once made to us is over when they are called back: in the room is the call to them. Before
    they are there nobody can be put on hold or recorded.
    """
    for leg in account.legs:
        if leg.status != "accepted" or not leg.sid:
            continue
        caller = account.called if handover.callback else handover.call
        is_there = {leg.sid, caller} <= set(account.room) if handover.callback else leg.sid == sid
        if caller and is_there:
            return opened(handover.call, handover.id, conference, leg.agent, leg.sid, at_s, caller)
    return None
