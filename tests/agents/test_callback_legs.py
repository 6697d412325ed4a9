"""The telephone of somebody who is called back, as the carrier sees it."""

from __future__ import annotations

from xml.etree import ElementTree

from flask import Flask
from flask.testing import FlaskClient

from ivr.channels.callback_legs import callback_legs
from tests.agents.calling_shop import CALLER, CallingShop, database, shop
from tests.agents.conftest import URL
from tests.contract.twiml_grammar import check

__all__ = ["database", "shop"]

PLACE = "back-CA1-sales"


def phone(shop: CallingShop) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(callback_legs(shop.called, URL, lambda: "Fish & Sons"))
    return app.test_client()


def tags(phone: FlaskClient, sid: str, path: str = "called") -> list[ElementTree.Element]:
    answer = phone.post(f"/agent/{path}/{PLACE}", data={"CallSid": sid})
    assert answer.mimetype == "text/xml"
    return list(ElementTree.fromstring(check(answer.data)))  # noqa: S314 - our own answer


def test_who_answers_hears_who_calls_and_meets_the_agent(shop: CallingShop) -> None:
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    shop.accept(PLACE)
    say, dial, _ = tags(phone(shop), shop.carrier.rings[-1].sid)
    assert say.text == "Hello, this is Fish & Sons, calling you back as you asked. Here is somebody for you."
    assert (dial[0].tag, dial[0].text) == ("Conference", f"room-{PLACE}")


def test_who_does_not_answer_sets_the_agent_free(shop: CallingShop) -> None:
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    shop.accept(PLACE)
    form = {"CallStatus": "busy", "CallSid": shop.carrier.rings[-1].sid}
    assert phone(shop).post(f"/agent/called-status/{PLACE}", data=form).status_code == 204
    assert shop.states() == {"ann": "available"}
    assert [verb.tag for verb in tags(phone(shop), form["CallSid"])] == ["Say", "Hangup"]


def test_a_post_about_a_callback_nobody_knows_does_no_harm(shop: CallingShop) -> None:
    assert phone(shop).post(f"/agent/called-status/{PLACE}", data={"CallStatus": "busy"}).status_code == 204
    assert [verb.tag for verb in tags(phone(shop), "CA1")] == ["Say", "Hangup"]


def test_who_is_called_first_hears_that_somebody_is_fetched_waits_and_meets_them(shop: CallingShop) -> None:
    shop.only("ann", callback_first="caller")
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    person = shop.carrier.rings[-1]
    assert person.to == CALLER
    web = phone(shop)
    say, play, redirect = tags(web, person.sid)
    assert say.text == (
        "Hello, this is Fish & Sons, calling you back as you asked. One moment please, I am getting somebody for you."
    )
    assert (play.tag, redirect.text) == ("Play", f"{URL}/agent/called-wait/{PLACE}")
    assert [one.tag for one in tags(web, person.sid, "called-wait")] == ["Play", "Redirect"]
    shop.accept(PLACE)
    assert shop.carrier.redirects == [(person.sid, f"{URL}/agent/called-wait/{PLACE}")]
    dial, _ = tags(web, person.sid, "called-wait")
    assert (dial[0].tag, dial[0].text) == ("Conference", f"room-{PLACE}")
    shop.transfers.joined(PLACE, shop.carrier.rings[-1].sid)
    shop.transfers.joined(PLACE, person.sid)
    assert shop.phase(PLACE) == "connected"
    assert [one.tag for one in tags(web, person.sid, "called-wait")] == ["Hangup"]
    assert shop.told() == [(PLACE, "kept", 1)]


def test_two_promises_from_one_call_meet_their_agents_in_two_rooms(shop: CallingShop) -> None:
    asked = {"number": CALLER, "brief": "", "line": "", "call": "CA1"}
    rooms = [shop.callbacks.asked({**asked, "queue": queue})["id"] for queue in ("sales", "support")]
    handovers = [shop.called.handover(name) for name in rooms]
    assert len({one.room for one in handovers if one is not None}) == 2


def test_who_was_passed_on_to_nobody_hears_it(shop: CallingShop) -> None:
    say, hangup = tags(phone(shop), "CA1", "called-nobody")
    assert (say.text, hangup.tag) == ("Sorry, nobody else could be reached. Please call us again.", "Hangup")
