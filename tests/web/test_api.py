"""What machines get: the same as people, as JSON."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.web.health import health
from tests.web.conftest import House


def test_calls_under_way_come_before_those_that_are_over(web: FlaskClient, house: House) -> None:
    past, live = house.past_call(), house.live_call()
    calls = web.get("/api/v1/calls").get_json()["calls"]
    assert [(call["id"], call["live"]) for call in calls] == [(live.id, True), (past.id, False)]
    assert [call["id"] for call in web.get("/api/v1/calls?limit=1").get_json()["calls"]] == [live.id]


def test_a_call_comes_with_what_the_agent_was_told(web: FlaskClient, house: House) -> None:
    live = house.live_call()
    house.transfer(live)
    call = web.get(f"/api/v1/calls/{live.id}").get_json()
    assert call["step"] == "sales.2"
    [transfer] = call["transfers"]
    assert (transfer["phase"], transfer["with"], transfer["brief"]) == ("ringing", "ann", "Jo wants a tent.")
    assert "address" not in transfer["agents"][0]
    assert [one["id"] for one in web.get("/api/v1/transfers").get_json()["transfers"]] == [transfer["id"]]


def test_a_call_that_is_over_is_shown_without_its_events(web: FlaskClient, house: House) -> None:
    past = house.past_call()
    call = web.get(f"/api/v1/calls/{past.id}").get_json()
    assert call["variables"] == {"name": "Jo"}
    assert call["ended_s"] - call["started_s"] == 60
    assert "events" not in call


def test_a_voicemail_can_be_heard_in_parts(web: FlaskClient, house: House) -> None:
    voicemail_id = house.voicemail("CA1")
    [listed] = web.get("/api/v1/voicemails").get_json()["voicemails"]
    whole = web.get(f"/api/v1/voicemails/{voicemail_id}").get_json()
    assert listed == {name: whole[name] for name in listed}
    assert set(whole) - set(listed) == {"words", "readable", "notes", "holds", "before_it"}
    assert {"caller_name", "topic", "number_named", "held"} <= set(listed)
    assert listed["duration_s"] == 2
    with web.get(f"/api/v1/voicemails/{voicemail_id}/audio") as heard:
        assert (heard.status_code, heard.mimetype) == (200, "audio/wav")
        sound = heard.data
    assert sound[:4] == b"RIFF"
    with web.get(f"/api/v1/voicemails/{voicemail_id}/audio", headers={"Range": "bytes=44-143"}) as part:
        assert part.status_code == 206
        assert part.data == sound[44:144]


@pytest.mark.parametrize(
    "path", ["calls/x", "voicemails/x", "voicemails/x/audio", "voicemails/..%2f..%2fetc%2fpasswd/audio", "transfers/x"]
)
def test_what_does_not_exist_is_a_sentence_in_json(web: FlaskClient, path: str) -> None:
    answer = web.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    if "%2f" not in path:  # an address with more parts is none of the API's
        assert answer.get_json()["error"].startswith("There is no")


@pytest.mark.parametrize("limit", ["0", "-1", "501", "x", "", "9" * 4000, "٣"])
def test_an_odd_limit_is_refused_with_the_range(web: FlaskClient, limit: str) -> None:
    answer = web.get("/api/v1/calls", query_string={"limit": limit})
    assert answer.status_code == 400
    assert answer.get_json() == {"error": "limit must be a whole number from 1 to 500."}


def test_health_tells_the_process_and_readiness_what_fails(web: FlaskClient) -> None:
    assert web.get("/healthz").get_json() == {"ok": True, "pid": os.getpid()}
    assert web.get("/readyz").get_json() == {"ok": True, "failing": []}

    def broken() -> None:
        raise RuntimeError("the disk is full of secrets")

    app = Flask("broken")
    app.register_blueprint(health({"disk": broken, "redis": lambda: None}))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"ok": False, "failing": ["disk"]}
