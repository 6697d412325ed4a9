"""A call's page and API show, as it happened, what was heard and what carrier and service told each other."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr.flows.call import MASK, Call
from ivr.flows.events import Heard, HungUp, Started
from ivr.records.texts import CAME, WENT, SqlTexts, TextMessage
from ivr.records.traffic import Exchanged
from ivr.web.access import Access
from tests.conftest import opened_with_tables
from tests.web.conftest import HOSTILE, House, app_of

CALL = "CA" + "d" * 32


@pytest.fixture
def kept() -> list[Exchanged]:
    """What is kept of the carrier's posts."""
    return []


@pytest.fixture
def client(house: House, kept: list[Exchanged]) -> FlaskClient:
    seen = replace(
        house, sources=replace(house.sources, traffic=lambda call: [one for one in kept if one.call_id == call])
    )
    return app_of(seen, Access("http://127.0.0.1:5000")).test_client()


def a_call(house: House, *heard: Heard, shown: str = "") -> None:
    call = Call(CALL, "+15035550100", "+15035550144", started_s=500.0, now_s=500.0).said("ivr", "How can I help?")
    for event in heard:
        call = replace(call, now_s=event.at_s).said("caller", shown or event.text, event.confidence)
    call = replace(call, now_s=560.0, ended=True)
    house.records.save_call(call, [Started(500, call.line, call.caller), *heard, HungUp(560)])


def test_posts_stand_between_the_lines_that_they_brought(
    client: FlaskClient, house: House, kept: list[Exchanged]
) -> None:
    a_call(house, Heard(510.0, "a store"))
    kept += [
        Exchanged(CALL, 500.0, "voice.incoming", "/voice/incoming", {"CallStatus": "ringing"}, "<a/>", 200, 0.012, 1),
        Exchanged(CALL, 510.0, "voice.turn", f"/voice/turn/{CALL}/1", {"Digits": "1"}, "<b/>", 503, 1.5, 2),
        Exchanged(CALL, 511.0, "stream turn", "", {"turn": "2"}, took_s=0.32, number=3),
        Exchanged("CA" + "e" * 32, 511.0, "voice.wait", "/voice/wait", number=1),
    ]
    page = client.get(f"/calls/{CALL}").get_data(as_text=True)
    talk = page[page.index('<ol class="talk"') : page.index("</ol>")]
    order = ["voice incoming", "How can I help?", "503 in 1.5 s", "&lt;b/&gt;", "a store", "answered in 320 ms"]
    places = [talk.index(one) for one in order]
    assert places == sorted(places)
    assert "voice wait" not in page
    found = client.get(f"/api/v1/calls/{CALL}").get_json()["traffic"]
    assert [(one["number"], one["what"], one["took_s"]) for one in found] == [
        (1, "voice.incoming", 0.012),
        (2, "voice.turn", 1.5),
        (3, "stream turn", 0.32),
    ]
    assert found[0]["sent"] == {"CallStatus": "ringing"}


def test_what_else_an_answer_could_have_been_stands_beside_it(client: FlaskClient, house: House) -> None:
    a_call(house, Heard(510.0, "two", 0.6, ("two", "too", "to you")))
    line = client.get(f"/api/v1/calls/{CALL}").get_json()["transcript"][-1]
    assert line["alternatives"] == ["too", "to you"]
    assert re.search(r"Or heard as: <q>too</q>,\s*<q>to you</q>", client.get(f"/calls/{CALL}").get_data(as_text=True))


def test_of_a_secret_answer_no_other_hearing_is_shown(client: FlaskClient, house: House) -> None:
    a_call(house, Heard(510.0, "four one one one", 0.6, ("four one one nine",)), shown=MASK)
    assert "alternatives" not in client.get(f"/api/v1/calls/{CALL}").get_json()["transcript"][-1]


def test_what_a_carrier_sends_is_no_markup(client: FlaskClient, house: House, kept: list[Exchanged]) -> None:
    a_call(house, Heard(510.0, "x", 0.6, (HOSTILE,)))
    kept += [
        Exchanged(CALL, 501.0, HOSTILE[:64], HOSTILE, {HOSTILE: HOSTILE}, HOSTILE, 200, 0.1, 1),
        Exchanged(CALL, 502.0, HOSTILE[:64], "", {HOSTILE: HOSTILE}, number=2),
    ]
    page = client.get(f"/calls/{CALL}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert") >= 6


def test_what_was_texted_with_a_caller_and_that_they_want_no_more_stands_beside_their_call(
    house: House, tmp_path: Path
) -> None:
    database = opened_with_tables(tmp_path / "texts.db")
    texts = SqlTexts(lambda: database)
    seen = replace(house, sources=replace(house.sources, texts=texts))
    client = app_of(seen, Access("http://127.0.0.1:5000")).test_client()
    a_call(house)
    caller = "+15035550144"
    assert client.get(f"/api/v1/calls/{CALL}").get_json()["texts"] == {"stopped": False, "messages": []}
    assert "Texts with this number" not in client.get(f"/calls/{CALL}").get_data(as_text=True)
    texts.keep(TextMessage("SM1", WENT, "+15035550100", caller, "Your tent is here.", 600.0, "undelivered", "30003"))
    texts.keep(TextMessage("SM2", CAME, "+15035550100", caller, HOSTILE, 700.0, "received"))
    texts.keep(TextMessage("SM3", CAME, "+15035550100", "+15035550145", "Somebody else.", 800.0, "received"))
    texts.refuse(caller, 900.0)
    page = client.get(f"/calls/{CALL}").get_data(as_text=True)
    assert "They replied STOP" in page
    assert "undelivered (error 30003)" in page
    assert "Your tent is here." in page
    assert "<script>alert" not in page
    assert "Somebody else." not in page
    told = client.get(f"/api/v1/calls/{CALL}").get_json()["texts"]
    assert (told["stopped"], [one["sid"] for one in told["messages"]]) == (True, ["SM2", "SM1"])
    database.close()
