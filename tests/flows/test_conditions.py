"""What ``if`` can ask, and that no question can break a call."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.conditions import MAX_LENGTH, ConditionError, holds, hours_of, names_of, read_condition

KNOWN: dict[str, Any] = {
    "zip": "02134", "order": "123456", "tries": 2, "share": 0.5, "name": "Mary", "empty": "", "yes": "yes", "no": "no",
    "flag": True, "off": False, "zero": "0", "store": {"state": "OR"}, "big": 10**400, "huge": "9" * 30,
    "spaced": " Mary ",
}  # fmt: skip


def find(name: str) -> Any:
    value: Any = KNOWN
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def decide(text: str) -> bool:
    return holds(read_condition(text), find, lambda name: name == "shop")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # known, open, closed
        ("name is known", True),
        ("name is unknown", False),
        ("name is not known", False),
        ("empty is known", False),
        ("nobody is unknown", True),
        ("store.state is known", True),
        ("store.city is known", False),
        ("off is known", True),
        ("hours.shop is open", True),
        ("hours.shop is closed", False),
        ("hours.shop is not open", False),
        ("hours.phones is closed", True),
        ("shop is Open", True),
        # a code is not a number, a number is
        ('zip == "02134"', True),
        ("zip == 02134", True),
        ("zip == 2134", False),
        ('zip == "2134"', False),
        ("order == 123456", True),
        ("order == 123456.0", True),
        ("order < 200000", True),
        ("tries >= 2", True),
        ("tries > 2", False),
        ("tries != 3", True),
        ("tries < 10", True),
        ("share == 0.50", True),
        ("tries == -2", False),
        # texts
        ("name == Mary", True),
        ("name == mary", True),
        ("spaced == 'mary'", True),
        ("name != john", True),
        ('store.state == "or"', True),
        ("tries in ['2.0']", True),
        ("zero", False),
        ("store", True),
        ("nobody == nothing", False),
        ('nobody == ""', True),
        ("name in [john, Mary]", True),
        ("name not in [john, Mary]", False),
        ("name in []", False),
        ("tries in [1, 2]", True),
        ("zip in ['02134', '94107']", True),
        ("'ar' in name", True),
        # truth
        ("flag", True),
        ("off", False),
        ("no", False),
        ("yes", True),
        ("empty", False),
        ("not empty", True),
        ("nobody", False),
        # 'and' binds more than 'or', 'not' more than both
        ("flag or off and off", True),
        ("(flag or off) and off", False),
        ("not off and off", False),
        ("not (off and off)", True),
        ("off or not off", True),
        ("not not flag", True),
        ("name is known and tries >= 2 or off", True),
        ("NOT off AND flag", True),
    ],
)
def test_a_condition_is_decided_as_it_reads(text: str, expected: bool) -> None:
    assert decide(text) is expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "stops too early"),
        ("order is", "stops too early"),
        ("order =", "write '=='"),
        ("order is ready", "after 'is' write one of open, closed, known, unknown"),
        ("'x' is known", "after 'is' write one of"),
        ("(order", "a bracket ')' is missing"),
        ("order)", "join conditions with 'and' or 'or'"),
        ("order name", "join conditions with 'and' or 'or'"),
        ("order == [a, [b]]", "a list holds texts and numbers only"),
        ("order in [a b]", "a list is written [one, two]"),
        ("order in [a", "a list is written [one, two]"),
        ("and", "'and' is not expected here"),
        ("store.state == OR", 'put quotes around it: "OR"'),
        ("order == and", "'and' is not expected here"),
        ("order; x", "';' is not part of the language"),
        ("__import__('os')", "'(' is not expected here"),
        ("{order} == 5", "'{' is not part of the language"),
        ("'open", "''' is not part of the language"),
        ("x" * (MAX_LENGTH + 1), "longer than 500 characters"),
        ("(" * 30 + "x" + ")" * 30, "nested too deeply"),
        ("not " * 30 + "x", "nested too deeply"),
    ],
)
def test_what_is_no_condition_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as refused:
        read_condition(text)
    assert says in str(refused.value)


TOKENS = """
( ) [ ] , == != < <= > >= and or not in is open closed known name zip store.state big huge nobody 'x' "02134" 12 -1 0.5
hours.shop flag 99999999999999999999999999 ٣ ' . .. = OR
"""
PARTS = st.sampled_from(TOKENS.split())


@given(text=st.lists(PARTS, max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_refused_or_decided(text: str) -> None:
    try:
        condition = read_condition(text)
    except ConditionError:
        return
    assert holds(condition, find, lambda name: False) in {True, False}
    assert hours_of(condition) <= names_of(condition)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])


@given(left=VALUES, sign=SIGNS, right=VALUES)
def test_any_two_values_can_be_compared(left: object, sign: str, right: object) -> None:
    values = {"a": left, "b": right}
    for text in (f"a {sign} b", f"a {sign} 5", f"a {sign} ['x', 1]", "a", "a is known", "not b"):
        assert holds(read_condition(text), values.get, lambda name: False) in {True, False}


@given(number=st.integers(-(10**9), 10**9), other=st.integers(-(10**9), 10**9))
def test_numbers_are_compared_as_numbers(number: int, other: int) -> None:
    condition = read_condition(f"a < {other}")
    assert holds(condition, {"a": str(number)}.get, lambda name: False) is (number < other)


def test_the_names_of_a_condition_are_its_variables() -> None:
    condition = read_condition(
        "hours.shop is closed and (order is known or name == mary) and not flag and intent in [x]"
    )
    assert names_of(condition) == {"hours.shop", "order", "name", "flag", "intent"}
    assert hours_of(condition) == {"hours.shop"}
