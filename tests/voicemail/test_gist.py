"""Who called and what about: only what the message says itself, and clearly, is picked out."""

from __future__ import annotations

import pytest

from ivr.flows import FlowBook, read_flows
from ivr.flows.events import Word
from ivr.skillset import SkillMaker
from ivr.understanding.kinds.name import Name
from voicemail.gist import NO_GIST, Gist, gist_of, name_said

FLOWS = """
company: Northwind Outfitters
lines: {"+15035550100": main}
mailboxes:
  support: {}
  ventas: {language: es-ES}
flows:
  main:
    - menu:
        ask: Track an order, talk to sales, leave a message, or goodbye?
        options:
          track an order: {press: 1, hear: [where is my package], go: orders}
          talk to sales: {press: 2, hear: [buy something], go: orders}
          leave a message: {press: 3, go: message}
          goodbye: {press: 9, hear: [that is all], go: end}
  orders:
    - say: One moment.
    - hangup: Goodbye.
  message:
    - voicemail: support
    - hangup: Goodbye.
  end:
    - hangup: Goodbye.
"""


@pytest.fixture(scope="module")
def book(skills: SkillMaker) -> FlowBook:
    return read_flows(FLOWS, skills)


def said(text: str, confidence: float = 0.95) -> tuple[Word, ...]:
    """Half a second for each word; a ``|`` is a pause of two seconds."""
    words: list[Word] = []
    at_s = 0.0
    for text_part in text.split():
        if text_part == "|":
            at_s += 2.0
            continue
        words.append(Word(text_part, at_s, at_s + 0.5, confidence))
        at_s += 0.5
    return tuple(words)


@pytest.mark.parametrize(
    ("spoken", "name"),
    [
        ("hi this is dana reed calling about my green tent", "Dana Reed"),
        ("good morning my name is dana and i need help", "Dana"),
        ("i bought a tent last week my name's dana reed | it has a hole", "Dana Reed"),
        ("hello this is dana", "Dana"),
        ("hi sam this is dana miller from the front desk", "Dana Miller"),
        ("hello it's dana miller calling about the kayak", "Dana Miller"),
        ("hey it is dana speaking", "Dana"),
        ("the name is dana miller | please call me back", "Dana Miller"),
        ("um so this is dana", "Dana"),
        ("hi it's urgent please call me", ""),
        ("hi it's about my tent", ""),
        ("it's broken again and i want my money back", ""),
        ("hi my tent this is broken", ""),
        ("it's raining here and it's far from here", ""),
        ("this is urgent please call me", ""),
        ("hi this is the third time i call", ""),
        ("i think this is dana calling", ""),
        ("my tent has a hole please call me back", ""),
        ("this is dana reed tent broke yesterday", ""),
        ("my name is", ""),
        ("", ""),
    ],
)
def test_a_name_is_one_that_was_said_as_such_and_it_is_clear_where_it_ends(spoken: str, name: str) -> None:
    assert name_said(said(spoken), Name()) == name


def test_a_name_that_was_hardly_heard_is_none() -> None:
    assert name_said(said("my name is dana", 0.4), Name()) == ""


@pytest.mark.parametrize(
    ("spoken", "topic"),
    [
        ("hi this is dana | where is my package | thank you goodbye", "track an order"),
        ("i would like to buy something", "talk to sales"),
        ("one", ""),
        ("i just want to leave a message | that is all", ""),
        ("the weather was lovely at the lake yesterday", ""),
    ],
)
def test_a_topic_is_an_option_that_a_sentence_chooses_and_not_the_end_of_a_call(
    book: FlowBook, spoken: str, topic: str
) -> None:
    assert gist_of(book, "support", said(spoken)).topic == topic


def test_nothing_is_picked_out_of_a_language_that_is_not_understood(book: FlowBook) -> None:
    words = said("this is dana | where is my package")
    assert gist_of(book, "support", words) == Gist("Dana", "track an order")
    assert gist_of(book, "ventas", words) == NO_GIST
    assert gist_of(book, "support", ()) == NO_GIST
