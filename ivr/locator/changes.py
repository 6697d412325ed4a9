"""What a new list of stores would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ivr.locator.store import Store


@dataclass(frozen=True, slots=True)
class Changed:
    """A store that stays, and each field of it that does not: its name, before and after."""

    store: Store
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Stores by what becomes of them."""

    new: tuple[Store, ...]
    gone: tuple[Store, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def changes(before: Sequence[Store], after: Sequence[Store]) -> Changes:
    """The differences of two lists; a store is the same while its id is."""
    old, new = ({store.id: store for store in stores} for stores in (before, after))
    both = [(old[one], new[one]) for one in new if one in old and old[one] != new[one]]
    return Changes(
        tuple(store for one, store in new.items() if one not in old),
        tuple(store for one, store in old.items() if one not in new),
        tuple(Changed(now, _fields(was, now)) for was, now in both),
    )


def _fields(was: Store, now: Store) -> tuple[tuple[str, str, str], ...]:
    before, after = asdict(was), asdict(now)
    return tuple((name, _text(before[name]), _text(after[name])) for name in before if before[name] != after[name])


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple | list) else str(value)
