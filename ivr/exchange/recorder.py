"""Keeps what was recorded and tells the service about it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import numpy as np
import soundfile

from ivr.audio import RATE_HZ
from ivr.exchange.callbacks import Callback
from ivr.exchange.leg import Leg
from ivr.exchange.plant import Plant
from ivr.exchange.recordings import RecordingInfo
from ivr.exchange.sids import new_sid

PROCESSING_S = 0.5
"""Exchange time from the end of a recording until its file can be fetched: at the carrier it takes a moment too."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Where, how and at which stages (in-progress completed absent) the service wants to hear of a recording."""

    url: str
    method: str
    events: tuple[str, ...]


def begin(plant: Plant, leg: Leg, source: str, channels: int, announce: Announce) -> tuple[RecordingInfo, Callback]:
    """Note a recording under way."""
    info = RecordingInfo(new_sid("RE"), leg.sid, "", "in-progress", 0.0, channels, source, plant.clock.epoch_s)
    plant.recordings[info.sid] = info
    callback = Callback(plant, announce.url, announce.method)
    if "in-progress" in announce.events:
        callback.tell(leg.sid, _params(plant, info))
    plant.timeline.note(leg.sid, "recording", recording=info.sid, status="in-progress")
    return info, callback


def keep(plant: Plant, info: RecordingInfo, pcm: bytes, callback: Callback, announce: Announce) -> None:
    """The recording is finished: write it, and announce it once it can be fetched."""
    info.status = "processing"
    info.duration_s = len(pcm) / (2 * info.channels * RATE_HZ)
    plant.spawn(_complete(plant, info, pcm, callback, announce))


def changed(plant: Plant, info: RecordingInfo, status: str) -> None:
    """The recording is ``paused`` or goes on."""
    info.status = status
    plant.timeline.note(info.call_sid, "recording", recording=info.sid, status=status)


def absent(plant: Plant, info: RecordingInfo, callback: Callback, announce: Announce) -> None:
    """Nothing was recorded."""
    info.status = "absent"
    plant.timeline.note(info.call_sid, "recording", recording=info.sid, status="absent")
    if "absent" in announce.events:
        callback.tell(info.call_sid, _params(plant, info))


async def _complete(plant: Plant, info: RecordingInfo, pcm: bytes, callback: Callback, announce: Announce) -> None:
    path = plant.data / "recordings" / f"{info.sid}.wav"
    await asyncio.to_thread(_write, path, pcm, info.channels)
    await plant.clock.sleep(PROCESSING_S)
    if info.sid not in plant.recordings:  # deleted meanwhile
        path.unlink(missing_ok=True)
        return
    info.path, info.status = path, "completed"
    plant.timeline.note(
        info.call_sid, "recording", recording=info.sid, status="completed", length_s=info.duration_s, path=str(path)
    )
    if "completed" in announce.events:
        callback.tell(info.call_sid, _params(plant, info))


def _write(path: Path, pcm: bytes, channels: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.frombuffer(pcm, dtype="<i2").reshape(-1, channels)
    soundfile.write(str(path), samples, RATE_HZ, format="WAV", subtype="PCM_16")


def recording_url(plant: Plant, info: RecordingInfo) -> str:
    return f"{plant.base_url}/2010-04-01/Accounts/{plant.account_sid}/Recordings/{info.sid}"


def _params(plant: Plant, info: RecordingInfo) -> Mapping[str, str]:
    params = {
        "AccountSid": plant.account_sid,
        "CallSid": info.call_sid,
        "RecordingSid": info.sid,
        "RecordingUrl": recording_url(plant, info),
        "RecordingStatus": info.status,
        "RecordingChannels": str(info.channels),
        "RecordingStartTime": formatdate(info.started_s, usegmt=True),
        "RecordingSource": info.source,
    }
    if info.status == "completed":
        params["RecordingDuration"] = str(round(info.duration_s))
    return params
