"""The carrier's REST calls about conferences and recordings under way."""

from __future__ import annotations

import re
from typing import Any

from ivr.channels.carriers.twilio_rest import TwilioRest, asking, call_sid_of
from ivr.ports import OutsideError

GONE = (20404,)
"""No such conference, or the call is not in it: what was wanted is no longer needed."""
NOT_RECORDABLE = (20404, 21220)


class TwilioRooms:
    """``CarrierRooms`` by the carrier's REST interface; also towards the exchange in a box."""

    def __init__(self, rest: TwilioRest) -> None:
        self._rest = rest

    def adjust(
        self,
        conference: str,
        call_sid: str,
        *,
        held: bool | None = None,
        hold_url: str = "",
        muted: bool | None = None,
        coaches: str | None = None,
        ends: bool | None = None,
    ) -> None:
        wanted: dict[str, Any] = {}
        if held is not None:
            wanted["hold"] = held
            if held and hold_url:
                wanted |= {"hold_url": hold_url, "hold_method": "POST"}
        if muted is not None:
            wanted["muted"] = muted
        if coaches is not None:
            wanted["coaching"] = bool(coaches)
            if coaches:
                wanted["call_sid_to_coach"] = call_sid_of(coaches)
        if ends is not None:
            wanted["end_conference_on_exit"] = ends
        with asking("change a room", harmless=GONE):
            self._conference(conference).participants(call_sid_of(call_sid)).update(**wanted)

    def is_inside(self, conference: str, call_sid: str) -> bool:
        inside = []
        with asking("look into a room", harmless=GONE):
            inside.append(self._conference(conference).participants(call_sid_of(call_sid)).fetch())
        return bool(inside)

    def record(self, call_sid: str, told_url: str) -> str:
        with asking("record a call"):
            recording = self._rest.account.calls(call_sid_of(call_sid)).recordings.create(
                recording_channels="dual",
                recording_track="both",
                trim="do-not-trim",
                recording_status_callback=told_url,
                recording_status_callback_event=["completed"],
                recording_status_callback_method="POST",
            )
        return str(recording.sid)

    def steer_recording(self, call_sid: str, recording_sid: str, status: str) -> None:
        if not re.fullmatch(r"RE[0-9a-fA-F]{32}", recording_sid):
            raise OutsideError(f"{recording_sid[:40]!r} is not the id of a recording", retry=False)
        wanted = {"status": status}
        if status == "paused":  # silence is kept, so that what is heard later stays at its time
            wanted["pause_behavior"] = "silence"
        with asking("change a recording", harmless=NOT_RECORDABLE):
            self._rest.account.calls(call_sid_of(call_sid)).recordings(recording_sid).update(**wanted)

    def _conference(self, sid: str) -> Any:
        if not re.fullmatch(r"CF[0-9a-fA-F]{32}", sid):
            raise OutsideError(f"{sid[:40]!r} is not the id of a conference", retry=False)
        return self._rest.account.conferences(sid)
