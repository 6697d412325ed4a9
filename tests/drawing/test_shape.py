"""No picture is hard to read: nothing overlaps, nothing leaves its box, no line runs through a word."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest

from ivr.drawing import draw_svg
from ivr.flows import FlowBook
from ivr.flows.graph import steps as all_steps
from tests.drawing.geometry import Frame, boxes, meetings, picture, steps, strokes, texts
from tests.drawing.large import large_flows
from tests.flows.test_laws import EVERYTHING

MakeBook = Callable[[str], FlowBook]
ODD = """
company: "Ünïcödé & <Söhne> 電話サービス株式会社 — with a very long name that fits no picture"
lines: {"+15035550100": "the first flow, which has quite a long name", "+15035550101": b, "+15035550102": b}
anywhere:
  "a command whose name is far too long for a chip": {press: 1, go: "the first flow, which has quite a long name"}
  repeat: {}
flows:
  "the first flow, which has quite a long name":
    - say: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft お電話ありがとう"
    - menu:
        ask: "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
        options:
          "an option that is described at far greater length than anybody would ever say": {press: 1, go: b}
          二: {press: 2, then: [{if: intent is known, then: [{if: agent is known, then: [{say: x}], else: [{go: b}]}]}]}
          third: {press: 3, then: [{say: last}]}
    - hangup:
  b:
    - call: "the first flow, which has quite a long name"
    - return: "back"
"""


@pytest.fixture(scope="session")
def large(make_book: MakeBook) -> FlowBook:
    book = make_book(large_flows(200))
    assert sum(1 for _ in all_steps(book)) >= 200
    return book


@pytest.fixture(scope="session")
def edited(make_book: MakeBook) -> FlowBook:
    return make_book(large_flows(160, seed=2))


@pytest.fixture(
    scope="session",
    params=["shop", "large", "odd", "every word", "one step", "diff", "diff with nothing alike", "live"],
)
def drawn(
    request: pytest.FixtureRequest, shop: FlowBook, large: FlowBook, edited: FlowBook, make_book: MakeBook
) -> Element:
    return picture(_drawn(request.param, shop, large, edited, make_book))


def _drawn(what: str, shop: FlowBook, large: FlowBook, edited: FlowBook, make_book: MakeBook) -> str:
    match what:
        case "shop":
            return draw_svg(shop)
        case "large":
            return draw_svg(large)
        case "odd":
            return draw_svg(make_book(ODD))
        case "every word":
            return draw_svg(make_book(EVERYTHING))
        case "one step":
            return draw_svg(make_book("flows: {a: [{hangup: Bye.}]}"))
        case "diff":
            return draw_svg(large, old=edited)
        case "diff with nothing alike":
            return draw_svg(shop, old=make_book(ODD))
        case _:
            return draw_svg(shop, highlight={step: "12 calls are here right now" for step, _ in all_steps(shop)})


def test_no_two_texts_overlap(drawn: Element) -> None:
    assert meetings(texts(drawn)) == []


def test_no_text_leaves_its_step(drawn: Element) -> None:
    found = steps(drawn)
    assert found
    for step in found:
        (card,) = boxes(step, "card")
        assert [text.what for text in texts(step) if not card.holds(text)] == []
        assert [pill for pill in boxes(step, "pill") if not card.holds(pill)] == []


def test_no_two_steps_overlap(drawn: Element) -> None:
    assert meetings(boxes(drawn, "card")) == []


def test_no_two_flows_overlap_and_every_step_is_in_one(drawn: Element) -> None:
    flows = boxes(drawn, "group")
    assert meetings(flows) == []
    for card in boxes(drawn, "card"):
        assert sum(flow.holds(card) for flow in flows) == 1


def test_every_text_is_in_a_flow_or_the_title_and_all_are_in_the_picture(drawn: Element) -> None:
    page = Frame(0, 0, float(drawn.get("width", "0")), float(drawn.get("height", "0")))
    rooms = [*boxes(drawn, "group"), *boxes(drawn, "phone"), Frame(0, 0, page.right, 84)]
    for text in texts(drawn):
        assert page.holds(text)
        assert any(room.holds(text) for room in rooms), text.what


def test_no_line_runs_through_a_word_or_another_flows_step(drawn: Element) -> None:
    lines = list(strokes(drawn))
    assert meetings(texts(drawn), lines) == []
    inner = [Frame(c.left + 1, c.top + 1, c.right - 1, c.bottom - 1, c.what) for c in boxes(drawn, "card")]
    assert meetings(inner, lines) == []


def test_the_same_book_gives_the_same_picture(shop: FlowBook, large: FlowBook) -> None:
    assert draw_svg(shop) == draw_svg(shop)
    assert draw_svg(large, old=shop) == draw_svg(large, old=shop)
