"""The record of a caller is the same wherever it is told, and no secret is in any of its forms."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ivr.agents.context import LONG_WAIT_S, Context, context_of, data_of, parameters, spoken
from ivr.agents.handover import handover_from_json, handover_of
from ivr.agents.history import Histories
from ivr.agents.legs import Leg
from ivr.agents.routing import Routing
from ivr.channels.carriers.call_parameters import MAX_BYTES, with_parameters
from ivr.flows.actions import Transfer
from ivr.flows.call import MASK, Call
from ivr.ports import OutsideError
from ivr.records.notes import Note
from ivr.records.tickets import Ticket

NUMBER = "+15035550123"
CALL = Call(
    "CA" + "c" * 32,
    "+15035550100",
    NUMBER,
    started_s=10_000.0,
    now_s=10_090.0,
    variables={
        "name": "Jo",
        "intent": "a tent",
        "intent_confidence": 0.72,
        "verified": "yes",
        "store": {"name": "Northwind Pearl", "address": "1 Pine Street", "lat": 45.5, "phone": "+15035550177"},
    },
    path=("welcome.0", "sales.2"),
    misheard=2,
    silences=1,
)
PAST: dict[str, Any] = {
    "id": "CA" + "b" * 32,
    "line": "+15035550100",
    "started_s": 9_000.0,
    "ended_s": 9_060.0,
    "outcome": "answered",
    "variables": {"name": "Jo Miller", "intent": "a stove"},
}
MESSAGE = {"id": "v1", "call_id": "CAx", "mailbox": "support", "at_s": 9.0, "state": "done", "duration_s": 2.0}


class Records:
    """One earlier call, with a note about it."""

    def __init__(self, note: str = "Wants it blue.") -> None:
        self.note = note

    def calls(self, number: str, before_s: float, limit: int) -> list[dict[str, Any]]:
        return [PAST][:limit] if number == NUMBER and before_s > PAST["started_s"] else []

    def counts(self, number: str, before_s: float, but: str) -> tuple[int, int]:
        return len(self.calls(number, before_s, 9)), 1

    def of_calls(self, call_ids: Any) -> list[Note]:
        return [Note(call_id, "bob", 9_100.0, self.note, "follow up") for call_id in call_ids]


def told(call: Call, transfer: Transfer, *, note: str = "Wants it blue.", message: str = "Call me.") -> Context:
    """The record of ``call`` when the second agent rings, two and a half minutes on."""
    records = Records(note)
    tickets = [Ticket(1003, call.id, call.caller, call.line, "of this call", "open", 10_050.0)]
    tickets.append(Ticket(1001, PAST["id"], call.caller, call.line, "A green one", "closed", 9_050.0))
    messages = [{**MESSAGE, "text": message}]
    histories = Histories(records, records, lambda limit, caller: messages, lambda limit, caller: tickets)
    before = histories(call.caller, call.id, call.started_s)
    handover = handover_of(call, 3, transfer, (), 10_100.0, transfer_id=f"{call.id}-3", before=before)
    legs = (Leg("ann", 10_110.0, "no answer"), Leg("bob", 10_140.0, "ringing"))
    return context_of(handover, Routing((), phase="ringing", legs=legs), 10_250.0)


TRANSFER = Transfer("queue sales", "Jo wants a tent.")


def test_who_calls_and_what_came_before_is_the_same_in_all_forms() -> None:
    context = told(CALL, TRANSFER)
    data, ring, aloud = data_of(context), parameters(context), spoken(context)
    assert (data["name"], data["verified"], data["known"], data["waited_s"]) == ("Jo", True, True, 150.0)
    assert (ring["name"], ring["verified"], ring["known"], ring["waited_s"]) == ("Jo", "yes", "yes", "150")
    assert data["before"]["last_outcome"] == ring["last_outcome"] == "follow up"
    assert (data["before"]["calls_count"], ring["calls_before"]) == (1, "1")
    assert (data["before"]["voicemails_count"], ring["voicemails_before"]) == (1, "1")
    assert [one["number"] for one in data["before"]["tickets"]] == [1001]
    assert (data["before"]["tickets"][0]["status"], ring["tickets_before"]) == ("closed", "1")
    assert (len(data["attempts"]), ring["attempts"]) == (2, "2")
    assert data["store"] == {"name": "Northwind Pearl", "address": "1 Pine Street", "phone": "+15035550177"}
    assert ring["store"] == "Northwind Pearl"
    assert data["signals"] == [
        "called in the day before",
        "has waited 2 minutes",
        "not understood 2 times",
        "silent once",
    ]
    assert aloud == "Jo wants a tent. Called in the day before. Has waited 2 minutes."


def test_nothing_is_said_besides_the_brief_of_a_caller_like_any_other() -> None:
    call = replace(CALL, caller="anonymous", misheard=1, silences=1)
    handover = handover_of(call, 3, TRANSFER, (), 10_100.0, transfer_id="CA1-3")
    assert spoken(context_of(handover, Routing(()), 10_100.0 + LONG_WAIT_S - 1)) == "Jo wants a tent."
    assert not context_of(handover, Routing(()), 10_100.0).is_known


@pytest.mark.parametrize("claimed", ["no", "", None, 1, "maybe", {"a": 1}, False])
def test_nobody_is_verified_unless_the_flow_says_so_in_so_many_words(claimed: Any) -> None:
    assert not told(CALL.set("verified", claimed), TRANSFER).handover.verified


def test_the_wait_ends_when_an_agent_accepts() -> None:
    handover = told(CALL, TRANSFER).handover
    taken = Routing((), phase="connected", agent="ann", since_s=10_130.0)
    assert context_of(handover, taken, 99_999.0).waited_s == 30.0


def test_a_database_that_fails_costs_the_history_and_not_the_transfer() -> None:
    class Broken(Records):
        def calls(self, number: str, before_s: float, limit: int) -> list[dict[str, Any]]:
            raise OutsideError("the database is gone", retry=True)

    histories = Histories(Broken(), Broken(), lambda limit, caller: [])
    assert histories(NUMBER, "CA1", 1.0)["calls"] == []


WORDS = st.from_regex(r"[a-z0-9]{4,14}", fullmatch=True)


@given(WORDS, st.text(max_size=30), st.text(max_size=30), st.sampled_from(["client:ann", "sip:ann@pbx.example"]))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_no_form_of_the_record_holds_a_secret(secret: str, before: str, after: str, phone: str) -> None:
    """Wherever the secret was said, written, or handed over by the flow."""

    def forms(value: str) -> list[str]:
        said = f"{before} {value} {after}"
        call = CALL.set("pin", value).set("words", {"name": said}).set("remark", said).hide("pin").said("caller", said)
        context = told(call, Transfer("queue sales", said, {"remark": said, "intent": said}), note=said, message=said)
        stored = json.dumps(asdict(context.handover))
        assert handover_from_json(json.loads(stored)) == context.handover
        rung = with_parameters(phone, parameters(context))
        assert len(rung.partition("?")[2]) <= MAX_BYTES
        return [stored, json.dumps(data_of(context)), spoken(context), str(parameters(context)), rung, unquote(rung)]

    assume(not any(secret in form.lower() for form in forms("")))
    for form in forms(secret):
        assert secret not in form.lower()
        assert MASK in form or form.startswith(("client:", "sip:"))


def test_a_sip_telephone_gets_the_record_as_headers() -> None:
    rung = with_parameters("sip:ann@pbx.example", parameters(told(CALL, TRANSFER)))
    headers = parse_qs(rung.partition("?")[2])
    assert headers["x-intent"] == ["a tent"]
    assert headers["x-caller"] == [NUMBER]
    assert headers["x-verified"] == ["yes"]
    assert all(name.startswith("x-") for name in headers)
