"""The messages of a media stream, written and (strictly) read. The carrier writes all numbers as text."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ivr.exchange.refusals import STREAM_BAD_MESSAGE, Refusal

MAX_MARK_CHARS = 256


@dataclass(frozen=True, slots=True)
class Sound:
    """Mu-law to be played after what is already waiting."""

    mulaw: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """To be echoed when everything before it has been played or cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Throw away what is not yet played."""


FromService: TypeAlias = Sound | Mark | Clear


def read_message(text: str, stream_sid: str) -> FromService:
    """A message of the service's.

    Raises:
        Refusal: 31924 for anything the carrier does not know.

    >>> read_message('{"event":"mark","streamSid":"MZ1","mark":{"name":"p1"}}', "MZ1")
    Mark(name='p1')
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal("it is not JSON") from error
    if not isinstance(message, dict):
        raise _refusal("it is not an object")
    if message.get("streamSid") != stream_sid:
        raise _refusal("streamSid is missing or another stream's")
    match message:
        case {"event": "media", "media": {"payload": str(payload), **other_media}, "streamSid": _, **other}:
            _nothing_else(other_media, other)
            return Sound(_decoded(payload))
        case {"event": "mark", "mark": {"name": str(name), **other_mark}, "streamSid": _, **other}:
            _nothing_else(other_mark, other)
            if not 0 < len(name) <= MAX_MARK_CHARS:
                raise _refusal("a mark needs a name")
            return Mark(name)
        case {"event": "clear", "streamSid": _, **other}:
            _nothing_else({}, other)
            return Clear()
        case _:
            raise _refusal(f"event {str(message.get('event'))[:40]!r} is unknown or incomplete")


def _nothing_else(inner: Mapping[Any, Any], outer: Mapping[Any, Any]) -> None:
    for name in [*inner, *outer]:
        raise _refusal(f"{str(name)[:40]!r} does not belong there")


def _decoded(payload: str) -> bytes:
    try:
        mulaw = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refusal("the payload is not base64") from error
    if not mulaw:
        raise _refusal("the payload is empty")
    return mulaw


def _refusal(why: str) -> Refusal:
    return Refusal(STREAM_BAD_MESSAGE, f"stream message refused: {why}")


class Writer:
    """Writes the exchange's side of one stream."""

    def __init__(self, stream_sid: str, call_sid: str, account_sid: str) -> None:
        self._sid, self._call_sid, self._account_sid = stream_sid, call_sid, account_sid
        self._number = 0
        self.chunk = 0

    def connected(self) -> str:
        return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    def start(self, parameters: Mapping[str, str], *, lockstep: bool, tracks: Sequence[str] = ("inbound",)) -> str:
        start: dict[str, Any] = {
            "streamSid": self._sid,
            "accountSid": self._account_sid,
            "callSid": self._call_sid,
            "tracks": list(tracks),
            "customParameters": dict(parameters),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }
        if lockstep:
            start["lockstep"] = True
        return self._write("start", start)

    def media(self, mulaw: bytes, *, at_ms: int, track: str = "inbound") -> str:
        """Sound and its place in the stream: when some was lost on its way ``at_ms`` jumps, the chunk does not."""
        self.chunk += 1
        payload = base64.b64encode(mulaw).decode("ascii")
        media = {"track": track, "chunk": str(self.chunk), "timestamp": str(at_ms), "payload": payload}
        return self._write("media", media)

    def dtmf(self, key: str) -> str:
        return self._write("dtmf", {"track": "inbound_track", "digit": key})

    def mark(self, name: str) -> str:
        return self._write("mark", {"name": name})

    def stop(self) -> str:
        return self._write("stop", {"accountSid": self._account_sid, "callSid": self._call_sid})

    def _write(self, event: str, body: Mapping[str, Any]) -> str:
        self._number += 1
        message = {"event": event, "sequenceNumber": str(self._number), "streamSid": self._sid, event: body}
        return json.dumps(message, separators=(",", ":"))
