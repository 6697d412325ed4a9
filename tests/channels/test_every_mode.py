"""The same conversation in every way a caller can be heard: our stream, the carrier's ears, keys. It comes out alike.

By stream the caller really speaks and Vosk hears; the carrier's ears give text as the carrier writes it, with capitals
and full stops; by keys there is only the keypad.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ivr import audio
from ivr.channels.carriers.twilio import ByCarrier, Urls
from ivr.channels.phone_line import Gear, PhoneLine
from ivr.exchange.twiml import Gather, read_twiml
from ivr.flows import FlowBook, step
from ivr.flows.actions import Action, Listen
from ivr.flows.call import Call
from ivr.flows.events import Event, Heard, Pressed, Silence, Started
from ivr.speech import PromptStore, SileroActivity, VoskEars
from ivr.understanding.answers import Answers
from tests.channels.conftest import frames
from tests.channels.test_phone_line import Tapes
from tests.conftest import CALLER, LINE, MONDAY_NOON
from tests.contract.twiml_grammar import check

Way = Callable[[tuple[Action, ...], "Reply"], Event]


@dataclass(frozen=True)
class Reply:
    """One answer: said, as the carrier writes it down, and keyed. Nothing at all is silence."""

    said: str = ""
    written: str = ""
    keys: str = ""


SILENT = Reply()
CONVERSATIONS = {
    "a store": [
        Reply("find a store", "Find a store, please.", "1"),
        Reply("nine four one zero seven", "94107.", "94107"),
        Reply("goodbye", "Goodbye!", "9"),
    ],
    "an unfinished answer is asked again": [
        Reply("track an order", "Track an order.", "2"),
        Reply("one two three", "One two three.", "123"),
        Reply("one two three four five six", "123456", "123456"),
    ],
    "nobody speaks": [SILENT, SILENT, SILENT],
    "a command": [Reply("find a store", "Find a store.", "1"), Reply("representative", "Representative.", "0")],
}

BOOKING = """
lines: {"+15035550100": main}
slots:
  visit: {kind: date, ask: When do you want to come?}
  sure: {kind: yes_no, ask: Shall I book it?}
  who: {kind: name, ask: What is your name?}
flows:
  main:
    - collect: visit
    - collect: sure
    - collect: who
    - hangup: Goodbye.
"""
DAY = Reply("june twenty third", "June 23rd.", "06232027")
YES, NO = Reply("yes please", "Yes, please.", "1"), Reply("no thank you", "No, thank you.", "2")


@pytest.fixture
def by_stream(prompts: PromptStore, ears: VoskEars, speak: Callable[[str], bytes], shop: FlowBook) -> Way:
    def answer(actions: tuple[Action, ...], reply: Reply) -> Event:
        gear = Gear(prompts, ears, SileroActivity, Tapes(), lambda: MONDAY_NOON)
        line = PhoneLine("CA1", CALLER, gear, Answers(shop.skills.kinds))
        line.perform(1, actions)
        line.marked("turn-1")
        sound = audio.silence(0.3) + (speak(reply.said) if reply.said else b"") + audio.silence(8)
        return next(event for piece in frames(sound) if (event := line.frame(audio.mulaw_encode(piece))))

    return answer


def by_carrier(speech: bool) -> Way:
    """What the carrier makes of a reply, held to what its verb asked for."""

    def answer(actions: tuple[Action, ...], reply: Reply) -> Event:
        document = ByCarrier(Urls("https://ivr.example"), "CA1", 1, speech=speech).write(actions)
        [gather] = [verb for verb in read_twiml(check(document.encode()), "text/xml") if isinstance(verb, Gather)]
        assert gather.action_on_empty_result
        if speech and reply.written:
            assert "speech" in gather.input
            return heard_by_carrier(reply.written)
        keys = "" if speech else reply.keys[: gather.num_digits or None]
        return Pressed(MONDAY_NOON, keys) if keys else Silence(MONDAY_NOON)

    return answer


def heard_by_carrier(written: str) -> Heard:
    from ivr.channels.posted import said_to_carrier

    return Heard(MONDAY_NOON, said_to_carrier(written), 0.9)


def steps(book: FlowBook, replies: list[Reply], way: Way) -> list[str]:
    """Where the call stands after each reply."""
    call, actions = step(Call("CA1"), Started(MONDAY_NOON, LINE, CALLER), book)
    stands = []
    for reply in replies:
        assert isinstance(actions[-1], Listen)
        call, actions = step(call, way(actions, reply), book)
        known = {name: value for name, value in call.shown_variables.items() if name != "intent_confidence"}
        stands.append(f"{call.step or 'over'} {known}")
    return stands


@pytest.mark.parametrize("replies", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_every_way_of_hearing_comes_out_alike(shop: FlowBook, by_stream: Way, replies: list[Reply]) -> None:
    by_keys = steps(shop, replies, by_carrier(speech=False))
    assert steps(shop, replies, by_carrier(speech=True)) == by_keys
    assert steps(shop, replies, by_stream) == by_keys


@pytest.mark.parametrize("sure", [YES, NO], ids=["yes", "no"])
def test_a_date_and_a_yes_or_no_come_out_alike(
    make_book: Callable[[str], FlowBook], by_stream: Way, sure: Reply
) -> None:
    book = make_book(BOOKING)
    by_keys = steps(book, [DAY, sure], by_carrier(speech=False))
    assert "2027-06-23" in by_keys[0]
    assert by_keys[-1].startswith("main.2 ")
    assert steps(book, [DAY, sure], by_carrier(speech=True)) == by_keys
    assert steps(book, [DAY, sure], by_stream) == by_keys


def test_a_name_comes_out_alike_whoever_hears_it_and_keys_are_none(
    make_book: Callable[[str], FlowBook], by_stream: Way
) -> None:
    book = make_book(BOOKING)
    said = [DAY, YES, Reply("my name is peter", "My name is Peter.")]
    by_ear = steps(book, said, by_carrier(speech=True))
    assert "'who': 'Peter'" in by_ear[-1]
    assert steps(book, said, by_stream) == by_ear
    keyed = steps(book, [DAY, YES, Reply(keys="7")], by_carrier(speech=False))
    assert "who" not in keyed[-1]
    assert keyed[-1].startswith("main.2 ")
