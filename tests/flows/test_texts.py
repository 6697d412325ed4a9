"""Filling in texts: values are data, unknown names are silence, and a brief says only what is known."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.texts import fill, fill_known, listed, names_in, without

KNOWN = {"name": "Mary", "order": "123456", "store.name": "St. Johns, Oregon", "empty": "", "zero": 0}


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello {name}.", "Hello Mary."),
        ("Hello {nobody}.", "Hello."),
        ("Hello {nobody}, welcome.", "Hello, welcome."),
        ("{order|digits}", "1 2 3 4 5 6"),
        ("{order|spell}, {name|lower}", "1, 2, 3, 4, 5, 6, mary"),
        ("{order|shout}", "123456"),
        ("{zero} tries", "0 tries"),
        ("{store.name} and {store.city}", "St. Johns, Oregon and"),
        ("{ name }", "{ name }"),
        ("{}", "{}"),
        ("{{name}}", "{Mary}"),
        ("{name", "{name"),
        ("{1name}", "{1name}"),
        ("{name.__class__}", ""),
        ("", ""),
    ],
)
def test_a_text_is_filled_as_it_reads(text: str, spoken: str) -> None:
    assert fill(text, KNOWN.get) == spoken


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        ("+15035550100", "5 0 3, 5 5 5, 0 1 0 0"),
        ("5035550100", "5 0 3, 5 5 5, 0 1 0 0"),
        ("(503) 555-0100", "5 0 3, 5 5 5, 0 1 0 0"),
        ("+442079460000", "4 4 2 0 7 9 4 6 0 0 0 0"),
        ("client:maria", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_is_spoken_in_groups(number: str, spoken: str) -> None:
    assert fill("{x|phone}", {"x": number}.get) == spoken


@pytest.mark.parametrize(
    ("amount", "spoken"),
    [
        ("12", "12 dollars"),
        ("1", "1 dollar"),
        ("0", "0 dollars"),
        ("12.50", "12 dollars and 50 cents"),
        ("12.5", "12 dollars and 50 cents"),
        ("12.01", "12 dollars and 1 cent"),
        ("1.00", "1 dollar"),
        ("0.99", "99 cents"),
        ("free", "free"),
        ("1,200", "1,200 dollars"),
        ("", ""),
    ],
)
def test_money_is_spoken_as_money(amount: str, spoken: str) -> None:
    assert fill("{x|money}", {"x": amount}.get) == spoken


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Caller {name}, order {order}, near {where}.", "Caller Mary, order 123456."),
        ("Caller {nobody}, order {order}.", "Order 123456."),
        ("Caller {nobody}, near {where}.", ""),
        ("Near {where}. Order {order}.", "Order 123456."),
        ("Order {order}, near {where}. Be kind.", "Order 123456. Be kind."),
        ("store {store.name}; name {name}", "Store St. Johns, Oregon; name Mary"),
        ("order {order}; near {where}", "Order 123456;"),
        ("{nobody} {name}.", "Mary."),
        ("No names here.", "No names here."),
        ("{order|digits}", "1 2 3 4 5 6"),
        ("tries {zero}.", "Tries 0."),
        ("{", "{"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_a_brief_says_only_what_is_known(text: str, told: str) -> None:
    assert fill_known(text, KNOWN.get) == told


@given(value=st.text(max_size=40))
def test_a_value_is_never_filled_again(value: str) -> None:
    looked_up: list[str] = []

    def find(name: str) -> str:
        looked_up.append(name)
        return value

    fill("{a} {b|digits}", find)
    assert looked_up == ["a", "b"]
    looked_up.clear()
    fill_known("{a}, {b}.", find)
    assert set(looked_up) == {"a", "b"}


@given(text=st.text("{}|abc.,; \n", max_size=60) | st.text(max_size=60), value=st.none() | st.integers() | st.text())
def test_no_text_and_no_value_can_break_the_filling(text: str, value: object) -> None:
    assert isinstance(fill(text, lambda name: value), str)
    assert isinstance(fill_known(text, lambda name: value), str)
    assert all(f"{{{name}" in text for name, _ in names_in(text))


def test_names_are_listed_as_they_are_spoken() -> None:
    assert listed([]) == ""
    assert listed(["sales"]) == "sales"
    assert listed(["sales", "support"], "and") == "sales and support"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("You can say {options}.", ""),
        ("Sorry. You can say {options}.", "Sorry."),
        ("Sorry, you can say {options}.", "Sorry."),
        ("Sorry? You can say {options}, or press zero, {name}.", "Sorry? Press zero, {name}."),
        ("Say {options} or one of {options|spell}. Or press zero.", "Press zero."),
        ("No options here.", "No options here."),
        ("{options", "{options"),
        ("", ""),
    ],
)
def test_what_cannot_be_listed_is_not_mentioned(text: str, said: str) -> None:
    assert without(text, "options") == said


@given(text=st.text() | st.text(alphabet="{}options, .;?!or"))
def test_without_a_name_a_text_has_it_nowhere(text: str) -> None:
    assert "options" not in [name for name, _ in names_in(without(text, "options"))]


@given(day=st.dates(), second=st.times())
def test_dates_and_times_are_said_as_the_calendar_has_them(day: date, second: time) -> None:
    said = fill("{x|date}", {"x": f"{day.isoformat()}T{second.isoformat()}"}.get)
    assert said.startswith(f"{day:%A}, {day:%B} {day.day}")
    assert said.endswith(f", {day.year}")
    shown = f"{second:%I:%M %p}".lstrip("0").replace(":00", "")
    assert fill("{x|time}", {"x": f"{day.isoformat()}T{second.isoformat()}"}.get) == shown
