"""The carrier's own package, pointed at the exchange, just works; what the carrier refuses is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.exchange.machine import Detection
from ivr.exchange.rest import rest_routes
from ivr.settings import LOCAL_ACCOUNT
from tests.exchange.canned_switch import CannedLeg, CannedMember, CannedRecording, CannedSwitch, new_sid
from tests.exchange.serving import serving

TOKEN = "a-token"  # noqa: S105 - of the box
ANN, BOB = "+15035550100", "+15035550199"
URL = "http://127.0.0.1:9/doc"


class ToTheBox(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """The package's HTTP client with another address."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self.base_url = base_url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.base_url), *args, **kwargs)


@pytest.fixture
def switch() -> CannedSwitch:
    return CannedSwitch()


@pytest.fixture
def base_url(switch: CannedSwitch) -> Iterator[str]:
    with serving(rest_routes(switch, LOCAL_ACCOUNT, TOKEN), answers=True) as url:
        yield url


@pytest.fixture
def client(base_url: str) -> Iterator[Client]:
    http = ToTheBox(base_url)
    yield Client(LOCAL_ACCOUNT, TOKEN, http_client=http)
    http.session.close()


@pytest.fixture
def raw() -> Iterator[requests.Session]:
    """Makes requests that the package would not make."""
    with requests.Session() as session:
        session.auth = (LOCAL_ACCOUNT, TOKEN)
        yield session


def test_a_call_is_placed_shown_and_hung_up(client: Client, switch: CannedSwitch) -> None:
    call = client.calls.create(
        to="client:ann?call=CA1",
        from_=BOB,
        url=URL,
        timeout=25,
        status_callback=f"{URL}/status",
        status_callback_event=["ringing", "answered"],
        send_digits="ww1",
    )
    assert switch.all_legs[0].asked == {
        "url": URL,
        "twiml": "",
        "method": "POST",
        "status_callback": f"{URL}/status",
        "status_callback_event": ("ringing", "answered"),
        "status_callback_method": "POST",
        "timeout_s": 25,
        "send_digits": "ww1",
        "fallback": ("", "POST"),
        "detection": None,
        "time_limit_s": None,
    }
    shown = client.calls(call.sid).fetch()
    assert (shown.to, shown._from, shown.status, shown.direction) == (
        "client:ann?call=CA1",
        BOB,
        "queued",
        "outbound-api",
    )
    assert shown.date_created.timestamp() == switch.all_legs[0].created_s
    ended = client.calls(call.sid).update(status="completed")
    assert (ended.status, ended.duration) == ("completed", "0")


def test_the_length_of_a_call_counts_from_the_answer(client: Client, switch: CannedSwitch) -> None:
    leg = CannedLeg(ANN, BOB, status="completed", answered_s=1_700_000_010.0, ended_s=1_700_000_042.0)
    switch.all_legs.append(leg)
    assert client.calls(leg.sid).fetch().duration == "32"


def test_who_answered_is_found_out_as_the_request_says(client: Client, switch: CannedSwitch) -> None:
    client.calls.create(
        to=ANN, from_=BOB, url=URL, machine_detection="Enable", fallback_url=f"{URL}/instead", time_limit=90
    )
    client.calls.create(
        to=ANN,
        from_=BOB,
        url=URL,
        machine_detection="DetectMessageEnd",
        machine_detection_timeout=20,
        machine_detection_speech_threshold=2000,
        machine_detection_speech_end_threshold=1000,
        machine_detection_silence_timeout=3000,
        async_amd="true",
        async_amd_status_callback=f"{URL}/amd",
        async_amd_status_callback_method="GET",
    )
    at_once, beside = switch.all_legs
    assert at_once.asked["detection"] == Detection()
    assert (at_once.asked["time_limit_s"], beside.asked["time_limit_s"]) == (90, None)
    assert at_once.asked["fallback"] == (f"{URL}/instead", "POST")
    assert beside.asked["detection"] == Detection(True, 20, 2, 1, 3, True, f"{URL}/amd", "GET")
    beside.answered_by = "machine_end_beep"
    assert client.calls(beside.sid).fetch().answered_by == "machine_end_beep"


def test_a_call_in_progress_is_sent_elsewhere_by_address_or_document(client: Client, switch: CannedSwitch) -> None:
    leg = CannedLeg(ANN, BOB, status="in-progress")
    switch.all_legs.append(leg)
    client.calls(leg.sid).update(url=URL, method="GET")
    assert (leg.asked["redirected"], leg.asked["redirect_method"]) == (URL, "GET")
    client.calls(leg.sid).update(twiml="<Response/>")
    assert leg.asked["redirected"] == "<Response/>"


def test_long_lists_come_in_pages_newest_first(client: Client, switch: CannedSwitch) -> None:
    switch.all_legs += [CannedLeg(f"+1503555{number:04}", BOB) for number in range(120)]
    assert [call.to for call in client.calls.list()] == [leg.to for leg in switch.legs()]
    assert len(client.calls.list(limit=7)) == 7
    assert [call.to for call in client.calls.list(to="+15035550003")] == ["+15035550003"]


def test_somebody_is_rung_into_a_room_held_coached_and_put_out(client: Client, switch: CannedSwitch) -> None:
    added = client.conferences("room-CA1").participants.create(
        from_=BOB,
        to=ANN,
        label="agent",
        beep="false",
        early_media=False,
        end_conference_on_exit=False,
        start_conference_on_enter=True,
        timeout=20,
    )
    assert switch.all_legs[0].asked["beep"] == "false"
    assert switch.all_legs[0].asked["early_media"] is False
    [room] = client.conferences.list(friendly_name="room-CA1", status="in-progress")
    assert client.conferences(room.sid).fetch().friendly_name == "room-CA1"
    people = client.conferences(room.sid).participants
    assert [person.label for person in people.list()] == ["agent"]
    held = client.conferences(room.sid).participants("agent").update(hold=True, hold_url=URL)
    assert (held.call_sid, held.hold, held.muted) == (added.call_sid, True, False)
    assert switch.all_legs[0].asked["hold_url"] == URL
    coach = (
        client.conferences(room.sid)
        .participants(added.call_sid)
        .update(coaching=True, call_sid_to_coach=added.call_sid)
    )
    assert (coach.coaching, coach.call_sid_to_coach) == (True, added.call_sid)
    assert client.conferences(room.sid).participants(added.call_sid).delete()
    assert people.list() == []
    assert client.conferences(room.sid).update(status="completed").status == "completed"


def test_a_waiting_caller_is_pulled_out_of_a_queue(client: Client, switch: CannedSwitch) -> None:
    queue = client.queues.create(friendly_name="sales", max_size=5)
    first, second = new_sid("CA"), new_sid("CA")
    switch.all_queues[0].members = [CannedMember(first, 1), CannedMember(second, 2)]
    assert [queue.friendly_name for queue in client.queues.list()] == ["sales"]
    assert client.queues(queue.sid).fetch().current_size == 2
    assert [member.call_sid for member in client.queues(queue.sid).members.list()] == [first, second]
    front = client.queues(queue.sid).members("Front").fetch()
    assert (front.call_sid, front.position, front.wait_time) == (first, 1, 60)
    client.queues(queue.sid).members(second).update(url=URL)
    client.queues(queue.sid).members("Front").update(url=URL, method="GET")
    assert switch.pulled == [(second, URL, "POST"), (first, URL, "GET")]


def test_a_recording_is_listed_fetched_and_deleted(
    client: Client, switch: CannedSwitch, raw: requests.Session, tmp_path: Path
) -> None:
    sound = tmp_path / "a.wav"
    sound.write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    done, open_ = CannedRecording(new_sid("CA"), path=sound), CannedRecording(new_sid("CA"), status="in-progress")
    switch.all_recordings += [done, open_]
    assert [recording.sid for recording in client.recordings.list(call_sid=open_.call_sid)] == [open_.sid]
    shown = client.recordings(done.sid).fetch()
    assert (shown.duration, shown.channels, shown.source) == ("1", 1, "RecordVerb")
    for address in (shown.media_url, f"{shown.media_url}.wav"):
        assert raw.get(address).content == sound.read_bytes()
        assert requests.get(address, timeout=10).status_code == 401
    assert raw.get(shown.media_url.replace(done.sid, open_.sid)).json()["code"] == 20404
    assert client.recordings(done.sid).delete()
    assert switch.recording(done.sid) is None


def test_a_text_message_is_sent_and_counted_in_segments(client: Client) -> None:
    message = client.messages.create(to=ANN, from_=BOB, body="x" * 161)
    assert client.messages(message.sid).fetch().num_segments == "2"
    assert [message.body for message in client.messages.list(to=ANN)] == ["x" * 161]


REFUSED: list[tuple[str, str, dict[str, str], int]] = [
    ("POST", "/Calls.json", {"From": BOB, "Url": URL}, 21201),
    ("POST", "/Calls.json", {"To": ANN, "Url": URL}, 21213),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB}, 21205),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": "ftp://x.example"}, 21205),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": "/relative"}, 21205),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Twiml": "x" * 4001}, 20001),
    ("POST", "/Calls.json", {"To": "pizza", "From": BOB, "Url": URL}, 21211),
    ("POST", "/Calls.json", {"To": ANN, "From": "me", "Url": URL}, 21212),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "Timeout": "601"}, 21208),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "Method": "PUT"}, 21209),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "SendDigits": "one"}, 21206),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "StatusCallback": "here"}, 21502),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "StatusCallbackEvent": "done"}, 21626),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "MachineDetection": "yes"}, 21234),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "MachineDetectionTimeout": "2"}, 21234),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "AsyncAmdStatusCallback": "here"}, 21502),
    ("POST", "/Calls.json", {"To": ANN, "From": BOB, "Url": URL, "Colour": "red"}, 20001),
    ("GET", "/Calls.json?PageSize=1001", {}, 20007),
    ("GET", "/Calls.json?Colour=red", {}, 20001),
    ("GET", f"/Calls/CA{'0' * 32}.json", {}, 20404),
    ("POST", f"/Calls/CA{'0' * 32}.json", {"Status": "completed"}, 20404),
    ("POST", "/Queues.json", {}, 20002),
    ("GET", "/Queues/nobody.json", {}, 20404),
    ("GET", "/Conferences/nobody.json", {}, 20404),
    ("POST", "/Conferences/a.b c/Participants.json", {"From": BOB}, 21201),
    ("POST", "/Conferences/r/Participants.json", {"From": BOB, "To": ANN, "StatusCallbackMethod": "GET"}, 20001),
    ("GET", "/Recordings/RE1.mp3", {}, 20404),
    ("POST", "/Messages.json", {"From": BOB, "Body": "x"}, 21604),
    ("POST", "/Messages.json", {"To": ANN, "Body": "x"}, 21603),
    ("POST", "/Messages.json", {"To": ANN, "From": BOB}, 21602),
    ("POST", "/Messages.json", {"To": ANN, "From": BOB, "Body": "x" * 1601}, 21617),
    ("POST", "/Messages.json", {"To": "ann", "From": BOB, "Body": "x"}, 21211),
    ("GET", "/Applications.json", {}, 20404),
    ("DELETE", "/Calls.json", {}, 20404),
]


@pytest.mark.parametrize(("method", "path", "form", "number"), REFUSED)
def test_what_the_carrier_refuses_is_refused_with_its_number(
    raw: requests.Session,
    base_url: str,
    switch: CannedSwitch,
    method: str,
    path: str,
    form: dict[str, str],
    number: int,
) -> None:
    answer = raw.request(method, f"{base_url}/2010-04-01/Accounts/{LOCAL_ACCOUNT}{path}", data=form or None)
    error = answer.json()
    assert (error["code"], error["status"]) == (number, answer.status_code)
    assert error["more_info"].endswith(str(number))
    assert not switch.all_legs
    assert not switch.all_messages


def test_redirecting_a_call_that_is_over_is_refused(client: Client, switch: CannedSwitch) -> None:
    leg = CannedLeg(ANN, BOB, status="completed", ended_s=1.0)
    switch.all_legs.append(leg)
    with pytest.raises(TwilioRestException) as caught:
        client.calls(leg.sid).update(url=URL)
    assert (caught.value.status, caught.value.code) == (400, 21220)


@pytest.mark.parametrize("auth", [None, (LOCAL_ACCOUNT, "wrong"), (LOCAL_ACCOUNT, ""), ("AC1", TOKEN)])
def test_without_account_and_token_nothing_is_told(base_url: str, auth: tuple[str, str] | None) -> None:
    for path in (f"Accounts/{LOCAL_ACCOUNT}/Calls.json", "Accounts.json", "nothing"):
        answer = requests.get(f"{base_url}/2010-04-01/{path}", auth=auth, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_another_account_is_not_here(base_url: str) -> None:
    address = f"{base_url}/2010-04-01/Accounts/AC{'1' * 32}/Calls.json"
    assert requests.get(address, auth=(LOCAL_ACCOUNT, TOKEN), timeout=10).status_code == 404


def test_an_empty_token_lets_nobody_in() -> None:
    with serving(rest_routes(CannedSwitch(), LOCAL_ACCOUNT, "")) as url:
        address = f"{url}/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Calls.json"
        assert requests.get(address, auth=(LOCAL_ACCOUNT, ""), timeout=10).status_code == 401
