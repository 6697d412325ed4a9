"""REST: recordings, what is known of them and their sound."""

from __future__ import annotations

from aiohttp import web

from ivr.exchange.refusals import NOT_FOUND, Refusal
from ivr.exchange.rest_answers import VERSION, Asked, Json, Route, chosen, date, found, page
from ivr.exchange.rest_shapes import RecordingInfo


def as_json(asked: Asked, recording: RecordingInfo) -> Json:
    """A recording as the carrier shows it."""
    uri = asked.uri("Recordings", recording.sid)
    at = f"{asked.request.scheme}://{asked.request.host}{uri}"
    return {
        "sid": recording.sid,
        "account_sid": asked.account_sid,
        "call_sid": recording.call_sid or None,
        "conference_sid": recording.conference_sid or None,
        "status": recording.status,
        "channels": recording.channels,
        "source": recording.source,
        "duration": str(round(recording.duration_s)) if recording.status == "completed" else "-1",
        "start_time": date(recording.started_s),
        "date_created": date(recording.started_s),
        "date_updated": date(recording.started_s + recording.duration_s),
        "api_version": VERSION,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "uri": uri,
        "media_url": at.removesuffix(".json"),
        "subresource_uris": {},
    }


async def every(asked: Asked) -> web.Response:
    by = {
        "CallSid": lambda recording: recording.call_sid,
        "ConferenceSid": lambda recording: recording.conference_sid,
    }
    recordings = chosen(asked, asked.switch.recordings(), by)
    return page(asked, "recordings", [as_json(asked, recording) for recording in recordings])


async def of_a_call(asked: Asked) -> web.Response:
    recordings = [one for one in chosen(asked, asked.switch.recordings(), {}) if one.call_sid == asked.part("call")]
    return page(asked, "recordings", [as_json(asked, recording) for recording in recordings])


async def read(asked: Asked) -> web.Response:
    return web.json_response(as_json(asked, _recording(asked)))


async def sound(asked: Asked) -> web.StreamResponse:
    """The WAV, once the recording is complete."""
    recording = _recording(asked)
    if recording.status != "completed" or recording.path is None or not recording.path.is_file():
        raise Refusal(NOT_FOUND, f"The sound of {recording.sid} is not there (status {recording.status})", 404)
    return web.FileResponse(recording.path, headers={"Content-Type": "audio/x-wav"})


async def delete(asked: Asked) -> web.Response:
    await asked.switch.delete_recording(_recording(asked).sid)
    return web.Response(status=204)


ROUTES: tuple[Route, ...] = (
    ("GET", "/Recordings.json", every),
    ("GET", "/Calls/{call}/Recordings.json", of_a_call),
    ("GET", "/Recordings/{sid}.json", read),
    ("DELETE", "/Recordings/{sid}.json", delete),
    ("GET", "/Recordings/{sid}.wav", sound),
    ("GET", r"/Recordings/{sid:[^/.]+}", sound),
)


def _recording(asked: Asked) -> RecordingInfo:
    return found(asked.switch.recording(asked.part("sid")), "Recording", asked.part("sid"))
