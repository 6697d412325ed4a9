"""Recordings that the service begins by REST in the middle of a call: what the party says and hears."""

from __future__ import annotations

import numpy as np

from ivr.audio import trimmed
from ivr.exchange import recorder
from ivr.exchange.callbacks import Callback
from ivr.exchange.leg import Leg
from ivr.exchange.plant import Plant
from ivr.exchange.recorder import Announce
from ivr.exchange.recordings import RecordingInfo, Tape
from ivr.exchange.refusals import CALL_NOT_IN_PROGRESS, NOT_FOUND, Refusal
from ivr.exchange.sounds import SILENCE

CURRENT = "Twilio.CURRENT"
"""In place of a recording's sid: the one under way."""
LONGEST_S = 14400


class CallRecording:
    """One recording under way; it ends with the call."""

    def __init__(self, plant: Plant, leg: Leg, channels: int, track: str, trim: bool, announce: Announce) -> None:
        self._plant, self._leg, self._announce = plant, leg, announce
        self._said, self._heard, self._trim = track != "outbound", track != "inbound", trim
        self._tape = Tape(LONGEST_S, channels)
        self._skips = False
        begun: tuple[RecordingInfo, Callback] = recorder.begin(plant, leg, "StartCallRecordingAPI", channels, announce)
        self.info, self._callback = begun
        leg.both_ways.append(self._add)
        leg.on_status.append(self._ended)

    @property
    def over(self) -> bool:
        return self.info.status not in ("in-progress", "paused")

    def pause(self, *, skips: bool) -> None:
        """Record silence until further notice; or nothing at all (``skips``)."""
        self._skips = skips
        recorder.changed(self._plant, self.info, "paused")

    def go_on(self) -> None:
        recorder.changed(self._plant, self.info, "in-progress")

    def stop(self) -> None:
        """The recording is finished. Safe to repeat."""
        if self.over:
            return
        self._leg.both_ways.remove(self._add)
        pcm = trimmed(self._tape.pcm) if self._trim and self.info.channels == 1 else self._tape.pcm
        if pcm:
            recorder.keep(self._plant, self.info, pcm, self._callback, self._announce)
        else:
            recorder.absent(self._plant, self.info, self._callback, self._announce)

    def _ended(self, leg: Leg) -> None:
        if leg.over:
            self.stop()

    def _add(self, said: bytes, heard: bytes) -> None:
        if self.info.status == "paused":
            if self._skips:
                return
            said = heard = SILENCE
        self._tape.add(self._mixed(said if self._said else SILENCE, heard if self._heard else SILENCE))

    def _mixed(self, said: bytes, heard: bytes) -> bytes:
        left, right = np.frombuffer(said, dtype="<i2"), np.frombuffer(heard, dtype="<i2")
        if self.info.channels == 2:
            return bytes(np.stack([left, right], axis=1).astype("<i2"))
        return bytes(np.clip(left.astype(np.int32) + right, -32768, 32767).astype("<i2"))


def begin_recording(plant: Plant, leg: Leg, channels: int, track: str, trim: bool, announce: Announce) -> RecordingInfo:
    """Record a call under way.

    Raises:
        Refusal: the call is not in progress.
    """
    if not leg.talking:
        raise Refusal(CALL_NOT_IN_PROGRESS, "Requested resource is not eligible for recording", 400)
    recording = CallRecording(plant, leg, channels, track, trim, announce)
    plant.under_way.setdefault(leg.sid, []).append(recording)
    return recording.info


def steer_recording(plant: Plant, call_sid: str, sid: str, status: str, *, skips: bool) -> RecordingInfo:
    """Pause a recording under way (``paused``), go on (``in-progress``) or end it (``stopped``).

    Raises:
        Refusal: there is no such recording under way.
    """
    under_way = [one for one in plant.under_way.get(call_sid, []) if not one.over]
    chosen = [one for one in under_way if sid in (CURRENT, one.info.sid)][-1:]
    if not chosen:
        raise Refusal(NOT_FOUND, f"The requested resource /Calls/{call_sid}/Recordings/{sid} was not found", 404)
    recording = chosen[0]
    if status == "stopped":
        recording.stop()
    elif status == "paused":
        recording.pause(skips=skips)
    else:
        recording.go_on()
    return recording.info
