"""The picture shows all that is in the file: every step, every exit, and where each is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.drawing import chart_of, draw_svg
from ivr.drawing.chart import Chart, walk
from ivr.drawing.plan import make_plan
from ivr.flows import FlowBook
from ivr.flows.graph import BACK, END, ways
from ivr.flows.graph import steps as all_steps
from tests.drawing.geometry import SVG, boxes, picture, steps, texts
from tests.drawing.large import large_flows
from tests.flows.test_laws import EVERYTHING

MakeBook = Callable[[str], FlowBook]
EVIL = """
company: '<script>alert("company")</script>'
lines: {"+15035550100": 'a"><script>'}
anywhere: {'</text><script>': {press: 1, hear: ['"><script>'], go: 'a"><script>'}}
flows:
  'a"><script>':
    - say: "</text></svg><script>alert(1)</script> ]]> & \\x07\\x1b[31m\\ud7ff"
    - menu: {ask: "' onload='x", options: {'"/><script>': {go: 'a"><script>'}}}
"""


@pytest.fixture(scope="module", params=["shop", "every word", "large"])
def book(request: pytest.FixtureRequest, shop: FlowBook, make_book: MakeBook) -> FlowBook:
    match request.param:
        case "shop":
            return shop
        case "every word":
            return make_book(EVERYTHING)
        case _:
            return make_book(large_flows(60))


def test_every_step_is_there_once_and_links_to_its_line(book: FlowBook) -> None:
    root = picture(draw_svg(book, link_base="https://example.test/flows.yaml"))
    drawn = {step.get("data-step", ""): step for step in steps(root)}
    assert len(drawn) == len(steps(root))
    words = {step_id: step.word for step_id, step in all_steps(book)}
    assert set(drawn) == set(words)
    for step_id, step in drawn.items():
        link = step.find(f"{SVG}a")
        assert link is not None
        assert link.get("href") == f"https://example.test/flows.yaml#L{book.places[step_id].line}"
        assert words[step_id] in (link.findtext(f"{SVG}title") or "")


def test_every_exit_of_the_graph_is_on_the_chart(book: FlowBook) -> None:
    chart = chart_of(book)
    shown = {(node.id, out.label, out.target) for node in chart.nodes for out in node.outs}
    assert {(way.source, way.label, way.target) for way in ways(book)} <= shown


def test_every_exit_leaves_its_card_as_an_arrow_a_lane_a_line_or_a_pill(book: FlowBook) -> None:
    chart = chart_of(book)
    plan = make_plan(chart)
    for box in plan.boxes.values():
        lanes = {stub.y for lane in box.stack.lanes for stub in lane.stubs}
        starts = {arrow.top for arrow in box.stack.arrows}
        lines = {route.points[0] for route in plan.routes}
        for at in box.stack.cards:
            card = at.card
            placed = [out for row in card.rows for out in row.exits.outs]
            placed += [out for exits in (*card.below, *card.aside) for out in exits.outs]
            placed += card.head.outs if card.head else ()
            assert sorted(map(str, placed)) == sorted(map(str, card.node.outs))
            for row in card.rows:
                y = at.y + row.middle
                line = (box.x + at.right, box.y + y)
                assert row.pill or y in lanes or line in lines, (card.node.id, row.exits.label)
            assert not card.below or at.bottom in starts
            assert not card.head or card.head_pill
            assert not card.aside or any(at.y < y < at.bottom for y in lanes)


def test_every_label_can_be_read(book: FlowBook) -> None:
    read = " ".join(text.what for text in texts(picture(draw_svg(book))))
    letters = read.replace(" ", "").replace(",", "")
    for way in ways(book):
        assert way.label.replace(" ", "").replace(",", "") in letters


def test_silence_and_failure_look_different_from_answers(shop: FlowBook) -> None:
    svg = draw_svg(shop)
    rows = {text.text: text.get("class") for text in picture(svg).iter(f"{SVG}text")}
    assert rows["silence, not understood"] == "exit trouble"
    assert rows["find a store"] == "exit"
    assert "stroke-dasharray" in next(line for line in svg.splitlines() if ".trouble.line" in line)


def test_keys_lines_and_commands_are_named(shop: FlowBook) -> None:
    root = picture(draw_svg(shop))
    read = [text.what for text in texts(root)]
    assert "+15035550100" in read
    assert {"operator", "repeat", "start over", "At any question"} <= set(read)
    assert {"1", "2", "3", "4", "9", "0", "*"} <= set(read)


def test_pills_lead_to_their_flow_in_the_picture(book: FlowBook) -> None:
    root = picture(draw_svg(book))
    flows = {group.get("id") for group in root.iter(f"{SVG}g") if "flow" in (group.get("class") or "").split()}
    targets = {link.get("href", "")[1:] for link in root.iter(f"{SVG}a") if link.get("href", "").startswith("#")}
    assert targets <= flows
    assert targets


def test_a_called_flow_comes_back_to_the_step_after_the_call(make_book: MakeBook) -> None:
    text = "flows: {a: [{call: b}, {hangup: Bye.}], b: [{say: One moment.}]}"
    nodes = {node.id: node for node in chart_of(make_book(text)).nodes}
    assert [(out.label, out.target) for out in nodes["a.0"].outs] == [("", "b.0"), ("then", "a.1")]
    assert [out.target for out in nodes["b.0"].outs] == [BACK]
    assert [out.target for out in nodes["a.1"].outs] == [END]


def test_the_picture_is_told_to_those_who_do_not_see_it(shop: FlowBook) -> None:
    root = picture(draw_svg(shop))
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == "Northwind Outfitters: how calls flow"
    assert "welcome leads to main." in (desc.text or "")


def test_light_and_dark_have_the_same_colours_by_name_and_no_rule_reaches_beyond_the_picture(shop: FlowBook) -> None:
    style = picture(draw_svg(shop)).findtext(f"{SVG}style") or ""
    light, dark, *rules = style.splitlines()
    assert dark.startswith("@media(prefers-color-scheme:dark)")
    names = [{part.partition(":")[0] for part in line.split("{")[-1].rstrip("}").split(";")} for line in (light, dark)]
    assert names[0] == names[1]
    assert all(selector.startswith(".flow-picture ") for rule in rules for selector in rule.split("{")[0].split(","))


def test_nothing_in_a_flow_file_becomes_markup(make_book: MakeBook) -> None:
    svg = draw_svg(make_book(EVIL), link_base='x"><script>', highlight={"a": "<script>"})
    root = picture(svg)
    assert [element.tag for element in root.iter() if element.tag.lower().endswith("script")] == []
    assert [name for element in root.iter() for name in element.attrib if name.startswith("on")] == []
    assert "<script" not in svg


@pytest.mark.parametrize("base", ["javascript:alert(1)", "data:text/html,x", "JavaScript:x"])
def test_a_link_that_would_run_is_refused(shop: FlowBook, base: str) -> None:
    with pytest.raises(ValueError, match="cannot be linked to"):
        draw_svg(shop, link_base=base)


def test_live_calls_are_shown_at_their_step_only(shop: FlowBook) -> None:
    plain, live = picture(draw_svg(shop)), picture(draw_svg(shop, highlight={"main.0": "2 calls", "not there": "9"}))
    assert not boxes(plain, "ring")
    (ring,) = boxes(live, "ring")
    (card,) = (boxes(step, "card")[0] for step in steps(live) if step.get("data-step") == "main.0")
    assert ring.holds(card)
    assert "2 calls" in [text.what for text in texts(live)]


def test_callers_come_in_at_the_left_and_no_flow_is_left_out(book: FlowBook) -> None:
    chart: Chart = chart_of(book)
    plan = make_plan(chart)
    assert set(plan.boxes) == set(book.flows)
    leftmost = min(box.x for box in plan.boxes.values())
    assert all(plan.boxes[flow].x == leftmost for flow in book.company.lines.values())
    assert sum(1 for group in chart.groups for _ in walk(group.nodes)) == sum(1 for _ in all_steps(book))


def test_an_option_may_be_called_like_a_failure_and_is_none(make_book: MakeBook) -> None:
    text = "flows: {a: [{menu: {ask: What went wrong?, options: {failed: {press: 1, go: a}}}}]}"
    outs = {out.label: out.trouble for node in chart_of(make_book(text)).nodes for out in node.outs}
    assert outs == {"failed": False, "silence": True, "not understood": True}
