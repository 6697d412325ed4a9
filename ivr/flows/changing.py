"""``dataclasses.replace`` for the frozen values of a call, at a third of its price: a turn makes a dozen of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

_set = object.__setattr__


def changed(value: T, **fields: Any) -> T:
    """``value``, a frozen dataclass with slots, with ``fields`` changed. Its ``__post_init__`` is not run.

    Raises:
        AttributeError: for a field that it does not have.

    >>> from ivr.flows.call import Tries
    >>> changed(Tries(asked=1), no_input=2)
    Tries(asked=1, no_input=2, no_match=0)
    """
    kind: Any = value.__class__
    copy: T = kind.__new__(kind)
    setters, values = _slots(kind)
    for set_slot, one in zip(setters, values(value), strict=True):
        set_slot(copy, one)
    for name, one in fields.items():
        _set(copy, name, one)
    return copy


@cache
def _slots(kind: type) -> tuple[list[Callable[[Any, Any], None]], Callable[[Any], tuple[Any, ...]]]:
    """What sets the slots of ``kind``, and what reads all of them (of two or more)."""
    names: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]  # of a class with slots
    return [getattr(kind, name).__set__ for name in names], attrgetter(*names)
