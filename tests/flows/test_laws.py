"""Laws of the interpreter: whatever happens to a call, in whatever order, these hold."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ivr.flows import FlowBook, step
from ivr.flows.actions import Action, Listen, Record, Request, Say, Transfer
from ivr.flows.call import MASK, Call
from ivr.flows.events import (
    Answered,
    Event,
    Failed,
    Heard,
    HungUp,
    Pressed,
    Recorded,
    Reply,
    Silence,
    Started,
    Unavailable,
    Word,
)
from ivr.ports import Session
from ivr.sessions.writing import actions_to_text, event_from_text, event_to_text, session_from_text, session_to_text
from tests.conftest import CALLER, LINE, MONDAY_NOON

EVERYTHING = """
lines: {"+15035550100": main}
timezone: America/Los_Angeles
hours: {shop: {open: "Mo-Fr 09:00-17:00"}}
web_services: [orders.example]
defaults:
  no_match: ["Sorry, not {value}.", "You can say {options}.", {say: One moment., go: person}]
anywhere:
  person: {press: 0, hear: [agent], go: person}
  repeat: {press: "*"}
  start over: {go: main}
slots:
  order: {kind: digits, length: 4, ask: ["Your order number?", "Order?"], bad: "{value} is no order number."}
  pin: {kind: digits, length: 6, ask: Your PIN?, secret: true, confirm: when_unsure, bad: "{value} is no PIN."}
  note: {kind: text, ask: "What is it about, {name}?", confirm: always}
  name: {kind: name, ask: Your name?}
  where: {kind: place, ask: "Where are you?"}
stores: {file: stores.csv}
mailboxes: {support: {}}
queues: {sales: {hours: shop}}
flows:
  main:
    - say: Hello {caller|phone}.
    - pause: 1s
    - menu:
        ask: ["What can we do?", "What now?"]
        options:
          order: {press: 1, go: order}
          pin: {press: 2, go: pin}
          note: {press: 3, go: note}
          store: {press: 4, go: store}
          message: {press: 5, then: [{voicemail: support}]}
          sales: {press: 6, then: [{transfer: {to: queue sales, otherwise: {busy: note}}}, {say: Back again.}]}
          staff: {press: 8, hear: [somebody], go: staff}
          bye: {press: 7, then: [{hangup: Goodbye.}]}
    - go: more
  more:
    - confirm: {ask: Anything else?, yes: [{go: main}], no: [{hangup: Goodbye.}]}
  order:
    - collect: [order, name]
    - http: {get: "https://orders.example/{order}", save: status, failed: [{go: order_unknown}]}
    - say: "It is {status.text}."
    - call: sum_up
    - say: "{result}"
    - go: more
  order_unknown:
    - set: {order: ""}
    - go: order
  sum_up:
    - if: order is known and name != "nobody"
      then: [{return: "{name} wants {order|digits}."}]
      else: [{say: I know nothing.}]
  pin:
    - collect: pin
    - set: {copy: "The PIN is {pin}."}
    - call: pin_again
    - say: "{copy} {result} Yours is {pin}, {pin|digits}."
    - sms: {text: "{pin} {copy}"}
    - email: {to: a@b.example, subject: "{pin}", text: "{copy} {result}"}
    - transfer: {to: queue sales, brief: "PIN {pin}, {copy}, {result}"}
    - go: more
  pin_again: [{return: "{pin}"}]
  note:
    - collect: [name, note]
    - say: "You said {note}."
    - set: {echo: "{note}"}
    - say: "{echo}"
    - sms: {text: "{note}", failed: more}
    - transfer: {to: queue sales, brief: "{echo} {name}"}
    - callback: {queue: sales}
    - ticket: {subject: "{name} wants {intent}", failed: more}
    - go: more
  store:
    - collect: where
    - find_store: {near: "{where}", offer: [next, repeat, text me, connect me], none: more}
    - go: more
  person:
    - transfer: {to: +15035550123, say: ""}
    - language: es-ES
    - voicemail: support
    - messages: support
  staff:
    - collect: name
    - lookup: {in: staff.csv, where: {name: "{name}"}, save: colleague, missing: [{say: "No {name} here."}, {go: more}]}
    - say: "{colleague.name} has room {colleague.room|digits}."
    - lookup: {in: staff.csv, where: {room: "{pin}"}}
    - go: more
--- # file: staff.csv
name,room
Dana Lee,204
"{caller}","<Say>hi</Say>"
"""

HOSTILE = [
    "{caller}", "{pin}", "{note|digits}", "{{name}}", "{hours.shop.next_open}", "<Say>hi</Say>", "</Say><Hangup/>",
    '"; drop table calls; --', "'; rm -rf / #", "٣٤٥٦", "\uff11\uff12\uff13",
    "nine four one oh seven", "no i said one two three",
    "portland", "springfield", "oregon", "yes", "no", "next", "text me", "connect me", "repeat", "agent", "\u202e",
    "%s%n", "${jndi:x}", "a" * 300, "\x00", "one two three four", "my name is {order}", "_", "*", "[unk]",
    "double four triple five", "", " ",
]  # fmt: skip
KEYS = st.text("0123456789*#", max_size=7) | st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "0", "*", "94107"])
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=20)
OF = st.just(MONDAY_NOON)
CONFIDENCE = st.sampled_from([0.0, 0.3, 0.6, 1.0])
DATA = st.dictionaries(st.sampled_from(["text", "sid", "{caller}"]), TEXTS | st.none() | st.integers(), max_size=2)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Heard, OF, TEXTS, CONFIDENCE),
    st.builds(Heard, OF, TEXTS, CONFIDENCE, st.just(("a", "b")), st.just((Word("a", 0.0, 0.5, 0.9),))),
    st.builds(Pressed, OF, KEYS),
    st.builds(Silence, OF),
    st.builds(Recorded, OF, st.just("RE1"), st.sampled_from([0.0, 3.0]), st.just("key")),
    st.builds(Reply, OF, st.sampled_from(["http", "sms", "email"]), st.booleans(), DATA),
    st.builds(Answered, OF, st.just("maria")),
    st.builds(Unavailable, OF, st.sampled_from(["no answer", "declined", "busy", "failed", "closed", "{caller}"])),
    st.builds(Failed, OF, TEXTS),
)
RARE = st.builds(Started, OF, st.just(LINE), st.just(CALLER)) | st.builds(HungUp, OF)
CALLS = st.lists(EVENTS | EVENTS | EVENTS | EVENTS | EVENTS | RARE, max_size=25)
STARTED = Started(MONDAY_NOON, LINE, CALLER)
WAITS = {"answer": Listen, "recording": Record, "transfer": Transfer, "reply": Request}


@pytest.fixture(scope="session")
def book(make_book: Callable[[str], FlowBook]) -> FlowBook:
    return make_book(EVERYTHING)


def run(book: FlowBook, events: list[Event]) -> tuple[Call, list[tuple[Action, ...]]]:
    """The call after ``events``, and the actions after each."""
    call, done = Call("CA1"), []
    for event in events:
        call, actions = step(call, event, book)
        done.append(actions)
    return call, done


@given(events=CALLS)
def test_a_live_call_always_waits_for_what_was_last_asked_of_the_phone(book: FlowBook, events: list[Event]) -> None:
    call, asked = Call("CA1"), None
    for event in [STARTED, *events]:
        was_over = call.ended
        before = call
        call, actions = step(call, event, book)
        if was_over:
            assert (call, actions) == (before, ())
        if call.ended:
            assert call.waits_for == ""
            continue
        asked = actions[-1] if actions else asked
        assert isinstance(asked, WAITS[call.waits_for])
        assert sum(isinstance(action, tuple(WAITS.values())) for action in actions) <= 1


def written(call: Call, actions: tuple[Action, ...] = ()) -> tuple[bytes, bytes]:
    return session_to_text(Session(call, 1, actions)), actions_to_text(actions)


@given(events=CALLS)
def test_a_call_survives_being_written_down_at_every_point(book: FlowBook, events: list[Event]) -> None:
    call = Call("CA1")
    for event in [STARTED, *events]:
        assert event_from_text(event_to_text(event)) == event
        call, actions = step(call, event, book)
        again = session_from_text(*written(call, actions))
        assert (again.call, again.actions) == (call, actions)
        call = again.call


@given(events=CALLS)
def test_the_same_events_make_the_same_call_to_the_letter(book: FlowBook, events: list[Event]) -> None:
    first, heard = run(book, [STARTED, *events])
    second, heard_again = run(book, [STARTED, *events])
    assert written(first) == written(second)
    assert heard == heard_again


@given(events=CALLS)
def test_before_it_rang_nothing_can_happen_but_an_apology(book: FlowBook, events: list[Event]) -> None:
    not_started: list[Event] = [event for event in events if not isinstance(event, Started)]
    call, _ = run(book, not_started)
    assert call.ended == bool(not_started)


@given(said=TEXTS.filter(lambda text: bool(text.strip())))
def test_what_a_caller_says_is_never_filled_in(book: FlowBook, said: str) -> None:
    call, _ = run(book, [STARTED, Pressed(MONDAY_NOON, "3"), Heard(MONDAY_NOON, "john smith")])
    call, _ = step(call, Heard(MONDAY_NOON, said), book)
    call, actions = step(call, Heard(MONDAY_NOON, "yes"), book)
    if "note" in call.variables:
        told = [action.text for action in actions if isinstance(action, Say)]
        assert told[0].startswith("You said")
        assert all(secret not in sentence for sentence in told for secret in (CALLER, "4155550123"))
        assert said.count("{") == told[0].count("{")
        assert isinstance(actions[-1], Request)
        assert actions[-1].args["body"].count("{") == said.count("{")


def test_braces_that_a_caller_says_stay_braces(book: FlowBook) -> None:
    call, _ = run(book, [STARTED, Pressed(MONDAY_NOON, "3"), Heard(MONDAY_NOON, "john smith")])
    call, read_back = step(call, Heard(MONDAY_NOON, "{name} and {caller}"), book)
    assert read_back[0] == Say("I heard {name} and {caller}. Is that right?")
    call, actions = step(call, Heard(MONDAY_NOON, "yes"), book)
    assert actions[:2] == (Say("You said {name} and {caller}."), Say("{name} and {caller}"))
    call, actions = step(call, Reply(MONDAY_NOON, "sms", ok=True), book)
    assert isinstance(actions[-1], Transfer)
    assert actions[-1].brief == "{name} and {caller} John Smith"


WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PIN = st.lists(st.integers(0, 9), min_size=6, max_size=6)


@given(pin=PIN, wrong=PIN, way=st.sampled_from(["keys", "sure", "unsure", "corrected", "too short"]))
def test_a_secret_is_nowhere_that_people_look(book: FlowBook, pin: list[int], wrong: list[int], way: str) -> None:
    assume(pin != wrong)
    spoken, spoken_wrong = (" ".join(WORDS[digit] for digit in number) for number in (pin, wrong))
    keyed = "".join(map(str, pin))
    answers: dict[str, list[Event]] = {
        "keys": [Pressed(MONDAY_NOON, keyed)],
        "sure": [Heard(MONDAY_NOON, spoken)],
        "unsure": [Heard(MONDAY_NOON, spoken, 0.2), Heard(MONDAY_NOON, "yes")],
        "corrected": [
            Heard(MONDAY_NOON, spoken_wrong, 0.2),
            Heard(MONDAY_NOON, f"no i said {spoken}"),
            Heard(MONDAY_NOON, "yes"),
        ],
        "too short": [Heard(MONDAY_NOON, spoken[:-6]), Pressed(MONDAY_NOON, keyed[:5]), Pressed(MONDAY_NOON, keyed)],
    }
    sent = [Reply(MONDAY_NOON, "sms", ok=True), Reply(MONDAY_NOON, "email", ok=True)]
    call, done = run(book, [STARTED, Pressed(MONDAY_NOON, "2"), *answers[way], *sent])
    assert call.variables["pin"] == keyed
    last = done[-1][-1]
    assert isinstance(last, Transfer)
    told = [action.args for actions in done for action in actions if isinstance(action, Request)]
    shown = json.dumps([str(call.transcript), call.shown_variables, last.brief, last.context, told])
    assert len(told) == 2
    for number in (pin, wrong):
        for written in ("".join(map(str, number)), " ".join(map(str, number)), " ".join(WORDS[one] for one in number)):
            assert written not in shown
            assert written[:9] not in shown
    assert MASK in last.brief


def test_a_flow_that_asks_a_service_for_ever_ends_in_an_apology(make_book: Callable[[str], FlowBook]) -> None:
    again_and_again = make_book("""
lines: {"+15035550100": a}
web_services: [orders.example]
flows: {a: [{http: {get: "https://orders.example/", failed: [{go: a}]}}]}
""")
    call, done = run(again_and_again, [STARTED, *[Reply(MONDAY_NOON, "http", ok=False)] * 20])
    assert isinstance(done[-1][-1], Request)
    call, actions = step(call, Reply(MONDAY_NOON, "http", ok=False), again_and_again)
    assert (call.ended, call.outcome) == (True, "lost")
    assert actions[0] == Say("Sorry, something went wrong on our side. Please call again later. Goodbye.")
