"""The carrier's dialect: each action as the verb that does it, with the carrier's limits kept."""

from __future__ import annotations

from typing import cast

import pytest

from ivr.channels.carriers import twilio
from ivr.channels.carriers.keys_help import keys_help
from ivr.channels.carriers.twilio import ByCarrier, Urls
from ivr.exchange import twiml
from ivr.flows.actions import Action, Choice, HangUp, Listen, Play, Record, Request, Say, Transfer
from tests.contract.twiml_grammar import check

URLS, CALL = Urls("https://ivr.example"), "CA" + "0a" * 16
YES, NO = Choice("yes", ("yeah", "yes, please"), "1"), Choice("no", ("nope",), "2")


def verbs(*actions: Action, speech: bool = False) -> tuple[twiml.Verb, ...]:
    return read(ByCarrier(URLS, CALL, 3, speech).write(actions))


def read(document: str) -> tuple[twiml.Verb, ...]:
    return twiml.read_twiml(check(document.encode()), "text/xml")


def gather(*actions: Action, speech: bool = False) -> twiml.Gather:
    [verb] = verbs(*actions, speech=speech)
    assert isinstance(verb, twiml.Gather)
    return verb


def test_a_question_is_one_gather_with_its_prompts_inside_and_one_way_on() -> None:
    asked = gather(Say("Hello."), Play("jingle.wav"), Listen("yes_no", (YES, NO), wait_s=4.4))
    assert asked.action == f"https://ivr.example/voice/turn/{CALL}/3"
    assert (asked.action_on_empty_result, asked.timeout_s, asked.num_digits) == (True, 4, 1)
    assert asked.prompts == (
        twiml.Say("Hello.", language="en-US"),
        twiml.Play("https://ivr.example/voice/prompt/jingle.wav"),
        twiml.Say("For yes press 1, for no press 2.", language="en-US"),
    )


@pytest.mark.parametrize(
    ("max_keys", "finish", "num_digits"), [(1, "#", 1), (5, "#", 5), (0, "#", None), (16, "#", 16)]
)
def test_keys_end_when_there_are_enough_or_with_the_finishing_key(
    max_keys: int, finish: str, num_digits: int | None
) -> None:
    asked = gather(Listen("digits", max_keys=max_keys))
    assert (asked.finish_on_key, asked.num_digits) == (finish, num_digits)


def test_a_choice_that_is_made_by_the_finishing_key_can_be_made() -> None:
    asked = gather(Listen("menu", (Choice("repeat", (), "#"), YES)))
    assert (asked.finish_on_key, asked.num_digits) == ("", 1)


def test_with_the_carriers_ears_the_choices_are_hints_and_no_keys_are_read_out() -> None:
    asked = gather(Say("Well?", "es-ES"), Listen("yes_no", (YES, NO), ("maybe",)), speech=True)
    assert asked.input == ("dtmf", "speech")
    assert (asked.language, asked.speech_timeout) == ("es-ES", "auto")
    assert asked.hints == ("yes", "yeah", "yes please", "no", "nope", "maybe")
    assert [cast("twiml.Say", prompt).text for prompt in asked.prompts] == ["Well?"]


def test_hints_keep_to_the_carriers_limits() -> None:
    words = tuple(f"word{number}" for number in range(1000))
    asked = gather(Listen("text", (Choice("x" * 101),), words), speech=True)
    assert len(asked.hints) == 500
    assert asked.hints[0] == "word0"


def test_a_silence_of_no_length_still_waits_a_second() -> None:
    assert gather(Listen("menu", wait_s=0.0)).timeout_s == 1


def test_a_message_has_a_way_on_when_nothing_was_recorded() -> None:
    said, record, redirect = verbs(Say("After the tone."), Record("support", 180.0, 4.0, "#"))
    assert said == twiml.Say("After the tone.", language="en-US")
    assert isinstance(record, twiml.Record)
    assert (record.max_length_s, record.timeout_s, record.finish_on_key, record.play_beep) == (180, 4, "#", True)
    told = "https://ivr.example/voice/recording/"
    assert (record.recording_status_callback or "").startswith(told)
    assert (record.recording_status_callback or "").endswith("/support#rc=5&rp=all"), "told again when we are away"
    assert isinstance(redirect, twiml.Redirect)
    assert redirect.url == record.action


def test_while_a_service_is_asked_the_call_waits_a_second_and_comes_back() -> None:
    said, pause, redirect = verbs(Say("One moment."), Request("http"))
    assert (said, pause) == (twiml.Say("One moment.", language="en-US"), twiml.Pause(1))
    assert isinstance(redirect, twiml.Redirect)
    assert redirect.url == f"https://ivr.example/voice/resume/{CALL}"


def test_the_end_is_spoken_before_it_comes() -> None:
    assert verbs(Say("Goodbye."), HangUp()) == (twiml.Say("Goodbye.", language="en-US"), twiml.Hangup())


def test_what_is_said_cannot_become_markup() -> None:
    hostile = "</Say><Dial>+19005550100</Dial>&lt;\x00\x0b{caller}"
    [said] = verbs(Say(hostile))
    assert isinstance(said, twiml.Say)
    assert said.text.startswith("</Say><Dial>+19005550100</Dial>&lt;")


def test_a_speech_longer_than_the_carrier_takes_is_cut() -> None:
    [said] = verbs(Say("word " * 2000))
    assert isinstance(said, twiml.Say)
    assert len(said.text) <= 4096


def test_a_caller_waits_in_a_room_of_their_own() -> None:
    lead = ByCarrier(URLS, CALL, 3).verbs([Say("Please hold."), Transfer("queue sales", "")])
    said, dial = read(twilio.room(URLS, CALL, 3, "TR1", f"room-{CALL}", lead))
    assert said == twiml.Say("Please hold.", language="en-US")
    assert isinstance(dial, twiml.Dial)
    [room] = dial.targets
    assert isinstance(room, twiml.Conference)
    assert (room.name, room.beep, room.end_on_exit) == (f"room-{CALL}", "false", True)
    assert (room.wait_url, dial.action) == ("https://ivr.example/voice/hold", URLS.turn(CALL, 3))


def test_an_outside_number_is_rung_with_our_own_as_the_caller() -> None:
    [dial] = read(twilio.outside(URLS, CALL, 3, "+15035550199", "+15035550100", 20.0))
    assert isinstance(dial, twiml.Dial)
    assert (dial.caller_id, dial.timeout_s, dial.action) == ("+15035550100", 20, URLS.turn(CALL, 3))
    [number] = dial.targets
    assert isinstance(number, twiml.Number)
    assert number.number == "+15035550199"


def test_a_stream_knows_its_call_and_turn_and_comes_back_when_it_ends() -> None:
    connect, redirect = read(twilio.stream(URLS, CALL, 7))
    assert isinstance(connect, twiml.Connect)
    assert connect.stream.url == "wss://ivr.example/voice/stream"
    assert dict(connect.stream.parameters) == {"call": CALL, "turn": "7"}
    assert isinstance(redirect, twiml.Redirect)
    assert redirect.url == URLS.resume(CALL)
    assert Urls("http://127.0.0.1:5000").stream == "ws://127.0.0.1:5000/voice/stream"


def test_names_in_addresses_are_escaped() -> None:
    assert URLS.turn("../x?y", 1) == "https://ivr.example/voice/turn/..%2Fx%3Fy/1"
    assert URLS.prompt("a b/../c.wav") == "https://ivr.example/voice/prompt/a%20b%2F..%2Fc.wav"


@pytest.mark.parametrize(
    ("choices", "help_text"),
    [
        ((), ""),
        ((Choice("sales"),), ""),
        ((Choice("sales", (), "1"),), "For sales press 1."),
        ((Choice("repeat", (), "*"), Choice("end", (), "#")), "For repeat press star, for end press pound."),
        (
            (Choice("a", (), "1"), Choice("b", (), "2"), Choice("c", (), "3")),
            "For a press 1, for b press 2 and for c press 3.",
        ),
    ],
)
def test_keys_are_told_to_who_cannot_be_heard(choices: tuple[Choice, ...], help_text: str) -> None:
    assert keys_help(choices) == help_text
