"""A room as pages and programs see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.agents.controls.state import CALLER, Room


def shown(room: Room) -> Mapping[str, Any]:
    """JSON-able data; ``settled`` says that the carrier has done all of it."""
    return {
        "call": room.call,
        "transfer": room.transfer,
        "phase": room.phase,
        "caller_held": room.caller.held,
        "recording": room.recording,
        "recording_id": room.recording_sid,
        "consulting": room.people[room.consulting].who if room.consulting is not None else "",
        "settled": room.done >= room.revision,
        "people": [
            {
                "who": one.who,
                "role": one.role,
                "place": one.place,
                "held": one.held,
                "muted": one.muted,
                "call": one.sid,
                "since_s": one.since_s,
            }
            for number, one in enumerate(room.people)
            if number == CALLER or not one.gone
        ],
    }
