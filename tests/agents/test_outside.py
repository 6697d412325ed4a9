"""Which numbers agents may dial, and that no caller chooses one."""

from __future__ import annotations

from collections.abc import Callable

import phonenumbers
import pytest

from ivr.agents.controls.asking import RefusedError
from ivr.agents.controls.targets import Targets
from ivr.agents.directory import Agent
from ivr.agents.phones import Phones
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows import FlowBook
from ivr.flows.actions import Listen, Say, Transfer
from ivr.flows.call import Call
from ivr.flows.countries import COUNTRIES
from ivr.flows.events import Pressed, Started
from ivr.flows.interpreter import step
from ivr.flows.outside import refusal
from ivr.ports import OutsideError
from tests.agents.test_context import told


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+15035550199", ""),
        ("+18005550100", ""),
        ("+19005550100", "costs whoever calls it"),
        ("+18765550100", "is abroad"),
        ("+447911123456", "is abroad"),
        ("+449098790000", "costs whoever calls it"),
        ("+881612345678", "is abroad"),
        ("+15551234567", "no telephone with the number"),
        ("+1911", "no telephone with the number"),
        ("911", "not a telephone number"),
        ("", "not a telephone number"),
    ],
)
def test_only_plain_numbers_of_the_countries_that_were_named_are_dialled(number: str, why: str) -> None:
    assert why in refusal(number, {"US"})
    assert bool(refusal(number, {"US"})) is bool(why)


def test_the_desk_is_told_why_a_number_is_not_dialled() -> None:
    ann = Agent("ann", "Ann", "+449098790000")
    targets = Targets(lambda: [ann], lambda queue: (), lambda number: refusal(number, {"US"}))
    with pytest.raises(RefusedError, match="is abroad"):
        targets.named("+493012345678")
    assert targets.named("+15035550199")[0].address == "+15035550199"
    assert targets.agent("ann") is ann  # whom the company itself has written into the flow file


def test_nobody_is_called_back_at_a_number_that_may_not_be_dialled() -> None:
    carrier = CannedCarrier()
    phones = Phones(carrier, "https://ivr.example", lambda number: refusal(number, {"US"}))
    context = told(Call("CA1", caller="+19005550100"), Transfer("queue sales", ""))
    with pytest.raises(OutsideError, match="costs"):
        phones.call_back(context.handover)
    assert not carrier.rings


def test_every_country_that_has_numbers_can_be_named() -> None:
    assert COUNTRIES == phonenumbers.SUPPORTED_REGIONS


COPIED = """
lines: {"+15035550100": main}
slots:
  digits: {kind: digits, ask: "Digits?"}
  team: {kind: choice, choices: ["+15035550177"], ask: "Which team?"}
agents: {ann: {name: Ann, at: "client:ann"}}
flows:
  main:
    - set: {digits: "%s", team: "+15035550177"}
    - set: {copy: "%s"}
    - transfer: {to: "{copy}", otherwise: {failed: sorry}}
    - hangup: Bye.
  sorry:
    - hangup: Sorry.
"""


@pytest.mark.parametrize(
    ("keyed", "copied", "is_dialled"),
    [
        ("9005550100", "+1{digits}", False),
        ("19005550100", "+{digits}", False),
        ("+19005550100", "{digits}", False),
        ("12", "+15035550112", True),
        ("1", "{team}", True),
        ("1", "503 555 0100", False),
        ("1", "sip:boss@evil.example", False),
        ("ann", "agent ann", True),
        ("1", "{caller}", False),
    ],
)
def test_what_a_caller_keyed_is_not_dialled_even_after_it_was_copied(
    make_book: Callable[[str], FlowBook], keyed: str, copied: str, is_dialled: bool
) -> None:
    book = make_book(COPIED % (keyed, copied))
    _, actions = step(Call("CA1"), Started(0.0, "+15035550100", "+14155550123"), book)
    assert any(isinstance(action, Transfer) for action in actions) is is_dialled


WRITTEN = """
lines: {"+15035550100": main}
%s
flows:
  main:
    - transfer: {to: "%s", otherwise: {failed: sorry}}
    - hangup: Bye.
  sorry:
    - hangup: Sorry.
"""


@pytest.mark.parametrize(
    ("written", "countries", "is_dialled"),
    [
        ("+15035550101", "", True),
        ("+493023125555", "", False),
        ("+493023125555", "outside_countries: [DE]", True),
        ("+15035550101", "outside_countries: [DE]", False),
        ("+19005550100", "", False),
    ],
)
def test_a_number_in_the_flow_file_is_dialled_in_the_countries_of_the_company_only(
    make_book: Callable[[str], FlowBook], written: str, countries: str, is_dialled: bool
) -> None:
    book = make_book(WRITTEN % (countries, written))
    call, actions = step(Call("CA1"), Started(0.0, "+15035550100", "+14155550123"), book)
    assert any(isinstance(action, Transfer) for action in actions) is is_dialled
    assert call.ended is not is_dialled


def test_a_store_abroad_is_not_connected_to_and_the_caller_is_asked_again(
    make_book: Callable[[str], FlowBook],
) -> None:
    book = make_book("""
lines: {"+15035550100": main}
outside_countries: [DE]
stores: {file: stores.csv}
flows:
  main:
    - find_store: {near: "97205", offer: [connect me]}
    - hangup: Bye.
""")
    call, _ = step(Call("CA1"), Started(0.0, "+15035550100", "+14155550123"), book)
    call, actions = step(call, Pressed(1.0, "1"), book)
    assert [type(action) for action in actions] == [Say, Say, Listen]
    assert not call.ended
