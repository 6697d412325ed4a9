"""Tickets: opened by calls once each, found by their caller, listed, closed and opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.commands.tickets import tickets as command
from ivr.flows import FlowBook
from ivr.flows.actions import Request, Say
from ivr.flows.call import Call
from ivr.flows.events import Event, Failed, Reply, Started
from ivr.flows.interpreter import step
from ivr.ports import REQUEST_KEY
from ivr.records.tickets import SqlTickets, Ticket
from tests.conftest import opened_with_tables

CALLER = "+14155550123"
ASKED = {"subject": "No parcel", "caller": CALLER, "line": "+15035550100", "call": "CA1", REQUEST_KEY: "CA1-3"}


@pytest.fixture
def tickets(tmp_path: Path) -> Iterator[SqlTickets]:
    database = opened_with_tables(tmp_path / "records.db")
    yield SqlTickets(lambda: database, lambda: 1000.0)
    database.close()


def test_a_request_that_comes_again_is_the_same_ticket(tickets: SqlTickets) -> None:
    first = tickets.opened(ASKED)
    assert tickets.opened(ASKED) == first == {"number": 1001}
    assert tickets.opened({**ASKED, REQUEST_KEY: "CA1-5"}) == {"number": 1002}
    assert tickets.latest(10)[-1] == Ticket(1001, "CA1", CALLER, "+15035550100", "No parcel", "open", 1000.0)


def test_a_caller_has_their_own_tickets_and_who_withholds_the_number_has_none(tickets: SqlTickets) -> None:
    for number, caller in enumerate((CALLER, "+14155550199", "anonymous")):
        tickets.opened({**ASKED, "caller": caller, REQUEST_KEY: f"CA{number}-1"})
    assert [one.number for one in tickets.latest(10, CALLER)] == [1001]
    assert tickets.latest(10, "anonymous") == []
    assert len(tickets.latest(10)) == 3


@dataclass
class ShopParts:
    """What the command needs."""

    tickets: SqlTickets
    done: list[tuple[str, str, str]] = field(default_factory=list)

    def audit(self, who: str, what: str, about: str = "") -> None:
        self.done.append((who, what, about))


def test_tickets_are_listed_closed_and_opened_again_with_a_line_in_the_trail(tickets: SqlTickets) -> None:
    parts = ShopParts(tickets)

    def ivr(*words: str) -> str:
        return CliRunner().invoke(command, words, obj=parts).output

    assert ivr("list") == "No ticket is open.\n"
    tickets.opened({**ASKED, "subject": "No\x1b[31m parcel"})
    assert "1001  open  No" in ivr("list")
    assert "\x1b" not in ivr("list")
    assert ivr("close", "1001", "--by", "ann") == "Ticket 1001 is closed.\n"
    assert ivr("list") == "No ticket is open.\n"
    assert "1001  closed" in ivr("list", "--all")
    assert '"status": "open"' in ivr("reopen", "1001", "--by", "ann", "--json")
    assert "There is no ticket 7." in ivr("close", "7")
    assert parts.done == [("ann", "made a ticket closed", "1001"), ("ann", "made a ticket open", "1001")]


BOOK = """
lines: {"+15035550100": main}
slots:
  card: {kind: digits, ask: "Card?", secret: true}
flows:
  main:
    - set: {card: "4111"}
    - ticket: {subject: "Card {card} of {caller}", failed: sorry}
    - hangup: Bye.
  sorry:
    - hangup: Try again.
"""


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (
            Reply(1.0, "ticket", ok=True, data={"number": 1001}),
            "Thank you. I have opened a ticket for you. Its number is 1 0 0 1.|Bye.",
        ),
        (Reply(1.0, "ticket", ok=False), "Sorry, I cannot open a ticket right now.|Try again."),
        (Failed(1.0, "it took too long"), "Sorry, I cannot open a ticket right now.|Try again."),
    ],
)
def test_the_caller_hears_the_number_or_that_it_cannot_be_done(
    make_book: Callable[[str], FlowBook], answer: Event, heard: str
) -> None:
    book = make_book(BOOK)
    call, actions = step(Call("CA1"), Started(0.0, "+15035550100", CALLER), book)
    asked = actions[-1]
    assert isinstance(asked, Request)
    assert (asked.args["caller"], asked.args["call"]) == (CALLER, "CA1")
    assert "4111" not in asked.args["subject"]
    _, actions = step(call, answer, book)
    assert "|".join(action.text for action in actions if isinstance(action, Say)) == heard
