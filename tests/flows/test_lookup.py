"""Looking things up in a table that is shipped with the flow file."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.flow_files import FlowFiles
from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.bundle import bundled
from ivr.flows.documents import Document
from ivr.flows.problems import Problem
from ivr.flows.tables import MOST_COLUMNS, MOST_ROWS, Table, plain, read_table
from ivr.skillset import SkillMaker
from tests.conftest import Caller

FLOWS = """\
lines: {"+15035550100": main}
slots:
  name: {kind: name, ask: Who are you?}
  pin: {kind: digits, length: 4, ask: Your PIN?, secret: true, confirm: never}
flows:
  main:
    - collect: name
    - lookup:
        in: staff.csv
        where: {Name: "{name}"}
        save: person
        missing: [{hangup: "I do not know {name}."}]
    - if: person.team == sales
      then: [{say: You sell.}]
    - collect: pin
    - lookup: {in: staff.csv, where: {name: "{person.name}", pin: "{pin}"}, save: proof, missing: [{hangup: Wrong.}]}
    - hangup: "{proof.name}, {proof.team}."
"""
STAFF = "Name,Team,PIN\nDana Lee,sales,0042\nSam  ortiz,support,0042\nDANA LEE,support,0043\n"


def book(skills: SkillMaker, staff: str = STAFF, flows: str = FLOWS) -> FlowBook:
    return read_flows(bundled(flows, {"staff.csv": staff}.get, "flows.yaml"), skills)


def mistakes(text: str, skills: SkillMaker) -> list[str]:
    with pytest.raises(FlowFileError) as raised:
        read_flows(text, skills)
    return [f"{one.place} {one.what} {one.instead}" for one in raised.value.problems]


def test_the_first_row_that_fits_is_found_whatever_its_capitals(skills: SkillMaker) -> None:
    caller = Caller(book(skills)).rings().says("dana lee")
    assert caller.lines == ["You sell.", "Your PIN?"]


def test_several_columns_must_all_fit(skills: SkillMaker) -> None:
    assert Caller(book(skills)).rings().says("sam ortiz").presses("0043").lines[:1] == ["Wrong."]
    assert Caller(book(skills)).rings().says("sam ortiz").presses("0042").lines[:1] == ["Sam  ortiz, support."]


def test_who_is_not_in_the_table_is_missing(skills: SkillMaker) -> None:
    assert Caller(book(skills)).rings().says("kim novak").lines[:1] == ["I do not know Kim Novak."]


def test_nothing_is_never_found_even_in_an_empty_field(skills: SkillMaker) -> None:
    flows = FLOWS.replace("    - collect: name\n", "")
    assert Caller(book(skills, "Name,Team,PIN\n,sales,1\n", flows)).rings().lines[:1] == ["I do not know."]


def test_a_secret_that_a_row_was_found_by_is_not_kept_with_the_row(skills: SkillMaker) -> None:
    caller = Caller(book(skills)).rings().says("sam ortiz").presses("0042")
    call, _ = caller.records.saved[next(iter(caller.records.saved))]
    assert call.variables["proof"] == {"name": "Sam  ortiz", "team": "support"}


def test_a_table_is_part_of_the_version(skills: SkillMaker) -> None:
    assert book(skills).version != book(skills, STAFF.replace("0043", "0044")).version


def test_an_edited_table_is_noticed_like_an_edited_flow_file(tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(FLOWS)
    files = FlowFiles(tmp_path / "flows.yaml")
    assert "--- # file" not in files.read()
    seen = [files.changed]
    for staff in (STAFF, f"{STAFF}Kim,sales,0044\n"):
        (tmp_path / "staff.csv").write_text(staff)
        seen.append(files.changed)
        assert files.read().endswith(f"--- # file: staff.csv\n{staff}")
        seen.append(files.changed)
    assert seen == [False, True, False, True, False]


def test_a_table_that_an_included_file_looks_up_in_is_found(skills: SkillMaker) -> None:
    head, _, steps = FLOWS.partition("flows:\n")
    files = {"more.yaml": f"flows:\n{steps}", "staff.csv": STAFF}
    text = bundled(f"include: more.yaml\n{head}", files.get, "flows.yaml")
    assert Caller(read_flows(text, skills)).rings().says("kim novak").lines[:1] == ["I do not know Kim Novak."]


def test_a_table_that_nothing_looks_up_in_is_a_mistake(skills: SkillMaker) -> None:
    text = 'flows: {main: [{hangup: ""}]}\n--- # file: staff.csv\nname\n'
    assert mistakes(text, skills) == [
        "flows.yaml:2:1 a second document begins here. Delete this line, or what follows it."
    ]


def test_a_name_that_is_also_kept_by_other_steps_may_have_other_parts(skills: SkillMaker) -> None:
    flows = FLOWS.replace("    - if:", '    - say: "{person.phone}"\n    - if:')
    assert mistakes(bundled(flows, {"staff.csv": STAFF}.get, "flows.yaml"), skills) == [
        "flows.yaml:13:12 'person' has no column 'phone'. There are: name, team, pin."
    ]
    web = "web_services: [a.example]\n" + flows.replace(
        "    - say:", "    - http: {get: https://a.example/, save: person}\n    - say:"
    )
    assert book(skills, STAFF, web).version


def test_too_many_rows_and_columns_are_mistakes() -> None:
    with pytest.raises(FlowFileError, match=f"there are more than {MOST_ROWS:,} rows"):
        read_table(Document("a.csv", "a.csv", "name\n" + "x\n" * (MOST_ROWS + 1)))
    assert len(read_table(Document("a.csv", "a.csv", "name\n" + "x\n" * MOST_ROWS)).rows) == MOST_ROWS
    with pytest.raises(FlowFileError, match=f"there are more than {MOST_COLUMNS} columns"):
        read_table(Document("a.csv", "a.csv", ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1))))


def test_fields_may_hold_commas_quotes_and_lines() -> None:
    table = read_table(Document("a.csv", "a.csv", '\r\nFull Name, note\r\n"Lee, ""D""","two\r\nlines"\r\n,\r\nKim\r\n'))
    assert table.columns == ("full_name", "note")
    assert table.rows == (('Lee, "D"', "two\r\nlines"), ("Kim", ""))


def test_commas_that_a_spreadsheet_leaves_at_the_end_of_a_line_hide_nobody() -> None:
    table = read_table(Document("a.csv", "a.csv", "name\nDana,,\n"))
    assert table.find({"name": "dana"}) == {"name": "Dana"}


@given(text=st.text() | st.text(alphabet='a,"\n\r;\t\x00'))
@example(text="A\r0,")
def test_any_text_is_a_table_or_mistakes_with_their_places(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    table = Table((), (), ())
    try:
        table = read_table(Document("a.csv", "a.csv", text))
    except FlowFileError as error:
        problems = error.problems
    assert bool(table.columns) != bool(problems)
    assert all(one.place.file == "a.csv" and one.place.line >= 1 and one.instead for one in problems)
    assert all(len(row) == len(table.columns) for row in table.rows)


@given(text=st.text())
def test_comparing_twice_is_comparing_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(
    name=st.text(string.ascii_letters, min_size=1, max_size=5), rows=st.lists(st.text("abAB ", max_size=4), max_size=8)
)
def test_what_is_found_is_what_stands_there_and_what_stands_there_is_found(name: str, rows: list[str]) -> None:
    table = read_table(Document("a.csv", "a.csv", "\n".join([name, *rows])))
    for row in filter(str.strip, rows):
        found = table.find({name: row})
        assert found
        assert plain(found[name.casefold()]) == plain(row)
