"""Changing a conference from outside: ringing somebody in, muting, holding, coaching."""

from __future__ import annotations

from ivr.exchange.answered_by import find_out_beside
from ivr.exchange.conference import Conference, Participant
from ivr.exchange.executor import run_documents, serve
from ivr.exchange.leg import HungUpError, Instruction, RedirectedError
from ivr.exchange.machine import Detection
from ivr.exchange.plant import Plant
from ivr.exchange.ringing import ring
from ivr.exchange.rooms import take_part
from ivr.exchange.stage import Stage


async def bring_in(
    plant: Plant, room: Conference, participant: Participant, timeout_s: float, detection: Detection | None
) -> None:
    """Ring the participant's phone; whoever answers sits in the room until it is over."""
    leg = participant.leg
    if not await ring(plant, leg, timeout_s):
        return
    if detection is not None:
        find_out_beside(plant, leg, detection)
    stage = Stage(plant, leg, "", "POST", "call", run_documents)
    try:
        if room.status != "completed":
            await take_part(stage, room, participant, None)
    except RedirectedError as redirected:
        leg.resume()
        await serve(plant, leg, redirected.instruction)
    except HungUpError:
        return
    leg.end()


def mute(room: Conference, participant: Participant, muted: bool | None) -> None:
    """Let the room hear the participant or not; None leaves it."""
    if muted is None or muted == participant.muted:
        return
    participant.muted = muted
    room.changed("mute", "participant-mute" if muted else "participant-unmute", participant)


def hold_on(room: Conference, participant: Participant, hold: bool | None, url: str | None) -> None:
    """Put the participant on hold (with what ``url`` says, or music) or back; None leaves it."""
    if hold is None or hold == participant.hold:
        return
    participant.hold = hold
    participant.hold_with = Instruction(url) if url is not None else None
    room.changed("hold", "participant-hold" if hold else "participant-unhold", participant)


def modify(
    room: Conference, participant: Participant, end_on_exit: bool | None, coaching: bool | None, coached: str | None
) -> None:
    """Whether the room ends with the participant, and whom they coach; None leaves it."""
    if end_on_exit is None and coaching is None and coached is None:
        return
    participant.end_on_exit = participant.end_on_exit if end_on_exit is None else end_on_exit
    participant.coaching = participant.coaching if coaching is None else coaching
    participant.call_sid_to_coach = participant.call_sid_to_coach if coached is None else coached
    room.changed("modify", "participant-modify", participant)
