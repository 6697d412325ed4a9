"""The telephone of somebody who is called back, as the carrier sees it."""

from __future__ import annotations

from xml.etree import ElementTree

from flask import Flask
from flask.testing import FlaskClient

from ivr.channels.callback_legs import callback_legs
from tests.agents.conftest import URL
from tests.agents.test_callbacks import CALLER, CallingShop, database, shop

__all__ = ["database", "shop"]

PLACE = "back-CA1-sales"


def phone(shop: CallingShop) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(callback_legs(shop.callbacks, URL, lambda: "Fish & Sons"))
    return app.test_client()


def tags(phone: FlaskClient) -> list[ElementTree.Element]:
    answer = phone.post(f"/agent/called/{PLACE}", data={"CallSid": "CA1"})
    assert answer.mimetype == "text/xml"
    return list(ElementTree.fromstring(answer.data))  # noqa: S314 - our own answer


def test_who_answers_hears_who_calls_and_meets_the_agent(shop: CallingShop) -> None:
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    shop.accept(PLACE)
    say, dial, _ = tags(phone(shop))
    assert say.text == "Hello, this is Fish & Sons, calling you back as you asked. Here is somebody for you."
    assert (dial[0].tag, dial[0].text) == ("Conference", "room-CA1")


def test_who_does_not_answer_sets_the_agent_free(shop: CallingShop) -> None:
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    shop.accept(PLACE)
    form = {"CallStatus": "busy", "CallSid": shop.carrier.rings[-1].sid}
    assert phone(shop).post(f"/agent/called-status/{PLACE}", data=form).status_code == 204
    assert shop.states() == {"ann": "available"}
    assert [verb.tag for verb in tags(phone(shop))] == ["Say", "Hangup"]


def test_a_post_about_a_callback_nobody_knows_does_no_harm(shop: CallingShop) -> None:
    assert phone(shop).post(f"/agent/called-status/{PLACE}", data={"CallStatus": "busy"}).status_code == 204
    assert [verb.tag for verb in tags(phone(shop))] == ["Say", "Hangup"]
