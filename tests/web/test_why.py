"""Why a call went as it did stands on its page: by what rule each answer was taken, beside what was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ivr.channels.text import TextCall
from ivr.flows.events import Heard, Word
from tests.conftest import MONDAY_NOON
from tests.web.conftest import HOSTILE
from tests.web.flows_house import FLOWS, ORIGIN, Editor
from tests.web.test_flows import make

__all__ = ["make"]

COLLECTING = FLOWS.replace("- say: Hello.", "- collect: [zip, card]").replace(
    "slots:\n", "slots:\n  zip: {kind: zip, ask: Your ZIP code?}\n"
)


@pytest.fixture
def editor(make: Callable[..., Editor]) -> Editor:
    return make()


def shown(editor: Editor, call: TextCall) -> Any:
    return editor.client.get(f"/api/v1/calls/{call.id}", base_url=ORIGIN).json


def whys(editor: Editor, call: TextCall) -> dict[str, list[Mapping[str, Any]]]:
    """The reasons beside each line of the caller."""
    return {line["text"]: line["why"] for line in shown(editor, call)["transcript"] if line["who"] == "caller"}


def hears(editor: Editor, call: TextCall, text: str, *confidences: float) -> None:
    """Every word with a confidence of its own, as our recogniser tells them."""
    words = text.split()
    sound = tuple(Word(word, n, n + 0.5, sure) for n, (word, sure) in enumerate(zip(words, confidences, strict=True)))
    assert call.session is not None
    at_s = MONDAY_NOON + 5 * len(call.session.call.transcript)
    heard = Heard(at_s, text, sum(confidences) / len(confidences), (), sound)
    call.session = editor.parts.runtime.handle(call.id, call.session.turn, heard)


def page(editor: Editor, call: TextCall) -> str:
    return editor.client.get(f"/calls/{call.id}", base_url=ORIGIN).get_data(as_text=True)


def test_a_choice_is_shown_with_its_rule_and_what_the_others_were_worth(editor: Editor) -> None:
    call = editor.call()
    call.say("i would like to speak to your sales team")
    [why] = whys(editor, call)["i would like to speak to your sales team"]
    assert (why["outcome"], why["names"], why["took"]) == ("chosen", ["sales"], "Took 'sales'")
    assert why["candidates"][0]["choice"] == "sales"
    assert why["candidates"][0]["words"] == why["score"]
    assert f'Took &#39;sales&#39; <span class="how">{why["how"].replace(chr(39), "&#39;")}</span>' in page(editor, call)


def test_what_was_asked_about_then_refused_and_not_taken_at_all_are_told_apart(editor: Editor) -> None:
    call = editor.call()
    call.say("i have a question about buying")
    call.say("no")
    (asked, no), call = whys(editor, call).values(), editor.call(2)
    call.say("purple elephants")
    [odd] = whys(editor, call).values()
    assert (asked[0]["outcome"], asked[0]["names"]) == ("offered", ["sales"])
    assert asked[0]["how"] == f"near in meaning ({asked[0]['score']:.2f})"
    assert asked[0]["candidates"][0]["near"] == pytest.approx(asked[0]["score"], abs=0.001)
    assert (no[0]["outcome"], no[0]["how"]) == ("refused", "not confirmed")
    assert (odd[0]["outcome"], odd[0]["names"]) == ("refused", [])
    assert "nothing like any option" in odd[0]["how"]


def test_an_answer_that_was_read_back_names_the_word_that_was_heard_badly(make: Callable[..., Editor]) -> None:
    editor = make()
    editor.publish(COLLECTING)
    call = editor.call()
    hears(editor, call, "nine four one oh seven", 0.9, 0.95, 0.31, 0.9, 0.9)
    assert "Is that right?" in str(call.session)
    [why] = whys(editor, call)["nine four one oh seven"]
    assert (why["value"], why["sure"], why["read_back"]) == ("94107", False, True)
    assert "'one' (0.31)" in why["how"]
    assert "and read it back" in page(editor, call)
    hears(editor, call, "no nine four one oh eight", *([0.9] * 6))
    assert whys(editor, call)["no nine four one oh eight"][0]["value"] == "94108"


def test_of_a_secret_answer_only_is_told_that_it_was_taken(make: Callable[..., Editor]) -> None:
    editor = make()
    editor.publish(COLLECTING)
    call = editor.call()
    hears(editor, call, "nine four one oh seven", *([0.9] * 5))
    hears(editor, call, "four seven one one", *([0.9] * 4))
    for _ in range(2):  # under way, and over
        told = shown(editor, call)
        assert told["transcript"][1]["why"][0]["value"] == "94107"
        secret = told["transcript"][3]
        assert (secret["text"], secret["why"][0]["outcome"]) == ("****", "value")
        everything = json.dumps(told) + page(editor, call)
        assert "4711" not in everything
        assert "four seven" not in everything
        assert "not shown: it is secret" in everything
        call.hang_up()


def test_what_a_caller_says_is_no_markup_in_a_reason_either(make: Callable[..., Editor]) -> None:
    editor = make()
    name = "slots:\n  who: {kind: name, ask: Your name?, confirm: always}\n"
    editor.publish(FLOWS.replace("- say: Hello.", "- collect: [who]").replace("slots:\n", name))
    call = editor.call()
    call.say(HOSTILE)
    assert whys(editor, call)[HOSTILE.lower()]
    assert "<script>alert" not in page(editor, call)
    assert "<img src=x" not in page(editor, call)


def test_a_call_keeps_its_reasons_when_the_flow_file_has_changed_and_when_it_is_over(editor: Editor) -> None:
    call = editor.call()
    call.say("sales")
    before = whys(editor, call)
    editor.publish(FLOWS.replace("sales: {press: 2, go: sales}", "buying: {press: 2, go: sales}"))
    call.hang_up()
    assert whys(editor, call) == before
    assert before["sales"][0]["names"] == ["sales"]


def test_of_a_version_that_is_gone_nothing_is_claimed(editor: Editor) -> None:
    call = spoken(editor)
    assert call.session is not None
    other = replace(call.session.call, id="CA-gone", book="0" * 16, ended=True)
    editor.parts.records.save_call(other, editor.parts.sessions.events(call.id))
    told = editor.client.get("/api/v1/calls/CA-gone", base_url=ORIGIN).json
    assert told
    assert "is not kept any more" in told["unknown"]
    assert not any("why" in line for line in told["transcript"])
    assert "is not kept any more" in editor.client.get("/calls/CA-gone", base_url=ORIGIN).text


def test_where_a_call_does_not_come_out_as_recorded_the_lines_from_there_on_have_no_reason(editor: Editor) -> None:
    call = spoken(editor)
    assert call.session is not None
    was = call.session.call
    odd = (*was.transcript[:-1], replace(was.transcript[-1], text="Something else."))
    editor.parts.records.save_call(
        replace(was, id="CA-odd", transcript=odd, ended=True), editor.parts.sessions.events(call.id)
    )
    told = editor.client.get("/api/v1/calls/CA-odd", base_url=ORIGIN).json
    assert told
    assert [bool(line["why"]) for line in told["transcript"] if line["who"] == "caller"] == [True, False]
    assert "From some line on" in told["unknown"]
    assert not shown(editor, call)["unknown"]


def spoken(editor: Editor) -> TextCall:
    """A call of two answers, neither of them understood."""
    call = editor.call()
    call.say("purple elephants")
    call.say("green giraffes")
    return call
