"""What is nearly an option is asked about once: yes, no, or at once what was wanted; nobody goes in circles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.flows import FlowBook
from tests.conftest import Caller

SHOP = """
lines: {"+15035550100": main}
defaults:
  no_input: ["Are you there?", {go: person}]
  no_match: ["Sorry?", "Sorry, once more?", {go: person}]
anywhere:
  person: {press: 0, hear: [speak to a person], go: person}
flows:
  main:
    - menu:
        ask: How can I help?
        options:
          track an order: {press: 1, hear: [where is my package], then: [{hangup: Tracking.}]}
          sales: {press: 2, hear: [buy something], then: [{hangup: Selling.}]}
          repairs: {press: 4, then: [{hangup: Mending.}]}
          no thanks: {press: 3, hear: ["no"], then: [{hangup: Bye.}]}
  person:
    - hangup: A person.
"""
OFFER = "Did you want track an order?"


@pytest.fixture
def caller(make_book: Callable[[str], FlowBook]) -> Caller:
    return Caller(make_book(SHOP)).rings().says("has my parcel shipped")


def test_what_is_near_an_option_is_asked_about(caller: Caller) -> None:
    assert caller.lines == [OFFER]


def test_yes_is_the_option(caller: Caller) -> None:
    assert caller.says("yes please").lines[0] == "Tracking."


def test_no_asks_again_even_where_no_is_an_option_by_itself(caller: Caller) -> None:
    assert caller.says("no").lines[0] == "Sorry?"
    assert caller.says("no").lines[0] == "Bye."


@pytest.mark.parametrize("said", ["no i want to buy something", "sales", "no sales"])
def test_what_is_wanted_instead_is_taken_at_once(said: str, caller: Caller) -> None:
    assert caller.says(said).lines[0] == "Selling."


def test_keys_mean_what_they_mean_at_the_question(caller: Caller) -> None:
    assert caller.presses("2").lines[0] == "Selling."


def test_commands_are_understood_meanwhile(caller: Caller) -> None:
    assert caller.says("speak to a person").lines[0] == "A person."


def test_silence_climbs_its_own_ladder_and_forgets_what_was_offered(caller: Caller) -> None:
    assert caller.waits().lines[0] == "Are you there?"
    assert caller.says("yes").lines[0] == "Sorry?"


def test_there_is_no_second_offer_and_the_ladder_leads_on(caller: Caller) -> None:
    assert caller.says("did my parcel ship yet").lines[0] == "Sorry?"
    assert caller.says("has my parcel shipped").lines[0] == OFFER
    assert caller.says("well i do not know").lines[0] == "Sorry, once more?"
    assert caller.says("tell me a joke").lines[0] == "A person."


def test_of_two_that_are_as_likely_both_are_named(make_book: Callable[[str], FlowBook]) -> None:
    caller = Caller(make_book(SHOP)).rings().says("sales or repairs")
    assert caller.lines[0] == "Did you want repairs, or sales?"
    assert caller.says("sales").lines[0] == "Selling."


def test_talk_about_something_else_is_not_asked_about(make_book: Callable[[str], FlowBook]) -> None:
    assert Caller(make_book(SHOP)).rings().says("my dog ate the homework").lines[0] == "Sorry?"
