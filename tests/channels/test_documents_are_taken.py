"""Whatever the service is told to say and ask, the carrier takes the document it writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.carriers.twilio import ByCarrier, Urls, outside, room, say, sorry, stream
from ivr.exchange.twiml import Connect, Dial, Gather, Hangup, Record, Redirect, read_twiml
from ivr.exchange.twiml import Say as SayVerb
from ivr.flows.actions import Action, Choice, HangUp, Listen, Play, Request, Say
from ivr.flows.actions import Record as RecordAction
from tests.contract.twiml_grammar import check

URLS = Urls("http://127.0.0.1:5000")
CALL = "CA" + "0a" * 16
TEXT = st.text(max_size=80) | st.just("x" * 5000) | st.sampled_from(["", " ", "a\x0bb", "]]>", "<Hangup/>", "a & b"])
KEYS = st.sampled_from([*"0123456789*#", ""])
CHOICES = st.lists(st.builds(Choice, TEXT, st.lists(TEXT, max_size=2).map(tuple), KEYS), max_size=4).map(tuple)
LISTEN = st.builds(
    Listen,
    st.just("menu"),
    CHOICES,
    st.lists(TEXT, max_size=3).map(tuple),
    wait_s=st.floats(0, 60),
    max_keys=st.integers(0, 20),
    finish_key=KEYS,
)
RECORD = st.builds(
    RecordAction, st.just("support"), max_s=st.floats(1, 3600), silence_s=st.floats(0, 60), finish_keys=KEYS
)
SPOKEN: st.SearchStrategy[Action] = st.builds(Say, TEXT) | st.builds(Play, st.just("hello there.wav"))
LAST: st.SearchStrategy[Action] = LISTEN | RECORD | st.just(Request("sms")) | st.just(HangUp())
ACTIONS = st.builds(lambda spoken, last: [*spoken, last], st.lists(SPOKEN, max_size=3), LAST)


def taken(document: str) -> tuple[object, ...]:
    return read_twiml(check(document.encode()), "text/xml")


@given(ACTIONS, st.booleans())
def test_the_carrier_takes_whatever_is_written_for_a_turn(actions: list[Action], speech: bool) -> None:
    verbs = taken(ByCarrier(URLS, CALL, 3, speech).write(actions))
    asked = sum(isinstance(action, Listen) for action in actions)
    recorded = sum(isinstance(action, RecordAction) for action in actions)
    assert sum(isinstance(verb, Gather) for verb in verbs) == asked
    assert sum(isinstance(verb, Record) for verb in verbs) == recorded


@given(TEXT)
def test_what_is_said_is_never_read_as_anything_else(text: str) -> None:
    verbs = taken(f"<Response>{say(text)}</Response>")
    assert all(isinstance(verb, SayVerb) for verb in verbs)


def test_the_other_documents_are_taken_too() -> None:
    assert [type(verb) for verb in taken(stream(URLS, CALL, 1))] == [Connect, Redirect]
    assert [type(verb) for verb in taken(room(URLS, CALL, 1, "t1", "room-1", say("One moment.")))] == [SayVerb, Dial]
    assert [type(verb) for verb in taken(outside(URLS, CALL, 1, "+15035550100", "+15035550199", 20.0))] == [Dial]
    assert [type(verb) for verb in taken(sorry())] == [SayVerb, Hangup]


def test_a_turn_with_very_much_to_say_is_still_a_document_the_carrier_takes() -> None:
    much = [Say("&" * 4096)] * 60
    choices = tuple(Choice(f"<{number}>" + "&" * 90, ('"' * 99,)) for number in range(600))
    [gather] = taken(ByCarrier(URLS, CALL, 3, speech=True).write([*much, Listen("menu", choices)]))
    assert isinstance(gather, Gather)
    assert gather.prompts
    assert gather.hints
    assert [type(verb) for verb in taken(ByCarrier(URLS, CALL, 3).write([*much, HangUp()]))][-1] is Hangup
