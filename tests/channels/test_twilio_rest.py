"""The product's calls to the carrier, made with the carrier's package to the exchange's REST interface."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.carriers.call_parameters import MAX_BYTES, with_parameters
from ivr.channels.carriers.recording_fetch import RecordingFetch
from ivr.channels.carriers.twilio_rest import TwilioRest
from ivr.exchange.rest import rest_routes
from ivr.exchange.rest_form import CLIENT, SIP, Form
from ivr.ports import CarrierCalls, OutsideError
from ivr.settings import LOCAL_ACCOUNT
from tests.exchange.canned_switch import CannedLeg, CannedRecording, CannedSwitch, new_sid
from tests.exchange.serving import serving

TOKEN = "a-token"  # noqa: S105 - of the box
ANN, BOB = "+15035550100", "+15035550199"
URL = "http://127.0.0.1:9/doc"
WAV = b"RIFF\x04\x00\x00\x00WAVE"


@contextmanager
def carrier_at(base_url: str) -> Iterator[TwilioRest]:
    carrier = TwilioRest(LOCAL_ACCOUNT, TOKEN, base_url=base_url, timeout_s=5)
    yield carrier
    carrier.close()


@pytest.fixture
def switch() -> CannedSwitch:
    return CannedSwitch()


@pytest.fixture
def base_url(switch: CannedSwitch) -> Iterator[str]:
    with serving(rest_routes(switch, LOCAL_ACCOUNT, TOKEN), answers=True) as url:
        yield url


@pytest.fixture
def carrier(base_url: str) -> Iterator[CarrierCalls]:
    with carrier_at(base_url) as carrier:
        yield carrier


def answering(status: int, body: bytes, headers: dict[str, str] | None = None) -> list[web.RouteDef]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return [web.route("*", "/{tail:.*}", answer)]


def test_an_agents_phone_is_rung_with_what_goes_along(carrier: CarrierCalls, switch: CannedSwitch) -> None:
    sid = carrier.ring("client:ann", BOB, URL, f"{URL}/status", 20.2, {"call": "CA1", "name": "Ann & Bob"})
    [leg] = switch.all_legs
    assert (leg.sid, leg.to, leg.from_) == (sid, "client:ann?call=CA1&name=Ann%20%26%20Bob", BOB)
    assert leg.asked["url"] == URL
    assert leg.asked["status_callback"] == f"{URL}/status"
    assert leg.asked["status_callback_event"] == ("initiated", "ringing", "answered", "completed")
    assert leg.asked["timeout_s"] == 21


def test_a_call_is_redirected_and_hung_up_and_both_are_harmless_when_it_is_over(
    carrier: CarrierCalls, switch: CannedSwitch
) -> None:
    leg = CannedLeg(ANN, BOB, status="in-progress")
    switch.all_legs.append(leg)
    carrier.redirect(leg.sid, URL)
    assert leg.asked["redirected"] == URL
    assert carrier.status(leg.sid) == "in-progress"
    carrier.hang_up(leg.sid)
    assert leg.status == "completed"
    for sid in (leg.sid, new_sid("CA")):
        assert carrier.status(sid) == "completed"
        carrier.hang_up(sid)
        carrier.redirect(sid, URL)


@pytest.mark.parametrize("sid", ["", "CA1", "../Messages", f"CA{'0' * 32}.json?x="])
def test_what_is_no_id_of_a_call_never_becomes_a_path(carrier: CarrierCalls, sid: str) -> None:
    with pytest.raises(OutsideError) as caught:
        carrier.hang_up(sid)
    assert not caught.value.retry


def test_a_text_is_sent(carrier: CarrierCalls, switch: CannedSwitch) -> None:
    sid = carrier.send_text(ANN, BOB, "Your store is in Portland.")
    assert [(message.sid, message.body) for message in switch.all_messages] == [(sid, "Your store is in Portland.")]


def test_a_refusal_is_not_worth_repeating_and_hides_the_number(carrier: CarrierCalls) -> None:
    with pytest.raises(OutsideError, match="21205") as caught:
        carrier.ring(ANN, BOB, "nowhere", URL, 20, {})
    assert not caught.value.retry
    with pytest.raises(OutsideError, match="21211") as caught:
        carrier.send_text("15035550123", BOB, "x")
    assert "1503555" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "retry"),
    [
        (429, b'{"code": 20429, "message": "Too Many Requests", "status": 429}', True),
        (500, b"oops", True),
        (503, b"", True),
        (403, b"no", False),
        (201, b"<html>", True),
        (400, b'{"type": "t", "title": "t", "status": 400, "code": 1}', False),
    ],
)
def test_trying_again_helps_against_overload_and_faults_only(status: int, body: bytes, retry: bool) -> None:
    with serving(answering(status, body)) as url, carrier_at(url) as carrier:
        with pytest.raises(OutsideError) as caught:
            carrier.send_text(ANN, BOB, "x")
        assert caught.value.retry is retry


def test_a_carrier_that_is_not_there_is_worth_another_try() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refuses, and nobody else gets the port
        with carrier_at(f"http://127.0.0.1:{taken.getsockname()[1]}") as carrier:
            with pytest.raises(OutsideError) as caught:
                carrier.send_text(ANN, BOB, "x")
            assert caught.value.retry


def test_a_carrier_that_says_nothing_is_given_up_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        carrier = TwilioRest(
            LOCAL_ACCOUNT, TOKEN, base_url=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2
        )
        with pytest.raises(OutsideError, match="cannot be reached") as caught:
            carrier.hang_up(new_sid("CA"))
        assert caught.value.retry
        carrier.close()


@pytest.mark.parametrize("tokens", [f"new,{TOKEN}", f"{TOKEN},new", TOKEN])
def test_while_tokens_change_the_one_that_is_good_is_found(base_url: str, tokens: str, switch: CannedSwitch) -> None:
    carrier = TwilioRest(LOCAL_ACCOUNT, tokens, base_url=base_url, timeout_s=5)
    for body in ("one", "two"):
        carrier.send_text(ANN, BOB, body)
    carrier.close()
    assert [message.body for message in switch.all_messages] == ["one", "two"]


def test_when_no_token_is_good_that_is_told(base_url: str) -> None:
    carrier = TwilioRest(LOCAL_ACCOUNT, "old,older", base_url=base_url, timeout_s=5)
    with pytest.raises(OutsideError, match="20003"):
        carrier.send_text(ANN, BOB, "x")
    carrier.close()


# --- recordings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tokens", [f"new,{TOKEN}", f"{TOKEN},old", f"newer,new,{TOKEN}"])
def test_while_tokens_change_a_recording_is_fetched_with_the_one_that_is_good(
    base_url: str, switch: CannedSwitch, tmp_path: Path, tokens: str
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(WAV)
    recording = CannedRecording("CA1", path=path)
    switch.all_recordings.append(recording)
    carrier = TwilioRest(LOCAL_ACCOUNT, tokens, base_url=base_url, timeout_s=5)
    url = f"{base_url}/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Recordings/{recording.sid}"
    assert [carrier.recording(url), carrier.recording(url)] == [WAV, WAV]
    carrier.close()


def test_a_recording_that_no_token_opens_may_be_fetched_later(base_url: str, switch: CannedSwitch) -> None:
    carrier = TwilioRest(LOCAL_ACCOUNT, "old,older", base_url=base_url, timeout_s=5)
    with pytest.raises(OutsideError, match="status 401") as caught:
        carrier.recording(f"{base_url}/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Recordings/RE{'1' * 32}")
    assert caught.value.retry, "once somebody has written down the right token"
    carrier.close()


@pytest.mark.parametrize("ending", ["", ".wav"])
def test_a_recording_is_fetched_with_the_token(
    carrier: CarrierCalls, base_url: str, switch: CannedSwitch, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(WAV)
    recording = CannedRecording("CA1", path=path)
    switch.all_recordings.append(recording)
    url = f"{base_url}/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Recordings/{recording.sid}{ending}"
    assert carrier.recording(url) == WAV
    switch.all_recordings = [CannedRecording("CA1", sid=recording.sid, status="processing")]
    with pytest.raises(OutsideError, match="404") as caught:
        carrier.recording(url)
    assert caught.value.retry


def test_a_recording_is_deleted_there_once_and_only_a_recording(base_url: str, switch: CannedSwitch) -> None:
    recording = CannedRecording("CA1")
    switch.all_recordings.append(recording)
    url = f"{base_url}/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Recordings/{recording.sid}"
    with carrier_at(base_url) as carrier:
        for _ in range(2):
            carrier.delete_recording(url)
        assert switch.all_recordings == []
        with pytest.raises(OutsideError, match="not the address of a recording"):
            carrier.delete_recording(f"{base_url}/Calls/CA1")


class _NoteWhoCalls(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.server.called.set()  # type: ignore[attr-defined]


@contextmanager
def stranger() -> Iterator[tuple[str, threading.Event]]:
    """Somebody who notes whether they were called."""
    with socketserver.TCPServer(("127.0.0.1", 0), _NoteWhoCalls) as server:
        server.called = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}", server.called  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def test_no_recording_is_fetched_from_a_stranger(carrier: CarrierCalls, base_url: str) -> None:
    with stranger() as (address, called):
        home = base_url.removeprefix("http://")
        for url in (
            f"http://{address}/a.wav",
            f"http://{home}@{address}/a.wav",
            f"//{address}/a.wav",
            f"http://{home}.evil.example/a.wav",
            "file:///etc/passwd",
            "",
        ):
            with pytest.raises(OutsideError) as caught:
                carrier.recording(url)
            assert not caught.value.retry
        assert not called.is_set()


def test_a_recording_passed_on_to_a_stranger_is_not_followed() -> None:
    with stranger() as (address, called), serving(answering(302, b"", {"Location": f"http://{address}/a.wav"})) as url:
        with carrier_at(url) as carrier, pytest.raises(OutsideError, match="not at the carrier"):
            carrier.recording(f"{url}/a.wav")
        assert not called.is_set()


def test_a_recording_passed_on_in_a_circle_is_given_up() -> None:
    with (
        serving(answering(302, b"", {"Location": "/a.wav"})) as url,
        carrier_at(url) as carrier,
        pytest.raises(OutsideError, match="too often"),
    ):
        carrier.recording(f"{url}/a.wav")


@pytest.mark.parametrize(
    ("url", "home", "media"),
    [
        ("https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1.wav", True, False),
        ("https://api.dublin.ie1.twilio.com/x.wav", True, False),
        ("https://media.twiliocdn.com/x.wav", False, True),
        ("http://api.twilio.com/x.wav", False, False),
        ("https://api.twilio.com.evil.example/x.wav", False, False),
        ("https://api.twilio.com@evil.example/x.wav", False, False),
        ("https://api.twilio.com:8443/x.wav", False, False),
        ("https://eviltwilio.com/x.wav", False, False),
        ("https://169.254.169.254/x.wav", False, False),
    ],
)
def test_the_token_goes_to_the_carrier_and_to_nobody_else(url: str, home: bool, media: bool) -> None:
    fetch = RecordingFetch("AC1", [TOKEN], "https://api.twilio.com", 1)
    assert fetch._is_home(url) is home
    assert (not home and fetch._is_media(url)) is media
    fetch.close()


def test_something_too_large_or_no_wav_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.channels.carriers.recording_fetch.MAX_BYTES", 1000)
    for body, reason in ((WAV + b"x" * 1000, "larger"), (b"<html>", "no WAV")):
        with serving(answering(200, body)) as url, carrier_at(url) as carrier:
            with pytest.raises(OutsideError, match=reason) as caught:
                carrier.recording(f"{url}/a.wav")
            assert not caught.value.retry


# --- what goes along -------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=600), max_size=12))
def test_whatever_goes_along_fits_and_is_taken_by_the_carrier(parameters: dict[str, str]) -> None:
    for to, pattern in (("client:ann", CLIENT), ("sip:ann@pbx.example", SIP)):
        address = with_parameters(to, parameters)
        assert len(address.encode()) <= len(to) + 1 + MAX_BYTES
        assert Form([("To", address)]).matching("To", pattern, 21211) == address
        values = [value for _, value in parse_qsl(address.partition("?")[2], keep_blank_values=True)]
        assert not any(control in value for value in values for control in "\r\n\x00")


def test_short_values_survive_beside_a_long_one() -> None:
    address = with_parameters("client:ann", {"brief": "x" * 5000, "call": "CA1", "name": "Ann"})
    went = parse_qs(address.partition("?")[2])
    assert (went["call"], went["name"]) == (["CA1"], ["Ann"])
    assert 700 < len(went["brief"][0]) < MAX_BYTES


def test_a_line_break_cannot_begin_another_sip_header() -> None:
    address = with_parameters("sip:ann@pbx.example", {"name": "Ann\r\nX-Admin: yes"})
    assert address == "sip:ann@pbx.example?x-name=Ann%20X-Admin%3A%20yes"
