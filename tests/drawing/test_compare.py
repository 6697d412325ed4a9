"""A picture of an edit marks what was edited, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from ivr.drawing import chart_of, draw_svg
from ivr.drawing.chart import Chart, Status
from ivr.drawing.style import CHANGES
from ivr.flows import FlowBook
from tests.drawing.geometry import boxes, picture, steps
from tests.drawing.large import large_flows

MakeBook = Callable[[str], FlowBook]
FILE = """
lines: {"+15035550100": main}
anywhere: {operator: {press: 0, go: sales}}
defaults: {no_input: [Sorry?, {go: sales}]}
slots:
  name: {kind: name, ask: May I have your name?}
flows:
  main:
    - say: Welcome.
    - if: intent is known
      then:
        - say: You have been here before.
        - say: How nice.
    - collect: name
    - menu:
        ask: What now?
        options:
          sales: {press: 1, hear: [buy], go: sales}
          goodbye: {press: 2, go: bye}
    - hangup:
  sales:
    - transfer: "+15035550111"
    - go: bye
  bye:
    - hangup: Goodbye.
"""


def marked(chart: Chart) -> dict[str, Status]:
    """The steps that are not the same, by id."""
    return {node.id: node.status for node in chart.nodes if node.status != "same"}


def exits(chart: Chart) -> dict[tuple[str, str], Status]:
    """The exits of steps that stayed which are not the same."""
    nodes = [node for node in chart.nodes if node.status in {"same", "changed"}]
    return {(node.id, out.label): out.status for node in nodes for out in node.outs if out.status != "same"}


def edit(make_book: MakeBook, *changes: tuple[str, str]) -> Chart:
    text = FILE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return chart_of(make_book(text), make_book(FILE))


def test_no_edit_marks_nothing(make_book: MakeBook) -> None:
    chart = edit(make_book)
    assert (marked(chart), exits(chart)) == ({}, {})
    assert {group.status for group in chart.groups} == {"same"}


def test_a_step_put_in_at_the_top_marks_only_itself(make_book: MakeBook) -> None:
    chart = edit(make_book, ("  main:\n", "  main:\n    - say: Hello.\n"))
    assert marked(chart) == {"main.0": "added"}
    assert exits(chart) == {}
    assert {group.name: group.status for group in chart.groups} == {"main": "changed", "sales": "same", "bye": "same"}


def test_a_step_taken_out_stays_on_the_picture_as_removed(make_book: MakeBook) -> None:
    chart = edit(make_book, ("    - say: Welcome.\n", ""))
    assert marked(chart) == {"-main.0": "removed"}
    assert [node.id for node in chart.groups[0].nodes][:2] == ["-main.0", "main.0"]


def test_a_new_text_is_a_change_and_shows_the_old_one(make_book: MakeBook) -> None:
    chart = edit(make_book, ("Welcome.", "Good day, and welcome."))
    (node,) = (node for node in chart.nodes if node.status == "changed")
    assert (node.id, node.was, node.text) == ("main.0", "“Welcome.”", "“Good day, and welcome.”")


def test_another_word_is_a_step_removed_and_one_added(make_book: MakeBook) -> None:
    chart = edit(make_book, ("- say: Welcome.", "- set: {intent: none}"))
    assert marked(chart) == {"-main.0": "removed", "main.0": "added"}


def test_a_change_inside_an_if_does_not_mark_the_if(make_book: MakeBook) -> None:
    chart = edit(make_book, ("        - say: How nice.\n", "        - say: Hello again.\n        - say: How nice.\n"))
    assert marked(chart) == {"main.1.then.1": "added"}


def test_a_branch_that_is_new_is_added_with_all_its_steps(make_book: MakeBook) -> None:
    chart = edit(make_book, ("    - collect: name\n", "      else:\n        - say: New here?\n    - collect: name\n"))
    assert marked(chart) == {"main.1.else.0": "added"}
    assert exits(chart) == {("main.1", "else"): "changed"}


def test_an_exit_that_leads_elsewhere_is_changed_and_says_where_it_led(make_book: MakeBook) -> None:
    chart = edit(make_book, ("{press: 2, go: bye}", "{press: 2, go: sales}"))
    assert exits(chart) == {("main.3", "goodbye"): "changed"}
    (out,) = (out for node in chart.nodes for out in node.outs if out.status == "changed")
    assert (out.was, out.leads) == ("bye", "sales")


def test_an_option_that_is_gone_is_a_removed_exit(make_book: MakeBook) -> None:
    chart = edit(make_book, ("          goodbye: {press: 2, go: bye}\n", "          later: {press: 3, go: bye}\n"))
    assert exits(chart) == {("main.3", "goodbye"): "removed", ("main.3", "later"): "added"}
    assert marked(chart) == {"main.3": "changed"}


def test_a_change_of_the_defaults_marks_the_exits_it_moves(make_book: MakeBook) -> None:
    chart = edit(make_book, ("no_input: [Sorry?, {go: sales}]", "no_input: [Sorry?, {go: bye}]"))
    assert marked(chart) == {}
    assert exits(chart) == {("main.2", "silence"): "changed", ("main.3", "silence"): "changed"}


def test_another_question_of_a_slot_marks_the_step_that_asks_it_and_shows_it(make_book: MakeBook) -> None:
    chart = edit(make_book, ("May I have your name?", "Who is calling?"))
    (node,) = (node for node in chart.nodes if node.status == "changed")
    assert node.id == "main.2"
    assert "May I have your name?" in node.was
    assert "Who is calling?" in node.text
    assert "-  ask: May I have your name?" in node.full


def test_more_phrases_for_an_option_are_shown_although_nothing_else_changed(make_book: MakeBook) -> None:
    chart = edit(make_book, ("hear: [buy]", "hear: [buy, purchase]"))
    (node,) = (node for node in chart.nodes if node.status == "changed")
    assert (node.was, node.text) == ("hear: buy", "hear: buy, purchase")


def test_a_new_flow_and_a_removed_flow_are_marked_whole(make_book: MakeBook) -> None:
    old = FILE.replace("  bye:\n", "  old_one:\n    - go: bye\n  bye:\n")
    new = FILE.replace("  bye:\n", "  new_one:\n    - go: bye\n  bye:\n")
    chart = chart_of(make_book(new), make_book(old))
    assert {group.name: group.status for group in chart.groups if group.status != "same"} == {
        "new_one": "added",
        "old_one": "removed",
    }
    assert marked(chart) == {"new_one.0": "added", "-old_one.0": "removed"}


def test_commands_are_compared_too(make_book: MakeBook) -> None:
    chart = edit(make_book, ("{operator: {press: 0, go: sales}}", "{operator: {press: 9, go: sales}, help: {go: bye}}"))
    assert [(command.name, command.status) for command in chart.commands] == [
        ("operator", "changed"),
        ("help", "added"),
    ]


def test_marks_can_be_told_apart_without_colours(make_book: MakeBook) -> None:
    new = FILE.replace("Welcome.", "Good day, and welcome.").replace("    - collect: name\n", "")
    root = picture(draw_svg(make_book(new.replace("- go: bye", "- say: Sorry.\n    - go: bye")), old=make_book(FILE)))
    assert len(set(CHANGES.values())) == 3
    signs = {
        step.get("data-step"): [
            status for status, path in CHANGES.items() for sign in step.iter() if sign.get("d") == path
        ]
        for step in steps(root)
    }
    assert {step: sign for step, sign in signs.items() if sign} == {
        "main.0": ["changed"],
        "-main.2": ["removed"],
        "sales.1": ["added"],
    }
    assert len(boxes(root, "mark")) == 3 + 2 + 3  # steps, flows, and what the signs mean


def test_a_large_edit_keeps_every_step_of_both_files(make_book: MakeBook) -> None:
    old, new = make_book(large_flows(150, seed=3)), make_book(large_flows(150, seed=4))
    chart = chart_of(new, old)
    ids = [node.id for node in chart.nodes]
    assert len(ids) == len(set(ids))
    before = sum(1 for node in chart.nodes if node.status != "added")
    after = sum(1 for node in chart.nodes if node.status != "removed")
    assert before == sum(1 for _ in chart_of(old).nodes)
    assert after == sum(1 for _ in chart_of(new).nodes)
