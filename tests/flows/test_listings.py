"""A slot whose answers are the rows of a table beside the flow file."""

from __future__ import annotations

import pytest

from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.actions import Listen
from ivr.flows.bundle import bundled
from ivr.skillset import SkillMaker
from tests.conftest import Caller

FLOWS = """\
lines: {"+15035550100": main}
slots:
  person: {kind: choice, of: staff.csv, ask: "Whom would you like to talk to?"}
flows:
  main:
    - collect: person
    - hangup: "I put you through to {person}."
"""
STAFF = "room,name,hear\n12,Dana Lee,\n14,Aoife Byrne,eva burn; miss burn\n15,Sam Porter,\n12,Dana Lee,\n"


def book(skills: SkillMaker, staff: str | None = STAFF, flows: str = FLOWS) -> FlowBook:
    return read_flows(bundled(flows, {"staff.csv": staff}.get, "flows.yaml"), skills)


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("dana lee", "Dana Lee"),
        ("could i talk to sam please", "Sam Porter"),
        ("eva burn", "Aoife Byrne"),
        ("miss burn please", "Aoife Byrne"),
        ("dana no sam porter", "Sam Porter"),
    ],
)
def test_whoever_is_listed_is_understood_by_name_part_or_another_way_to_say_it(
    skills: SkillMaker, said: str, person: str
) -> None:
    assert Caller(book(skills)).rings().says(said).lines[:1] == [f"I put you through to {person}."]


def test_who_is_not_listed_is_asked_for_again(skills: SkillMaker) -> None:
    caller = Caller(book(skills)).rings().says("john miller")
    assert isinstance(caller.last, Listen)
    assert "person" not in caller.known


def test_the_recogniser_listens_for_all_names_and_ways_each_once(skills: SkillMaker) -> None:
    listen = Caller(book(skills)).rings().last
    assert isinstance(listen, Listen)
    assert listen.words == ("Dana Lee", "Aoife Byrne", "Sam Porter", "eva burn", "miss burn")


def test_without_a_column_called_name_the_first_one_lists_the_answers(skills: SkillMaker) -> None:
    caller = Caller(book(skills, "product,price\nrain jacket,90\n")).rings().says("the rain jacket")
    assert caller.lines[:1] == ["I put you through to rain jacket."]


def test_a_list_that_is_not_there_is_a_mistake_where_it_is_named(skills: SkillMaker) -> None:
    with pytest.raises(FlowFileError) as raised:
        book(skills, None)
    problem = raised.value.problems[0]
    assert (problem.place.line, problem.what) == (3, "there is no table 'staff.csv' beside this file.")


def test_the_list_belongs_to_the_version(skills: SkillMaker) -> None:
    assert book(skills).version != book(skills, STAFF.replace("15,Sam Porter,\n", "")).version
