"""The desk and what is noted there: everything about a caller before the phone is answered, and nobody else's desk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from ivr.agents.controls.showing import shown
from ivr.agents.controls.state import Person, Room
from ivr.ports import REQUEST_KEY
from ivr.records.notes import LONGEST_NOTE, Note
from ivr.web.access import Access
from ivr.web.desk import part_of
from ivr.web.softphones import Softphones
from tests.web.conftest import HOSTILE, House, app_of


@dataclass(frozen=True)
class OneRoom:
    """The room of a call, as it is told."""

    room: Room

    def shown(self, call_id: str) -> Mapping[str, Any] | None:
        return shown(self.room) if call_id in {self.room.call, self.room.transfer} else None


HERE = Access("http://127.0.0.1:5000", "secret")


def token(web: FlaskClient) -> dict[str, str]:
    found = re.search(r'data-token="([^"]+)"', web.get("/desk?agent=ann").get_data(as_text=True))
    assert found
    return {"X-Page-Token": found[1]}


@pytest.fixture
def desk(house: House) -> FlaskClient:
    return app_of(house, HERE).test_client()


def test_the_agent_sees_how_the_call_went_and_what_came_before(desk: FlaskClient, house: House) -> None:
    past = house.past_call(caller="+15035550123", variables={"name": "Jo Miller", "intent": "a stove"})
    assert house.sources.notes
    house.sources.notes.write(Note(past.id, "bob", 600.0, "Wants it blue.", "follow up"))
    asked = {"subject": "No stove yet", "caller": past.caller, "line": past.line, "call": past.id, REQUEST_KEY: "1"}
    house.tickets.opened(asked)
    live = replace(house.live_call(), misheard=2, silences=1).set("intent_confidence", 0.72)
    house.transfer(live)
    page = desk.get("/desk?agent=ann").get_data(as_text=True)
    for seen in ("Jo", "a stove", "Wants it blue.", "follow up", "72 % sure", "not understood 2 times", "silent once"):
        assert seen in page
    assert "Ticket 1001" in page
    assert "open: No stove yet" in page
    assert "called in the day before" in page
    told = desk.get(f"/api/v1/transfers/{live.id}-3").get_json()
    assert (told["misheard"], told["path"], told["intent_confidence"]) == (2, list(live.path), 0.72)
    assert told["before"]["name"] == "Jo Miller"
    assert [note["text"] for note in told["before"]["calls"][0]["notes"]] == ["Wants it blue."]


def test_a_withheld_number_has_no_past(desk: FlaskClient, house: House) -> None:
    house.past_call(caller="anonymous", variables={"name": "Somebody else"})
    house.transfer(replace(house.live_call(), caller="anonymous"))
    told = desk.get("/api/v1/transfers").get_json()["transfers"][0]["id"]
    assert desk.get(f"/api/v1/transfers/{told}").get_json()["before"]["calls"] == []
    assert "Somebody else" not in desk.get("/desk?agent=ann").get_data(as_text=True)


def test_a_note_is_kept_replaced_and_shown_as_it_was_written(desk: FlaskClient, house: House) -> None:
    call, headers = house.past_call(), token(desk)
    for text in ("First.", HOSTILE):
        answer = desk.put(f"/api/v1/calls/{call.id}/notes/ann", json={"text": text, "outcome": "sale"}, headers=headers)
        assert answer.status_code == 200
    [note] = desk.get(f"/api/v1/calls/{call.id}/notes").get_json()["notes"]
    assert (note["agent"], note["text"], note["outcome"]) == ("ann", HOSTILE, "sale")
    page = desk.get(f"/calls/{call.id}").get_data(as_text=True)
    assert "&lt;script&gt;alert" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("{call}/notes/ann", {"text": "x" * (LONGEST_NOTE + 1)}, 400),
        ("{call}/notes/ann", {"text": 7}, 400),
        ("{call}/notes/ann", {"outcome": "married"}, 400),
        ("{call}/notes/nobody", {"text": "x"}, 404),
        ("CAnone/notes/ann", {"text": "x"}, 404),
    ],
)
def test_an_odd_note_is_refused_with_a_sentence(
    desk: FlaskClient, house: House, path: str, body: object, status: int
) -> None:
    answer = desk.put(f"/api/v1/calls/{path.format(call=house.past_call().id)}", json=body, headers=token(desk))
    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_a_note_from_another_site_is_refused(desk: FlaskClient, house: House) -> None:
    call = house.past_call()
    assert desk.put(f"/api/v1/calls/{call.id}/notes/ann", json={"text": "x"}).status_code == 403
    assert desk.get(f"/api/v1/calls/{call.id}/notes").get_json()["notes"] == []


def test_the_telephone_in_the_page_is_that_of_the_agent_and_of_nobody_else(house: House) -> None:
    with_phones = replace(house, sources=replace(house.sources, softphones=Softphones("http://127.0.0.1:9", "secret")))
    web = app_of(with_phones, HERE).test_client()
    assert web.get("/desk/phone?agent=ann").get_json()["address"] == "client:ann"
    assert web.get("/desk/phone?agent=nobody").status_code == 404
    page = web.get("/desk?agent=ann")
    assert 'id="phone-state"' in page.get_data(as_text=True)
    assert "connect-src 'self' ws://" in page.headers["Content-Security-Policy"]


def test_without_a_telephone_in_the_page_there_is_no_button_for_one(desk: FlaskClient, house: House) -> None:
    house.transfer(house.live_call())
    page = desk.get("/desk?agent=ann").get_data(as_text=True)
    assert "Answer it and press" in page
    for button in ("accept", "decline", "mute", "hangup", "do-hold"):
        assert f'id="{button}"' not in page


def test_a_colleague_who_is_consulted_has_the_caller_on_their_desk_too() -> None:
    people = [{"who": "bob", "role": "guest", "place": "ringing", "held": False}]
    transfer = {"with": "ann", "phase": "connected", "room": {"people": people}}
    assert part_of("bob", transfer) == {"place": "ringing", "role": "guest", "held": False}
    assert part_of("ann", transfer) == {"place": "in", "role": "agent", "held": False}
    assert part_of("cem", transfer) is None


def test_who_consults_can_talk_together_only_with_somebody_who_has_answered(house: House) -> None:
    call = house.live_call()
    transfer_id = house.transfer(call)
    for place, disabled in (("ringing", True), ("in", False)):
        agent, guest = Person("ann", "agent", "in", "CA2"), Person("bob", "guest", place, "CA3")
        room = Room(call.id, transfer_id, "CF1", (Person("caller", "caller", "in", call.id, held=True), agent, guest))
        sources = replace(house.sources, rooms=OneRoom(room))
        page = app_of(replace(house, sources=sources), HERE).test_client().get("/desk?agent=ann").get_data(as_text=True)
        merge = re.search(r'<button[^>]*id="do-merge"[^>]*>', page)
        assert merge
        assert (" disabled" in merge[0]) == disabled
        assert 'id="do-hold"' not in page
        assert "The caller is on hold and hears music." in page


@pytest.mark.parametrize(
    ("recording", "button", "do"),
    [("off", "Record", "record"), ("on", "Pause recording", "pause"), ("paused", "Go on recording", "record")],
)
def test_a_recording_is_begun_paused_and_gone_on_with_from_the_desk(
    house: House, recording: str, button: str, do: str
) -> None:
    call = house.live_call()
    people = (Person("caller", "caller", "in", call.id), Person("ann", "agent", "in", "CA2"))
    room = Room(call.id, house.transfer(call), "CF1", people, recording=recording)
    sources = replace(house.sources, rooms=OneRoom(room))
    page = app_of(replace(house, sources=sources), HERE).test_client().get("/desk?agent=ann").get_data(as_text=True)
    found = re.search(r'<button[^>]*id="do-record"[^>]*data-do="(\w+)"[^>]*>([^<]+)</button>', page)
    assert found
    assert found.groups() == (do, button)
    assert ("recorded: pause before a secret" in page) == (recording == "on")


def test_big_type_leaves_out_what_nobody_reads_from_afar(desk: FlaskClient, house: House) -> None:
    house.voicemail(house.past_call().id)
    assert "Latest voicemails" in desk.get("/").get_data(as_text=True)
    big = desk.get("/?big=1").get_data(as_text=True)
    assert 'class="big"' in big
    assert "Latest voicemails" not in big
    assert "Service level" in big
