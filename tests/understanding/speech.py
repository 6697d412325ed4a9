"""How people say a digit string: every usual way of grouping it, for laws that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st
from num2words import num2words

ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
BEFORE = ("", "my zip is", "it's uh", "no i said", "yes", "the number is", "um", "[unk]")
AFTER = ("", "please", "thank you", "um", "[unk]")


def _one(digit: str) -> tuple[str, ...]:
    return ("zero", "oh", "o") if digit == "0" else (ONES[int(digit)], digit)


def _ways(group: str) -> tuple[str, ...]:
    """How ``group`` is said as one group; empty when nobody says it as one."""
    if len(group) == 1:
        return _one(group)
    if len(group) in (2, 3) and len(set(group)) == 1:
        word = "double" if len(group) == 2 else "triple"
        same = tuple(f"{word} {one}" for one in _one(group[0]))
    else:
        same = ()
    if len(group) == 2 and group[0] != "0":
        return (*same, str(num2words(int(group))), str(num2words(int(group))).replace("-", " "))
    if len(group) == 3 and group[0] != "0" and group[1:] == "00":
        return (*same, f"{ONES[int(group[0])]} hundred")
    if len(group) == 3 and group[0] != "0":
        return (*same, str(num2words(int(group))), str(num2words(int(group))).replace(" and", ""))
    return same


def _stands_apart(way: str, rest: str, *, long: bool) -> bool:
    """Whether ``way`` is not heard as one number with what follows: "twenty", "one ..." are twenty one.

    In long numbers "two hundred", "five" could also be meant as 205, and another group make up for the length.
    """
    last = way.replace("-", " ").split()[-1]
    return not rest or rest[0] == "0" or not (last.endswith("ty") or (long and last == "hundred"))


@st.composite
def spoken(draw: st.DrawFn, digits: str) -> str:
    """``digits`` said in groups of one to three."""
    said: list[str] = []
    rest = digits
    while rest:
        ways = [
            (way, rest[size:])
            for size in (1, 2, 3)
            for way in _ways(rest[:size])
            if size <= len(rest) and _stands_apart(way, rest[size:], long=len(digits) > 5)
        ]
        way, rest = draw(st.sampled_from(ways))
        said.append(way)
    return " ".join(said)


@st.composite
def spoken_in_a_sentence(draw: st.DrawFn, digits: str) -> str:
    return " ".join((draw(st.sampled_from(BEFORE)), draw(spoken(digits)), draw(st.sampled_from(AFTER)))).strip()
