"""The main file and what it includes as one: names are put together, and nothing is said twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ivr.flows.documents import NAME, TABLE
from ivr.flows.problems import Place, Problem
from ivr.flows.written import Path, Source

INCLUDE = "include"
LOOKUP, IN = "lookup", "in"
OF = "of"
OF_SOMETHING = re.compile(r"\bof['\"]?\s*:")
NOT_INCLUDED = "F006"
MAX_FILES = 50
ONCE = frozenset({"defaults", "stores"})
"""Sections that belong together: they cannot be spread over files."""
DEEP = frozenset({"translations"})
"""Sections whose entries are themselves put together from several files."""


def entries(source: Source) -> Iterator[tuple[str, Place]]:
    """What stands below ``include`` and where; nothing when it is no list of names."""
    written = source.tree.get(INCLUDE)
    if isinstance(written, str):
        yield written, source.place((INCLUDE,))
    for index, name in enumerate(written if isinstance(written, list) else ()):
        if isinstance(name, str):
            yield name, source.place((INCLUDE, index))


def may_name_tables(text: str) -> bool:
    """Whether ``text`` may have a table beside it; to be sure it must be read."""
    return LOOKUP in text or OF_SOMETHING.search(text) is not None


def tables_named(source: Source) -> dict[str, Place]:
    """The tables that steps look something up in or slots list their answers in, each with where it is named first."""
    found: dict[str, Place] = {}
    for path, name in (*_listings(source.tree.get("slots")), *_lookups(source.tree.get("flows"), ("flows",))):
        if TABLE.fullmatch(name) and len(found) < MAX_FILES:
            found.setdefault(name, source.place(path))
    return found


def _listings(slots: Any) -> Iterator[tuple[Path, str]]:
    for name, slot in slots.items() if isinstance(slots, dict) else ():
        if isinstance(slot, dict) and isinstance(slot.get(OF), str):
            yield ("slots", name, OF), slot[OF]


def _lookups(tree: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, dict):
        body = tree.get(LOOKUP)
        if isinstance(body, dict) and isinstance(body.get(IN), str):
            yield (*path, LOOKUP, IN), body[IN]
        for key, value in tree.items():
            yield from _lookups(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from _lookups(value, (*path, index))


def included(source: Source) -> tuple[list[tuple[str, Place]], list[Problem]]:
    """The files that ``source`` includes and where each is named, and what is wrong with other names."""
    names: dict[str, Place] = {}
    problems = []
    for number, (name, place) in enumerate(entries(source)):
        if number == MAX_FILES:
            problems.append(
                Problem(place, NOT_INCLUDED, f"these are more than {MAX_FILES} files.", "Put some together.")
            )
            break
        if wrong := _wrong(name, source.file, names):
            problems.append(Problem(place, NOT_INCLUDED, *wrong))
        else:
            names[name] = place
    return list(names.items()), problems


def _wrong(name: str, file: str, known: dict[str, Place]) -> tuple[str, str] | None:
    """What is wrong with a name, and the remedy."""
    if not NAME.fullmatch(name):
        shown = name if len(name) <= 60 else f"{name[:57]}..."
        return (
            f"'{shown}' cannot be included.",
            "Name a .yaml file in this folder or below it:  sales.yaml",
        )
    if name == file.rpartition("/")[2]:
        return "a file cannot include itself.", "Leave it out."
    return (f"'{name}' is included twice.", "Keep one.") if name in known else None


def merged(sources: Sequence[Source]) -> Source:
    """All ``sources`` as one; the first is the main file."""
    if len(sources) == 1:
        return sources[0]
    merging = _Merging(sources[0])
    for source in sources[1:]:
        merging.add(source)
    problems = tuple(merging.problems)
    return Source(sources[0].file, merging.tree, merging.values, merging.keys, problems)


class _Merging:
    """The work of putting files together."""

    def __init__(self, main: Source) -> None:
        self.tree: dict[str, Any] = dict(main.tree)
        self.values, self.keys = dict(main.values), dict(main.keys)
        self.problems = list(main.problems)

    def add(self, source: Source) -> None:
        """Everything of ``source`` that is not there yet; what is there already is a mistake."""
        self.problems.extend(source.problems)
        tree = dict(source.tree)
        left_out: set[Path] = {(INCLUDE,)}
        if tree.pop(INCLUDE, None) is not None:
            what, instead = "an included file cannot include others.", "Include them from the main file."
            self.problems.append(Problem(source.place((INCLUDE,), key=True), NOT_INCLUDED, what, instead))
        self._put(self.tree, tree, (), source, left_out)
        for mine, theirs in ((self.values, source.values), (self.keys, source.keys)):
            for path, place in theirs.items():
                if left_out.isdisjoint((path[:1], path[:2], path[:3])):
                    mine.setdefault(path, place)

    def _put(self, tree: dict[str, Any], more: dict[str, Any], path: Path, source: Source, left_out: set[Path]) -> None:
        for name, value in more.items():
            here = (*path, name)
            if name not in tree:
                tree[name] = value
            elif isinstance(value, dict) and isinstance(tree[name], dict) and _is_spread(here):
                tree[name] = dict(tree[name])
                self._put(tree[name], value, here, source, left_out)
            else:
                left_out.add(here)
                what, first = f"'{name}' stands in two files.", self.keys.get(here) or self.values[here]
                place = source.place(here, key=True)
                self.problems.append(Problem(place, "F003", what, f"Keep one; the first is at {first}."))


def _is_spread(path: Path) -> bool:
    """Whether the entries at ``path`` may come from several files."""
    return path[0] in DEEP if len(path) > 1 else path[0] not in ONCE
