"""The tree for the terminal and the Mermaid text show the same as the picture."""

from __future__ import annotations

import re
from collections.abc import Callable

from ivr.drawing import draw_mermaid, draw_text
from ivr.flows import FlowBook
from ivr.flows.graph import steps, ways
from tests.drawing.large import large_flows
from tests.drawing.test_compare import FILE
from tests.drawing.test_content import EVIL
from tests.flows.test_laws import EVERYTHING

MakeBook = Callable[[str], FlowBook]
EDGE = re.compile(r'  (\w+) (?:-->|-\.->)(?:\|"[^"]*"\|)? (\w+(?:\(\("\w+"\)\))?)')
LINE = re.compile(
    r"flowchart TD"
    r'|  subgraph \w+\["[^"]*"\]|  end'
    r'|    \w+(?:\["[^"]*"\]|\{"[^"]*"\}|\(\["[^"]*"\]\))'
    r'|  \w+\(\["[^"]*"\]\) --> \w+'
    r'|  click \w+ href "[^"]*"'
    r"|  class(?:Def)? \w+ \S.*"
    rf"|{EDGE.pattern}"
)


def tree(book: FlowBook, old: FlowBook | None = None) -> list[str]:
    return [line.plain for line in draw_text(book, old=old)]


def test_the_tree_of_the_shop_reads_like_its_file(shop: FlowBook) -> None:
    lines = tree(shop)
    at = lines.index("main")
    assert lines[at + 1].startswith("└─ menu “How can I help?")
    assert lines[at + 2 : at + 4] == ["   ├─ [1] find a store → find_store", "   ├─ [2] track an order → track_order"]
    assert "   └─ silence, not understood → operator" in lines[at:]
    assert "☎ +15035550100" in lines


def test_the_tree_shows_every_step_with_its_line(make_book: MakeBook) -> None:
    for book in (make_book(EVERYTHING), make_book(large_flows(80))):
        shown = sorted(int(found[1]) for line in tree(book) if (found := re.search(r"  :(\d+)$", line)))
        assert shown == sorted(book.places[step].line for step, _ in steps(book))


def test_steps_inside_a_step_hang_below_their_exit(make_book: MakeBook) -> None:
    lines = tree(make_book(FILE))
    at = next(index for index, line in enumerate(lines) if "if intent is known" in line)
    assert lines[at + 1 : at + 5] == [
        "│  ├─ then",
        "│  │  ├─ say “You have been here before.”  :12",
        "│  │  └─ say “How nice.”  :13",
        "│  └─ else ↓",
    ]


def test_the_tree_of_an_edit_marks_what_became_of_each_part(make_book: MakeBook) -> None:
    new = FILE.replace("Welcome.", "Good day.").replace("    - collect: name\n", "    - set: {x: y}\n")
    lines = tree(make_book(new), make_book(FILE))
    assert "├─ ~ say “Good day.”  (was “Welcome.”)  :9" in lines
    assert "├─ + set x = y  :14" in lines
    assert "├─ \N{MINUS SIGN} collect name" in lines


def test_nothing_in_a_flow_file_steers_the_terminal(make_book: MakeBook) -> None:
    assert [line for line in tree(make_book(EVIL)) if not line.isprintable()] == []


def test_mermaid_has_every_step_and_every_way(make_book: MakeBook) -> None:
    book = make_book(EVERYTHING)
    text = draw_mermaid(book)
    assert len(re.findall(r"^    s\d+[\[{]", text, re.MULTILINE)) == sum(1 for _ in steps(book))
    drawn = {
        (edge[1], edge[2].partition("_")[0].partition("(")[0])
        for edge in map(EDGE.fullmatch, text.splitlines())
        if edge
    }
    names = {step_id: f"s{index}" for index, step_id in enumerate(_in_drawing_order(book))}
    for way in ways(book):
        source = names[way.source]
        assert (source, names.get(way.target, source)) in drawn


def _in_drawing_order(book: FlowBook) -> list[str]:
    """The steps by their place in the file, which is the order they are drawn in."""
    places = [(book.places[step].line, book.places[step].column, step) for step, _ in steps(book)]
    return [step for *_, step in sorted(places)]


def test_mermaid_labels_cannot_break_out(make_book: MakeBook, shop: FlowBook) -> None:
    for book, old in ((make_book(EVIL), None), (make_book(EVERYTHING), shop), (shop, make_book(EVIL))):
        for line in draw_mermaid(book, link_base='x"\n<y', old=old).splitlines():
            assert LINE.fullmatch(line), line
