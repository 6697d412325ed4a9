"""Messages that the carrier records."""

from __future__ import annotations

from urllib.parse import urldefrag

import pytest

from app import Parts
from ivr import audio
from ivr.channels.carriers.canned import CannedCarrier
from ivr.exchange.twiml import Gather, Record, Redirect
from ivr.records.to_fetch import ToFetch, Waiting
from tests.channels.carrier_phone import CALL, PUBLIC_URL, CarrierPhone
from tests.conftest import CALLER
from voicemail.fetching import MESSAGES


def told(phone: CarrierPhone, record: Record, url: str, **form: str) -> None:
    """The carrier tells of a recording, where the verb said."""
    path = urldefrag(record.recording_status_callback or "").url.removeprefix(PUBLIC_URL)
    response = phone.send(path, RecordingUrl=url, **form)
    assert response.status_code == 204


def fetch(parts: Parts) -> None:
    """The worker does its jobs."""
    for waiting in to_fetch(parts):
        parts.fetching.fetch(waiting.id)


def to_fetch(parts: Parts) -> list[Waiting]:
    return ToFetch(lambda: parts.database, MESSAGES).all()


def test_a_message_is_recorded_by_the_carrier_and_kept(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    phone.rings().presses("3")
    record, nothing = phone.the(Record), phone.the(Redirect)
    assert (record.finish_on_key, record.max_length_s, record.action) == ("#", 180, nothing.url)
    url = "https://api.example/2010-04-01/Accounts/AC0/Recordings/RE1"
    carrier.sounds[url] = audio.wav_bytes(audio.tone([440], 2.0))
    done = {"RecordingUrl": url, "RecordingSid": "RE1", "RecordingDuration": "2"}
    phone.follows(record.action, Digits="#", **done)
    assert phone.heard[0] == "Thank you. Your message has been saved."
    for _ in range(2):
        told(phone, record, url, RecordingStatus="completed", RecordingSid="RE1")
        fetch(parts)
    [message] = parts.voicemails.messages(10)
    assert (message.mailbox, message.caller, round(message.duration_s)) == ("support", CALLER, 2)


def test_who_speaks_while_our_disk_is_full_is_told_and_recorded_by_the_carrier(
    phone: CarrierPhone, parts: Parts
) -> None:
    phone.rings().presses("3")
    session = parts.runtime.get(CALL)
    assert session is not None
    parts.runtime.note(CALL, fell_back=str(session.turn))
    phone.post(f"/voice/resume/{CALL}")
    assert phone.heard[0] == "Sorry, one moment please."
    assert phone.the(Record).action


def test_an_empty_recording_takes_the_redirect_and_is_asked_for_once_more(phone: CarrierPhone) -> None:
    phone.rings().presses("3").resumes()
    assert phone.heard == ["I did not hear a message. Please speak after the tone."]
    phone.resumes()
    assert phone.heard[0] == "I did not hear a message."
    assert phone.the(Gather).prompts


def test_hanging_up_in_the_middle_of_a_message_counts_as_leaving_one(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    phone.rings().presses("3")
    record = phone.the(Record)
    carrier.sounds["https://api.example/RE2"] = audio.wav_bytes(audio.tone([440], 1.0))
    assert phone.send("/voice/status", CallStatus="completed").status_code == 204
    assert parts.sessions.live() == []
    parts.redis.flushall()  # long afterwards the call is on record only
    told(phone, record, "https://api.example/RE2", RecordingSid="RE2")
    fetch(parts)
    kept = parts.records.call(CALL)
    assert kept is not None
    assert kept["outcome"] == "left a message"
    [message] = parts.voicemails.messages(10)
    assert (message.call_id, message.mailbox, message.caller) == (CALL, "support", CALLER)


def test_a_recording_that_came_to_nothing_is_not_fetched(phone: CarrierPhone, parts: Parts) -> None:
    record = phone.rings().presses("3").the(Record)
    told(phone, record, "https://api.example/RE3", RecordingStatus="absent")
    told(phone, record, "")
    assert to_fetch(parts) == []


@pytest.mark.parametrize("duration", ["", "-1", "nan", "\u00b2", "1e9", "2.5"])
def test_an_odd_length_of_a_recording_does_no_harm(phone: CarrierPhone, duration: str) -> None:
    phone.rings().presses("3").follows(phone.the(Record).action, RecordingDuration=duration)
    assert phone.heard
