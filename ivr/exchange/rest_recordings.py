"""REST: recordings, what is known of them and their sound."""

from __future__ import annotations

from aiohttp import web

from ivr.exchange.refusals import (
    INVALID_CALLBACK_EVENT,
    INVALID_CALLBACK_URL,
    NOT_FOUND,
    UNKNOWN_FIELDS,
    Refusal,
)
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
    return page(asked, "recordings", [_of_a_call(as_json(asked, recording)) for recording in recordings])


def _of_a_call(recording: Json) -> Json:
    """A recording as the carrier shows it below its call: without where its sound is."""
    return {name: value for name, value in recording.items() if name not in {"media_url", "subresource_uris"}}


async def read(asked: Asked) -> web.Response:
    return web.json_response(as_json(asked, _recording(asked)))


async def read_below_call(asked: Asked) -> web.Response:
    return web.json_response(_of_a_call(as_json(asked, _recording(asked))))


async def sound(asked: Asked) -> web.StreamResponse:
    """The WAV, once the recording is complete."""
    recording = _recording(asked)
    if recording.status != "completed" or recording.path is None or not recording.path.is_file():
        raise Refusal(NOT_FOUND, f"The sound of {recording.sid} is not there (status {recording.status})", 404)
    return web.FileResponse(recording.path, headers={"Content-Type": "audio/x-wav"})


async def delete(asked: Asked) -> web.Response:
    await asked.switch.delete_recording(_recording(asked).sid)
    return web.Response(status=204)


async def begin(asked: Asked) -> web.Response:
    """Record a call under way."""
    form = asked.form
    form.only(BEGUN_WITH)
    recording = await asked.switch.begin_recording(
        asked.part("call"),
        channels=2 if form.matching("RecordingChannels", "mono|dual", UNKNOWN_FIELDS, "mono") == "dual" else 1,
        track=form.matching("RecordingTrack", "inbound|outbound|both", UNKNOWN_FIELDS, "both"),
        trim=form.matching("Trim", "trim-silence|do-not-trim", UNKNOWN_FIELDS, "do-not-trim") == "trim-silence",
        url=form.url("RecordingStatusCallback", INVALID_CALLBACK_URL),
        method=form.method("RecordingStatusCallbackMethod"),
        events=form.several("RecordingStatusCallbackEvent", EVENTS, ("completed",), INVALID_CALLBACK_EVENT),
    )
    return web.json_response(_of_a_call(as_json(asked, recording)), status=201)


async def steer(asked: Asked) -> web.Response:
    """Pause a recording under way, go on with it, or end it."""
    form = asked.form
    form.only(("Status", "PauseBehavior"))
    form.required("Status", UNKNOWN_FIELDS)
    status = form.matching("Status", "in-progress|paused|stopped", UNKNOWN_FIELDS)
    skips = form.matching("PauseBehavior", "skip|silence", UNKNOWN_FIELDS, "silence") == "skip"
    recording = await asked.switch.steer_recording(asked.part("call"), asked.part("sid"), status, skips=skips)
    return web.json_response(_of_a_call(as_json(asked, recording)))


EVENTS = ("in-progress", "completed", "absent")
BEGUN_WITH = (
    "RecordingStatusCallback",
    "RecordingStatusCallbackMethod",
    "RecordingStatusCallbackEvent",
    "RecordingChannels",
    "RecordingTrack",
    "Trim",
)
ROUTES: tuple[Route, ...] = (
    ("GET", "/Recordings.json", every),
    ("GET", "/Calls/{call}/Recordings.json", of_a_call),
    ("POST", "/Calls/{call}/Recordings.json", begin),
    ("GET", "/Calls/{call}/Recordings/{sid}.json", read_below_call),
    ("POST", "/Calls/{call}/Recordings/{sid}.json", steer),
    ("GET", "/Recordings/{sid}.json", read),
    ("DELETE", "/Recordings/{sid}.json", delete),
    ("GET", "/Recordings/{sid}.wav", sound),
    ("GET", r"/Recordings/{sid:[^/.]+}", sound),
)


def _recording(asked: Asked) -> RecordingInfo:
    return found(asked.switch.recording(asked.part("sid")), "Recording", asked.part("sid"))
