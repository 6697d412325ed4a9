"""The agent's phone as the carrier sees it: what is whispered, what each key does."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.agents.transfers import Transfers
from ivr.channels.agent_legs import agent_legs
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from tests.contract.twiml_grammar import check

CALLER = "CA" + "a" * 32


@pytest.fixture
def phone(transfers: Transfers) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(agent_legs(transfers, "https://ivr.example"))
    return app.test_client()


@pytest.fixture
def transfer_id(transfers: Transfers) -> str:
    return transfers.begin(Call(CALLER), 3, Transfer("agent counter", 'Jo & "Co" <script>.'), 1_000.0)


def verbs(phone: FlaskClient, path: str, **form: str) -> list[ElementTree.Element]:
    answer = phone.post(path, data=form)
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    return list(ElementTree.fromstring(check(answer.data)))  # noqa: S314 - our own answer


def post(phone: FlaskClient, path: str, **form: str) -> None:
    assert phone.post(path, data=form).status_code == 204


def ring(phone: FlaskClient, transfer_id: str) -> None:
    post(phone, f"/agent/room/{transfer_id}", StatusCallbackEvent="participant-join", CallSid=CALLER)


def test_the_brief_is_whispered_word_for_word_and_one_puts_the_agent_in_the_room(
    phone: FlaskClient, transfer_id: str, carrier: CannedCarrier
) -> None:
    ring(phone, transfer_id)
    gather, hang_up = verbs(phone, f"/agent/whisper/{transfer_id}/1", CallSid=carrier.rings[0].sid)
    assert hang_up.tag == "Hangup"
    assert gather.get("action") == f"https://ivr.example/agent/accept/{transfer_id}/1/1"
    assert (gather.get("numDigits"), gather.get("actionOnEmptyResult")) == ("1", "true")
    assert [child.text for child in gather] == ['Jo & "Co" <script>. Press 1 to accept.']
    dial, _ = verbs(phone, f"/agent/accept/{transfer_id}/1/1", Digits="1")
    assert dial[0].tag == "Conference"
    assert dial[0].text == f"room-{CALLER}"
    assert dial[0].get("endConferenceOnExit") == "true"


def test_an_agent_who_presses_nothing_is_asked_once_more_and_then_passed_over(
    phone: FlaskClient, transfer_id: str, carrier: CannedCarrier
) -> None:
    ring(phone, transfer_id)
    again, _ = verbs(phone, f"/agent/accept/{transfer_id}/1/1", Digits="")
    assert again.get("action") == f"https://ivr.example/agent/accept/{transfer_id}/1/2"
    [hang_up] = verbs(phone, f"/agent/accept/{transfer_id}/1/2", Digits="")
    assert hang_up.tag == "Hangup"
    assert [ring.to for ring in carrier.rings] == ["client:ann", "sip:bob@example.com"]


@pytest.mark.parametrize("key", ["2", "9", "*", "#", "11", "x"])
def test_any_other_key_declines(phone: FlaskClient, transfer_id: str, carrier: CannedCarrier, key: str) -> None:
    ring(phone, transfer_id)
    [hang_up] = verbs(phone, f"/agent/accept/{transfer_id}/1/1", Digits=key)
    assert hang_up.tag == "Hangup"
    assert len(carrier.rings) == 2


def test_an_agent_who_answers_after_the_caller_left_is_told_so(phone: FlaskClient, transfer_id: str) -> None:
    ring(phone, transfer_id)
    post(phone, f"/agent/room/{transfer_id}", StatusCallbackEvent="participant-leave", CallSid=CALLER)
    for path in ("whisper/{}/1", "accept/{}/1/1"):
        said, hang_up = verbs(phone, f"/agent/{path.format(transfer_id)}", Digits="1")
        assert (said.tag, hang_up.tag) == ("Say", "Hangup")
        assert said.text == "The caller is no longer waiting."


def test_statuses_in_any_order_ring_the_next_agent_once(
    phone: FlaskClient, transfer_id: str, carrier: CannedCarrier
) -> None:
    ring(phone, transfer_id)
    for status in ("busy", "ringing", "initiated", "busy", "completed"):
        post(phone, f"/agent/status/{transfer_id}/1", CallStatus=status, CallSid=carrier.rings[0].sid)
    assert len(carrier.rings) == 2


@pytest.mark.parametrize("path", ["whisper/no such/1", "accept/x/9/9", "status/x/1", "room/x"])
def test_a_post_about_a_transfer_nobody_knows_is_answered_and_changes_nothing(
    phone: FlaskClient, carrier: CannedCarrier, path: str
) -> None:
    answer = phone.post(f"/agent/{path}", data={"CallSid": "CA1", "CallStatus": "busy", "Digits": "1"})
    assert answer.status_code in {200, 204}
    assert carrier.rings == []
