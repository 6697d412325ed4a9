"""Conditions over values that nobody can know before a call: true, false, or undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr.flows.conditions import Compare, Condition, Logic, Name, State, holds

SOMETHING = "\ue000"
"""Stands for a value that a caller or a service gives: known, but nobody can say what it is."""
LONGEST = 40
"""Texts that a flow builds up and that grow beyond this are only known to be something."""


def plain(value: Any) -> Any:
    """``value`` as far as it matters: what is made of something unknown is something unknown."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {}
    if isinstance(value, str):
        return SOMETHING if SOMETHING in value or len(value) > LONGEST else value
    return SOMETHING if isinstance(value, float) else str(value)


def decided(condition: Condition, lookup: Callable[[str], Any], is_open: Callable[[str], bool]) -> bool | None:
    """What ``condition`` comes to; None when that depends on something nobody can know."""
    match condition:
        case Logic("not", parts):
            inner = decided(parts[0], lookup, is_open)
            return None if inner is None else not inner
        case Logic(word, parts):
            return _joined(word == "or", [decided(part, lookup, is_open) for part in parts])
        case State(_, "open" | "closed"):
            return holds(condition, lookup, is_open)
        case State(name, _, negated):
            value = lookup(name)
            return None if value is None else holds(State(name, condition.state, negated), lambda _: value[0], is_open)
        case Compare(left, _, right):
            unsure = any(_unsure(lookup(part.name)) for part in (left, right) if isinstance(part, Name))
        case Name(name):
            unsure = _unsure(lookup(name))
        case _:
            unsure = False
    return None if unsure else holds(condition, lambda name: (lookup(name) or (None,))[0], is_open)


def _joined(settles: bool, values: list[bool | None]) -> bool | None:
    """``or`` is settled by one true part, ``and`` by one false one."""
    if settles in values:
        return settles
    return None if None in values else not settles


def _unsure(value: tuple[Any] | None) -> bool:
    return value is None or plain(value[0]) in (SOMETHING, {})
