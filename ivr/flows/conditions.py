"""The small safe language of ``if``: names, texts, numbers, comparison, and / or / not / in, ``is open|closed|known``.

    hours.shop is closed
    order is known and store.state == "OR"
    attempts >= 2 or intent in [sales, "track an order"]

There is no code in it: a condition is read once into a tree that only looks up call data. Length and depth are bounded,
so deciding takes bounded time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

MAX_LENGTH = 500
MAX_DEPTH = 20
TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))"
)
WORDS = frozenset({"and", "or", "not", "in", "is"})
STATES = ("open", "closed", "known", "unknown")


class ConditionError(ValueError):
    """The condition cannot be read; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A written value."""

    value: str | tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the call; a bare word that is no variable stands for itself on the right of a comparison."""

    name: str


@dataclass(frozen=True, slots=True)
class State:
    """``NAME is [not] open|closed|known|unknown``."""

    name: str
    state: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values and a sign."""

    left: Literal | Name
    sign: str
    right: Literal | Name


@dataclass(frozen=True, slots=True)
class Logic:
    """``and``, ``or``, ``not`` over conditions."""

    word: str
    parts: tuple[Condition, ...]


Condition: TypeAlias = State | Compare | Logic | Name | Literal


@dataclass(slots=True)
class _Reader:
    """Recursive descent over the tokens."""

    tokens: list[tuple[str, str]]
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise ConditionError("the condition stops too early.")
        self.at += 1
        return self.tokens[self.at - 1]

    def accept(self, word: str) -> bool:
        if self.peek().lower() == word:
            self.at += 1
            return True
        return False

    def either(self) -> Condition:
        parts = [self.both()]
        while self.accept("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Logic("or", tuple(parts))

    def both(self) -> Condition:
        parts = [self.negation()]
        while self.accept("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))

    def negation(self) -> Condition:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConditionError("the condition is nested too deeply.")
        try:
            if self.accept("not"):
                return Logic("not", (self.negation(),))
            if self.accept("("):
                inner = self.either()
                if not self.accept(")"):
                    raise ConditionError("a bracket ')' is missing.")
                return inner
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Condition:
        left = self.value()
        if self.accept("is"):
            return self._state(left)
        negated = self.peek().lower() == "not" and self.accept("not")
        if self.accept("in"):
            test = Compare(left, "in", self.value())
            return Logic("not", (test,)) if negated else test
        if self.peek() in {"==", "!=", "<", "<=", ">", ">="}:
            sign = self.take()[1]
            return Compare(left, sign, self.value())
        return left

    def _state(self, left: Literal | Name) -> Condition:
        negated = self.accept("not")
        _, word = self.take()
        if not isinstance(left, Name) or word.lower() not in STATES:
            raise ConditionError(f"after 'is' write one of {', '.join(STATES)}; to compare values write '=='.")
        return State(left.name, word.lower(), negated)

    def value(self) -> Literal | Name:
        if self.accept("["):
            items: list[Any] = []
            while not self.accept("]"):
                if self.peek() == "[":
                    raise ConditionError("a list holds texts and numbers only.")
                item = self.value()
                items.append(item.value if isinstance(item, Literal) else item.name)
                if not self.accept(",") and self.peek() != "]":
                    raise ConditionError("a list is written [one, two].")
            return Literal(tuple(items))
        kind, word = self.take()
        if kind == "text":
            return Literal(word[1:-1])
        if kind == "number":
            return Literal(word)  # as written: 02134 is a ZIP; comparing decides what is a number
        if kind == "name" and word.lower() not in WORDS:
            return Name(word)
        quotes = f' If it is a text, put quotes around it: "{word}".' if word.lower() in WORDS else ""
        raise ConditionError(f"'{word}' is not expected here.{quotes}")


def read_condition(text: str) -> Condition:
    """Read ``text``.

    Raises:
        ConditionError: saying what is wrong.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"the condition is longer than {MAX_LENGTH} characters.")
    tokens: list[tuple[str, str]] = []
    position = 0
    while text[position:].strip():
        match = TOKEN.match(text, position)
        if match is None:
            sign = text[position:].strip()[0]
            if sign == "=":
                raise ConditionError("to compare values write '=='.")
            raise ConditionError(f"'{sign}' is not part of the language of conditions.")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    reader = _Reader(tokens)
    condition = reader.either()
    if reader.at < len(tokens):
        raise ConditionError(f"'{reader.peek()}' is not expected here; join conditions with 'and' or 'or'.")
    return condition


def names_of(condition: Condition) -> set[str]:
    """Variables a condition looks at (left sides and states; bare words on the right may be plain text)."""
    match condition:
        case Logic(_, parts):
            return set().union(*(names_of(part) for part in parts))
        case State(name, _, _) | Name(name):
            return {name}
        case Compare(Name(name), _, _):
            return {name}
        case _:
            return set()


def hours_of(condition: Condition) -> set[str]:
    """Names of opening hours a condition asks about."""
    match condition:
        case Logic(_, parts):
            return set().union(*(hours_of(part) for part in parts))
        case State(name, "open" | "closed", _):
            return {name}
        case _:
            return set()


def holds(condition: Condition, lookup: Callable[[str], Any], is_open: Callable[[str], bool]) -> bool:
    """Decide ``condition``; never raises. ``is_open`` gets the part after ``hours.``."""
    match condition:
        case Logic("and", parts):
            return all(holds(part, lookup, is_open) for part in parts)
        case Logic("or", parts):
            return any(holds(part, lookup, is_open) for part in parts)
        case Logic(_, parts):
            return not holds(parts[0], lookup, is_open)
        case State(name, state, negated):
            return _state(name, state, lookup, is_open) != negated
        case Compare(left, sign, right):
            return _compare(_resolve(left, lookup), sign, _resolve(right, lookup, bare=True))
        case Name() | Literal():
            return _resolve(condition, lookup) not in (None, "", "no", "false", "0", 0, False)


def _state(name: str, state: str, lookup: Callable[[str], Any], is_open: Callable[[str], bool]) -> bool:
    if state in {"open", "closed"}:
        return is_open(name.removeprefix("hours.")) == (state == "open")
    return (lookup(name) not in (None, "")) == (state == "known")


def _resolve(value: Literal | Name, lookup: Callable[[str], Any], *, bare: bool = False) -> Any:
    if isinstance(value, Literal):
        return value.value
    found = lookup(value.name)
    return value.name if found is None and bare else found


def _compare(left: Any, sign: str, right: Any) -> bool:
    if sign == "in":
        if isinstance(right, tuple):
            return any(_compare(left, "==", item) for item in right)
        return _text(left) in _text(right)
    numbers = _number(left), _number(right)
    if numbers[0] is not None and numbers[1] is not None:
        pair: tuple[Any, Any] = numbers
    else:
        pair = (_text(left), _text(right))
    match sign:
        case "==":
            return bool(pair[0] == pair[1])
        case "!=":
            return bool(pair[0] != pair[1])
        case "<":
            return bool(pair[0] < pair[1])
        case "<=":
            return bool(pair[0] <= pair[1])
        case ">":
            return bool(pair[0] > pair[1])
        case _:
            return bool(pair[0] >= pair[1])


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip().lower()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return value
    text = str(value).strip() if isinstance(value, str | int) else ""
    # A leading zero makes it a code, not a number: ZIP 02134 is not 2134.
    return float(text) if re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?", text) else None
