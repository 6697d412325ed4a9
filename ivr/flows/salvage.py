"""What is left of a flow file without its broken parts, so that one reading finds the mistakes of the rest too."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from ivr.flows.language import FlowFile
from ivr.flows.mistakes import is_step, tree_path
from ivr.flows.source import Path

ROUNDS = 4
"""Taking a part away may break what holds it; a file that still does not stand then is left alone."""
STEP = {"hangup": ""}
"""Stands in for a broken step: it says nothing, needs nothing and leads nowhere."""


def salvage(tree: dict[str, Any], error: ValidationError) -> FlowFile | None:
    """The file without the parts that ``error`` finds broken; None when too little is left."""
    tree = copy.deepcopy(tree)
    for _ in range(ROUNDS):
        broken = [(detail["type"], tuple(detail["loc"])) for detail in error.errors(include_url=False)]
        # The innermost first: an outer part may not need to go once it is mended inside.
        for kind, path in sorted(broken, key=lambda one: -len(one[1])):
            _take_away(tree, tree_path(path), only_key=kind == "extra_forbidden")
        try:
            return FlowFile.model_validate(tree)
        except ValidationError as again:
            error = again
    return None


def _take_away(tree: dict[str, Any], path: Path, *, only_key: bool) -> None:
    steps = [end for end in range(1, len(path) + 1) if is_step(path[:end])]
    if only_key:
        _drop(tree, path)
    elif steps:
        _replace(tree, path[: steps[-1]], dict(STEP))
    elif path[:1] == ("flows",) and len(path) > 1:
        _replace(tree, path[:2], [dict(STEP)])
    elif path[:1] == ("flows",):
        tree["flows"] = {"flow": [dict(STEP)]}
    else:
        _drop(tree, path[:2] if len(path) > 1 and isinstance(tree.get(str(path[0])), dict) else path[:1])


def _parent(tree: Any, path: Path) -> Any:
    for element in path[:-1]:
        if not _has(tree, element):
            return None
        tree = tree[element]
    return tree


def _has(value: Any, element: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(element, int) and element < len(value)
    return isinstance(value, dict) and element in value


def _replace(tree: dict[str, Any], path: Path, value: Any) -> None:
    parent = _parent(tree, path)
    if _has(parent, path[-1]):
        parent[path[-1]] = value


def _drop(tree: dict[str, Any], path: Path) -> None:
    parent = _parent(tree, path)
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def written_names(tree: Any, section: str) -> list[str]:
    """The names below ``section`` as written, also of what was taken away."""
    inside = tree.get(section) if isinstance(tree, dict) else None
    return list(inside) if isinstance(inside, dict) else []


def kept_names(tree: Any) -> Iterable[str]:
    """The names under which any step keeps something (``set``, ``save``)."""
    match tree:
        case dict():
            for key, value in tree.items():
                if key == "set" and isinstance(value, dict):
                    yield from value
                elif key == "save" and isinstance(value, str):
                    yield value
                yield from kept_names(value)
        case list():
            for value in tree:
                yield from kept_names(value)
        case _:
            return
