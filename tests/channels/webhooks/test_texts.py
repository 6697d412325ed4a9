"""Texts as the carrier brings them: answered, kept, and refused without its signature."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from app import Parts
from ivr.ports import OutsideError
from tests.channels.carrier_phone import CarrierPhone
from tests.conftest import CALLER, LINE

SID = "SM" + "a" * 32


def reply(phone: CarrierPhone, body: str, sid: str = SID, **form: str) -> list[str]:
    """What the service texts back."""
    answer = phone.send("/sms/incoming", MessageSid=sid, Body=body, NumMedia="0", **form)
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    root = ElementTree.fromstring(answer.data)  # noqa: S314 - our own answer
    assert root.tag == "Response"
    assert [child.tag for child in root] in ([], ["Message"])
    return [child.text or "" for child in root]


def test_stop_is_confirmed_once_and_for_all_and_nothing_is_sent_any_more(phone: CarrierPhone, parts: Parts) -> None:
    [said] = reply(phone, "Stop")
    assert "no more texts" in said
    assert reply(phone, "Stop") == [said]
    with pytest.raises(OutsideError):
        parts.texts.send(CALLER, LINE, "Your order is on its way.")
    assert "again" in reply(phone, "START", "SM" + "b" * 32)[0]
    assert parts.texts.send(CALLER, LINE, "Your order is on its way.")


def test_help_says_who_we_are_and_where_to_call(phone: CarrierPhone) -> None:
    [said] = reply(phone, "help")
    assert "Northwind" in said
    assert LINE in said


def test_any_other_text_is_kept_and_not_answered(phone: CarrierPhone, parts: Parts) -> None:
    assert reply(phone, "<Hangup/> & \x00 \U0001f3d5 where are you?") == []
    [kept] = parts.sql_texts.latest(5)
    assert kept.number == CALLER
    assert kept.body.endswith("where are you?")


def test_what_the_carrier_answered_itself_is_not_answered_twice(phone: CarrierPhone, parts: Parts) -> None:
    assert reply(phone, "STOP", OptOutType="STOP") == []
    assert parts.sql_texts.refuses(CALLER)


def test_on_an_account_the_carrier_confirms_stop_and_we_answer_help(make_parts: Callable[..., Parts]) -> None:
    parts = make_parts(TWILIO_ACCOUNT_SID="AC" + "1" * 32)
    phone = CarrierPhone(parts.web().test_client())
    assert reply(phone, "STOP") == []
    assert parts.sql_texts.refuses(CALLER)
    assert len(reply(phone, "HELP", "SM" + "c" * 32)) == 1


def test_a_text_gets_on_by_what_the_carrier_tells(phone: CarrierPhone, parts: Parts) -> None:
    sid = parts.texts.send(CALLER, LINE, "Your order is on its way.")
    for state, error in (("sent", ""), ("undelivered", "30003"), ("queued", "")):
        told = phone.send("/sms/status", MessageSid=sid, MessageStatus=state, ErrorCode=error)
        assert told.status_code == 204
    [kept] = parts.sql_texts.latest(5)
    assert (kept.state, kept.reason) == ("undelivered", "30003")


@pytest.mark.parametrize("path", ["/sms/incoming", "/sms/status"])
def test_without_the_carriers_signature_nothing_is_kept(phone: CarrierPhone, parts: Parts, path: str) -> None:
    assert phone.send(path, signed="x", MessageSid=SID, Body="STOP", MessageStatus="sent").status_code == 403
    assert parts.sql_texts.latest(5) == []
    assert not parts.sql_texts.refuses(CALLER)


@pytest.mark.parametrize("sid", ["", "SM1", "../../x", "SM" + "g" * 32])
def test_a_message_id_that_is_none_is_refused(phone: CarrierPhone, sid: str) -> None:
    assert phone.send("/sms/incoming", MessageSid=sid, Body="x").status_code == 400
    assert phone.send("/sms/status", MessageSid=sid, MessageStatus="sent").status_code == 400
