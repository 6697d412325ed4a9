"""A small company whose calls the tests write down."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.conversations import Result, play, read_conversations
from ivr.flows import FlowBook

FLOWS = """
company: Corner Shop
timezone: America/New_York
lines: {"+15035550100": hello}
hours:
  shop: {open: "Mo-Fr 09:00-17:00"}
slots:
  order: {kind: digits, length: 4, ask: What is your order number?}
  card: {kind: digits, length: 4, ask: Your card number?, secret: true}
queues:
  desk: {skills: [desk]}
agents:
  ann: {name: Ann, at: "client:ann", skills: [desk]}
mailboxes:
  desk: {greeting: After the tone.}
flows:
  hello:
    - say: Hello.
    - menu:
        ask: What can I do?
        options:
          order: {press: 1, go: order}
          person: {press: 2, go: person}
          card: {press: 3, go: card}
          bye: {press: 9, go: bye}
  order:
    - collect: order
    - say: Order {order} is on its way.
    - go: bye
  card:
    - collect: card
    - go: bye
  person:
    - transfer: {to: queue desk, brief: "Caller {caller}.", otherwise: {no answer: message}}
    - go: bye
  message:
    - voicemail: desk
    - go: bye
  bye:
    - hangup: Bye.
"""


@pytest.fixture(scope="session")
def corner_shop(make_book: Callable[[str], FlowBook]) -> FlowBook:
    return make_book(FLOWS)


@pytest.fixture
def run(corner_shop: FlowBook) -> Callable[[str], Result]:
    """Plays the one call of a file."""

    def one(text: str) -> Result:
        (conversation,) = read_conversations(text, "calls/shop.yaml")
        return play(conversation, corner_shop)

    return one
