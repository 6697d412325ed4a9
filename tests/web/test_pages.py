"""What people see: everything that helps, nothing that is secret, nothing that a caller could smuggle in."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from ivr.flows.call import MASK
from ivr.ports import Hearing
from ivr.redis_server import RedisServer
from tests.web.conftest import CARD, HOSTILE, House

PAGES = ("/", "/desk", "/desk?agent=ann", "/calls", "/voicemail")


def page(web: FlaskClient, path: str, status: int = 200) -> str:
    answer = web.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return answer.get_data(as_text=True)


def test_the_agent_sees_caller_brief_and_conversation_before_accepting(web: FlaskClient, house: House) -> None:
    house.transfer(house.live_call())
    desk = page(web, "/desk?agent=ann")
    mine = desk[desk.index("Your caller") : desk.index("Other callers")]
    for seen in ("+1 503-555-0123", "Jo wants a tent.", "tent for Jo", "i want a tent", "Thank you, Jo.", "ringing"):
        assert seen in mine
    assert "to accept" in mine
    other = page(web, "/desk?agent=bob")
    assert other.index("Jo wants a tent.") > other.index("Other callers")


def test_the_wallboard_counts_calls_waiting_callers_and_free_agents(web: FlaskClient, house: House) -> None:
    house.transfer(house.live_call())
    house.live_call(call_id="CA" + "c" * 32)
    house.voicemail(house.past_call().id)
    wallboard = page(web, "/")
    figures = re.findall(r"<strong>(\d+)(?:<small>/(\d+)</small>)?</strong>", wallboard)
    assert figures == [("2", ""), ("1", ""), ("1", "2")]
    assert "+1 503-555-0144" in wallboard


def test_a_secret_is_on_no_page_and_in_no_answer(web: FlaskClient, house: House) -> None:
    call = house.live_call()
    transfer_id = house.transfer(call)
    masked = (f"/calls/{call.id}", "/desk", f"/api/v1/calls/{call.id}", f"/api/v1/transfers/{transfer_id}")
    for path in (*PAGES, *masked, "/api/v1/calls", "/api/v1/transfers"):
        text = web.get(path).get_data(as_text=True)
        assert CARD not in text, path
        assert (MASK in text) == (path in {*masked, *PAGES[1:3], "/api/v1/calls", "/api/v1/transfers"}), path


def test_what_a_caller_says_is_never_markup(web: FlaskClient, house: House) -> None:
    live = house.live_call(HOSTILE)
    house.transfer(live, HOSTILE)
    past = house.past_call(name=HOSTILE)
    voicemail_id = house.voicemail(past.id, mailbox=HOSTILE)
    claimed = house.voicemails.claim(voicemail_id)
    assert claimed is not None
    house.voicemails.transcribed(claimed, Hearing(HOSTILE, 0.5))
    shown = 0
    for path in (*PAGES, f"/calls/{live.id}", f"/calls/{past.id}"):
        text = page(web, path)
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        shown += "&lt;script&gt;alert" in text
    assert shown == len(PAGES) - 1 + 2  # the list of calls shows nothing that was said


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_so_when_there_is_nothing_to_show(web: FlaskClient, path: str) -> None:
    assert 'empty"' in page(web, path)


def test_no_page_has_inline_script_style_or_anything_from_elsewhere(web: FlaskClient, house: House) -> None:
    call = house.live_call()
    house.transfer(call)
    house.voicemail(call.id)
    for path in (*PAGES, f"/calls/{call.id}"):
        text = page(web, path)
        assert re.search(r"<script(?![^>]* src=)", text) is None
        assert re.search(r"<style|\sstyle=|\son\w+=|javascript:", text) is None
        assert re.search(r"(?:src|href)=\"(?:https?:)?//", text) is None
        for source in re.findall(r'(?:src|href)="(/assets/[^"]+)"', text):
            asset = web.get(source)
            assert asset.status_code == 200
            asset.close()


def test_every_page_has_landmarks_one_main_heading_and_says_where_one_is(web: FlaskClient, house: House) -> None:
    house.transfer(house.live_call())
    for path in PAGES:
        text = page(web, path)
        assert len(re.findall(r"<h1[ >]", text)) == 1
        assert 'lang="en"' in text
        assert "<main" in text
        assert 'aria-label="Pages"' in text
        assert text.count('aria-current="page"') == 1
        names = re.findall(r'\bid="([^"]+)"', text)
        assert len(names) == len(set(names))


def test_a_call_shows_its_transfer_and_its_message(web: FlaskClient, house: House) -> None:
    past = house.past_call()
    voicemail_id = house.voicemail(past.id)
    text = page(web, f"/calls/{past.id}")
    assert f"/api/v1/voicemails/{voicemail_id}/audio" in text
    assert "1:00" in text
    live = house.live_call()
    house.transfer(live)
    house.transfers.declined(f"{live.id}-3", int(house.carrier.rings[0].url.rpartition("/")[2]))
    text = page(web, f"/calls/{live.id}")
    assert "Ann Archer" in text
    assert "declined" in text


def test_an_unknown_call_or_agent_gets_a_page_that_says_so(web: FlaskClient) -> None:
    assert "There is no call with this id." in page(web, "/calls/%3Cb%3E", 404)
    assert "There is no agent with this name." in page(web, "/desk?agent=%3Cb%3E", 404)


def test_without_redis_pages_say_what_is_missing(web: FlaskClient, house: House, redis_server: RedisServer) -> None:
    redis_server.stop()
    try:
        assert "Redis does not answer" in page(web, "/", 503)
        answer = web.get("/api/v1/transfers")
        assert answer.status_code == 503
        assert "Redis does not answer" in answer.get_json()["error"]
    finally:
        redis_server.start()


def test_every_answer_carries_the_security_headers(web: FlaskClient) -> None:
    for path in (*PAGES, "/api/v1/calls", "/healthz", "/calls/none", "/no/such/page"):
        headers = web.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
