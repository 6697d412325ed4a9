"""Finding conference rooms, telling the service about them, and sitting in one."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.exchange.alongside import alongside
from ivr.exchange.callbacks import Callback
from ivr.exchange.conference import Conference, Participant, RoomSound
from ivr.exchange.leg import Instruction
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import Refusal
from ivr.exchange.sids import new_sid
from ivr.exchange.stage import Stage, entertained


def find_room(plant: Plant, sid_or_name: str) -> Conference | None:
    """By sid, or by the name of a room that is not over."""
    if sid_or_name in plant.conferences:
        return plant.conferences[sid_or_name]
    for room in plant.conferences.values():
        if room.friendly_name == sid_or_name and room.status != "completed":
            return room
    return None


def open_room(plant: Plant, name: str, callback: Callback, events: tuple[str, ...]) -> Conference:
    """The room ``name``; made if need be, and then ``callback`` hears of ``events`` (later ones' do not count)."""
    room = find_room(plant, name)
    if room is None or room.status == "completed":
        room = Conference(new_sid("CF"), name, plant.clock)
        plant.conferences[room.sid] = room
        _report(plant, room, callback, events)
    return room


def _report(plant: Plant, room: Conference, callback: Callback, events: tuple[str, ...]) -> None:
    def tell(group: str, event: str, participant: Participant | None, more: Mapping[str, str]) -> None:
        sid = participant.call_sid if participant else ""
        plant.timeline.note(sid, event, conference=room.sid, room=room.friendly_name, **more)
        if group in events:
            callback.tell(sid, {**_params(plant, room, event, participant), **more})

    room.on_event = tell


def _params(plant: Plant, room: Conference, event: str, participant: Participant | None) -> dict[str, str]:
    params = {
        "AccountSid": plant.account_sid,
        "ConferenceSid": room.sid,
        "FriendlyName": room.friendly_name,
        "StatusCallbackEvent": event,
    }
    if participant is None:
        return params
    return params | {
        "CallSid": participant.call_sid,
        "ParticipantLabel": participant.label,
        "Muted": _word(participant.muted),
        "Hold": _word(participant.hold),
        "Coaching": _word(participant.coaching),
        "StartConferenceOnEnter": _word(participant.start_on_enter),
        "EndConferenceOnExit": _word(participant.end_on_exit),
    }


def _word(flag: bool) -> str:
    return "true" if flag else "false"


async def take_part(stage: Stage, room: Conference, participant: Participant, wait: Instruction | None) -> None:
    """Sit in ``room`` until it ends or the participant is put out; before it opens, ``wait`` is heard.

    Raises:
        HungUpError, RedirectedError: as all waiting on a leg.
    """
    try:
        with stage.leg.sounding(RoomSound(room, participant)):
            room.join(participant)
            while not participant.out.done():
                participant.renew()
                await _until_news(stage, room, participant, wait)
    finally:
        room.leave(participant)


async def _until_news(stage: Stage, room: Conference, participant: Participant, wait: Instruction | None) -> None:
    if participant.announcement:
        announcement, participant.announcement = participant.announcement, None
        await _announce(stage, participant, announcement)
    elif participant.hold or not room.started:
        heard = participant.hold_with if participant.hold else wait
        async with entertained(stage, heard, lambda: {"ConferenceSid": room.sid, "FriendlyName": room.friendly_name}):
            await stage.leg.until(participant.out, participant.news)
    else:
        await stage.leg.until(participant.out, participant.news)


async def _announce(stage: Stage, participant: Participant, announcement: Instruction) -> None:
    """Only this participant hears it; what is wrong with it is noted and that is all."""
    try:
        async with alongside(stage.run_documents(stage.plant, stage.leg, announcement, "whisper")) as speaking:
            await stage.leg.until(participant.out, speaking)
    except Refusal as refusal:
        stage.plant.refused(stage.leg, refusal)
