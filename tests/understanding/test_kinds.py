"""Each kind of answer on the keypad, in a recogniser's grammar, and when an answer is complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ivr.understanding.kinds as folder
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding.kinds import KINDS, PLACE_KINDS, make_kinds

ANYTHING = KindOptions()
WEDNESDAY = KindOptions(at_s=datetime(2026, 6, 10, 12, tzinfo=UTC).timestamp())
SIX = KindOptions(length=6)
COLOURS = KindOptions(choices=("red", "dark blue", "light blue"))


def test_every_file_of_the_folder_is_in_the_tables() -> None:
    files = {file.stem for file in Path(folder.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == {*KINDS, *PLACE_KINDS}, "add a line to ivr/understanding/kinds/__init__.py"


def test_every_kind_is_listed_under_its_own_name(kinds: Mapping[str, Kind]) -> None:
    assert [kind.name for kind in kinds.values()] == list(kinds)


@pytest.mark.parametrize(
    ("kind", "keys", "options", "value"),
    [
        ("zip", "94107", ANYTHING, "94107"),
        ("zip", "9410", ANYTHING, None),
        ("zip", "941071", ANYTHING, None),
        ("zip", "941*7", ANYTHING, None),
        ("zip", "٩٤١٠٧", ANYTHING, None),
        ("place", "94107", ANYTHING, "94107"),
        ("place", "1", ANYTHING, None),
        ("digits", "007", ANYTHING, "007"),
        ("digits", "", ANYTHING, None),
        ("digits", "123456", SIX, "123456"),
        ("digits", "12345", SIX, None),
        ("yes_no", "1", ANYTHING, "yes"),
        ("yes_no", "2", ANYTHING, "no"),
        ("yes_no", "3", ANYTHING, None),
        ("number", "0012", ANYTHING, "12"),
        ("number", "1*2", ANYTHING, None),
        ("phone", "5035550100", ANYTHING, "+15035550100"),
        ("phone", "15035550100", ANYTHING, "+15035550100"),
        ("phone", "0035550100", ANYTHING, None),
        ("money", "12", ANYTHING, "12.00"),
        ("money", "12*50", ANYTHING, "12.50"),
        ("money", "12*5", ANYTHING, None),
        ("money", "*50", ANYTHING, None),
        ("choice", "2", COLOURS, "dark blue"),
        ("choice", "4", COLOURS, None),
        ("choice", "", COLOURS, None),
        ("name", "5646", ANYTHING, None),
        ("text", "1", ANYTHING, None),
        ("city", "97201", ANYTHING, None),
        ("date", "0623", WEDNESDAY, "2026-06-23"),
        ("date", "0609", WEDNESDAY, "2027-06-09"),
        ("date", "06232031", WEDNESDAY, "2031-06-23"),
        ("date", "03051984", WEDNESDAY, "1984-03-05"),
        ("date", "0230", WEDNESDAY, None),
        ("date", "1301", WEDNESDAY, None),
        ("date", "623", WEDNESDAY, None),
        ("date", "02302027", WEDNESDAY, None),
        ("date", "06*3", WEDNESDAY, None),
        ("time", "1630", ANYTHING, "16:30"),
        ("time", "0430", ANYTHING, "04:30"),
        ("time", "430", ANYTHING, "16:30"),
        ("time", "930", ANYTHING, "09:30"),
        ("time", "0000", ANYTHING, "00:00"),
        ("time", "2400", ANYTHING, None),
        ("time", "1260", ANYTHING, None),
        ("time", "4", ANYTHING, None),
        ("email", "3262", ANYTHING, None),
        ("street", "1250", ANYTHING, None),
        ("spelling", "645537", ANYTHING, None),
    ],
)
def test_keys_give_a_value_or_nothing(
    kinds: Mapping[str, Kind], kind: str, keys: str, options: KindOptions, value: str | None
) -> None:
    assert kinds[kind].key(keys, options) == value


@pytest.mark.parametrize(
    ("kind", "said", "options"),
    [
        ("zip", "nine four one oh seven", ANYTHING),
        ("zip", "my zip is nine four one oh seven please", ANYTHING),
        ("zip", "nine four one twenty one", ANYTHING),
        ("digits", "one two three four five six", SIX),
        ("yes_no", "yes", ANYTHING),
        ("yes_no", "um no thank you", ANYTHING),
        ("phone", "five oh three five five five oh one oh oh", ANYTHING),
        ("place", "nine four one oh seven", ANYTHING),
        ("place", "portland oregon please", ANYTHING),
        ("city", "salt lake city utah", ANYTHING),
        ("money", "five dollars and twenty cents", ANYTHING),
        ("choice", "dark blue", COLOURS),
        ("date", "tomorrow", WEDNESDAY),
        ("date", "next tuesday please", WEDNESDAY),
        ("date", "in two weeks", WEDNESDAY),
        ("date", "june third twenty twenty seven", WEDNESDAY),
        ("time", "half past four in the afternoon", ANYTHING),
        ("time", "four thirty p m please", ANYTHING),
        ("time", "noon", ANYTHING),
        ("time", "sixteen hundred", ANYTHING),
        ("email", "dana at example dot com thank you", ANYTHING),
        ("spelling", "x ray one two three four five", SIX),
    ],
)
def test_a_complete_answer_is_finished(kinds: Mapping[str, Kind], kind: str, said: str, options: KindOptions) -> None:
    assert kinds[kind].finished(said, options)


@pytest.mark.parametrize(
    ("kind", "said", "options"),
    [
        ("zip", "nine four one oh", ANYTHING),
        ("zip", "nine four one twenty", ANYTHING),
        ("zip", "nine four one double", ANYTHING),
        ("zip", "nine four one oh seven no", ANYTHING),
        ("zip", "", ANYTHING),
        ("digits", "one two three four five", SIX),
        ("digits", "one two three", ANYTHING),
        ("yes_no", "yes but", ANYTHING),
        ("yes_no", "not", ANYTHING),
        ("yes_no", "maybe", ANYTHING),
        ("number", "twenty", ANYTHING),
        ("phone", "five oh three five five five", ANYTHING),
        ("phone", "plus four four two oh seven nine four six oh nine five eight", ANYTHING),
        ("place", "portland", ANYTHING),
        ("city", "new york", ANYTHING),
        ("money", "five dollars", ANYTHING),
        ("name", "john smith", ANYTHING),
        ("text", "hello", ANYTHING),
        ("choice", "dark", COLOURS),
        ("date", "june third", WEDNESDAY),
        ("date", "the third", WEDNESDAY),
        ("date", "june third twenty twenty", WEDNESDAY),
        ("date", "tuesday", WEDNESDAY),
        ("date", "in two", WEDNESDAY),
        ("date", "tomorrow no", WEDNESDAY),
        ("time", "four thirty", ANYTHING),
        ("time", "quarter to", ANYTHING),
        ("email", "dana at example dot co", ANYTHING),
        ("email", "dana at example", ANYTHING),
        ("street", "twelve fifty main street", ANYTHING),
        ("spelling", "m i l l e r", ANYTHING),
        ("spelling", "x ray one two three four", SIX),
    ],
)
def test_an_answer_that_may_go_on_is_not_finished(
    kinds: Mapping[str, Kind], kind: str, said: str, options: KindOptions
) -> None:
    assert not kinds[kind].finished(said, options)


@pytest.mark.parametrize(
    ("kind", "value", "spoken"),
    [
        ("zip", "94107", "9 4 1 0 7"),
        ("place", "94107", "9 4 1 0 7"),
        ("place", "Portland, Oregon", "Portland, Oregon"),
        ("digits", "007", "0 0 7"),
        ("phone", "+15035550100", "5 0 3, 5 5 5, 0 1 0 0"),
        ("phone", "+442079460958", "plus 4 4 2, 0 7 9, 4 6 0, 9 5 8"),
        ("yes_no", "yes", "yes"),
        ("money", "12.50", "12 dollars and 50 cents"),
        ("money", "1.01", "1 dollar and 1 cent"),
        ("money", "0.05", "5 cents"),
        ("money", "0.00", "0 dollars"),
        ("name", "Mary O'Brien", "Mary O'Brien"),
        ("date", "2026-06-23", "Tuesday, June 23rd, 2026"),
        ("date", "2026-01-01", "Thursday, January 1st, 2026"),
        ("date", "2026-10-12", "Monday, October 12th, 2026"),
        ("time", "16:30", "4:30 PM"),
        ("time", "09:05", "9:05 AM"),
        ("time", "16:00", "4 PM"),
        ("time", "00:15", "12:15 AM"),
        ("time", "12:00", "noon"),
        ("time", "00:00", "midnight"),
        ("email", "dana_lee@north-wind.example", "d, a, n, a, underscore, l, e, e, at north dash wind dot example"),
        ("email", "x1@bbc.co.uk", "x, 1, at b, b, c dot c, o dot u, k"),
        ("street", "1250 Main Street", "12 50 Main Street"),
        ("street", "105 West 42nd Street", "1 0 5 West 42nd Street"),
        ("street", "PO Box 456", "PO Box 4 56"),
        ("spelling", "AB-12", "A, B, dash, 1, 2"),
    ],
)
def test_values_are_read_back_as_people_say_them(kinds: Mapping[str, Kind], kind: str, value: str, spoken: str) -> None:
    assert kinds[kind].speak(value) == spoken


@pytest.mark.parametrize(
    ("kind", "options", "most"),
    [
        ("zip", ANYTHING, 5),
        ("place", ANYTHING, 5),
        ("digits", SIX, 6),
        ("digits", ANYTHING, 0),
        ("yes_no", ANYTHING, 1),
        ("date", ANYTHING, 8),
        ("time", ANYTHING, 4),
    ],
)
def test_a_whole_keyed_answer_has_as_many_keys_as_the_value(
    kinds: Mapping[str, Kind], kind: str, options: KindOptions, most: int
) -> None:
    assert kinds[kind].max_keys(options) == most


def test_what_cannot_be_keyed_lets_a_single_key_act_as_a_command(kinds: Mapping[str, Kind]) -> None:
    unkeyed = ("name", "text", "city", "email", "street", "spelling")
    assert {kinds[kind].max_keys(ANYTHING) for kind in unkeyed} == {1}


def test_closed_kinds_name_the_words_of_their_answers_and_open_ones_none(kinds: Mapping[str, Kind]) -> None:
    for kind in kinds.values():
        assert bool(kind.words(COLOURS)) == kind.closed
    assert {"oh", "ninety", "double", "hundred"} <= set(kinds["zip"].words(ANYTHING))
    assert {"oh", "portland", "salt lake city"} <= set(kinds["place"].words(ANYTHING))
    assert "my zip is" in kinds["zip"].words(ANYTHING)
    assert {"june", "twentieth", "tuesday", "next", "christmas eve"} <= set(kinds["date"].words(ANYTHING))
    assert {"b", "bravo", "as in boy", "dash"} <= set(kinds["spelling"].words(ANYTHING))
    assert {"b", "at", "dot", "gmail", "under score"} <= set(kinds["email"].words(ANYTHING))
    assert kinds["choice"].words(COLOURS) == COLOURS.choices


def test_without_names_to_listen_for_a_place_is_free_speech() -> None:
    assert [make_kinds(lambda _: None, ())[kind].closed for kind in ("city", "place")] == [False, False]
