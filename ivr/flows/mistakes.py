"""From a validator's findings to sentences that a business user can act on: where, what is wrong, what to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from ivr.flows.fields import nearest, short
from ivr.flows.keys import keys_at
from ivr.flows.language import FlowFile
from ivr.flows.problems import Problem
from ivr.flows.source import Path, Source
from ivr.flows.steps import STEP_TYPES

BLOCK_KEYS = frozenset({"then", "else", "yes", "no", "failed", "missing"})
"""Keys below which steps hold lists of steps."""
WORDS = ", ".join(STEP_TYPES)


def problems_of(source: Source, details: list[ErrorDetails]) -> list[Problem]:
    """Each mistake once. That a list lost an entry that was itself a mistake is not another one."""
    paths = [tuple(detail["loc"]) for detail in details]
    found = []
    for path, detail in zip(paths, details, strict=True):
        inside = any(len(other) > len(path) and other[: len(path)] == path for other in paths)
        if not (inside and detail["type"] == "too_short"):
            found.append(_problem(source, path, detail))
    return list(dict.fromkeys(found))


def tree_path(path: Path) -> Path:
    """``path`` as it is in the file: validators add the word of a step's type, and mark names with ``[key]``."""
    kept: list[str | int] = []
    after_step = False
    for element in path:
        if not (after_step and element in STEP_TYPES) and element != "[key]":
            kept.append(element)
        after_step = is_step(tuple(kept)) and isinstance(element, int)
    return tuple(kept)


def is_step(path: Path) -> bool:
    """Whether ``path`` of the file leads to an entry of a list of steps."""
    in_flow = len(path) == 3 and path[0] == "flows"
    return len(path) > 2 and isinstance(path[-1], int) and (in_flow or path[-2] in BLOCK_KEYS)


def _problem(source: Source, path: Path, detail: ErrorDetails) -> Problem:
    written, context = detail["input"], detail.get("ctx", {})
    place = source.place(tree_path(path), key=path[-1:] == ("[key]",))
    match detail["type"]:
        case "flow_file":
            return Problem(place, "F100", str(context["what"]), str(context["instead"]))
        case "extra_forbidden":
            return _unknown_key(source, path)
        case "missing":
            return Problem(place, "F102", f"'{path[-1]}' is missing here.", f"Add  {path[-1]}: ...")
        case "union_tag_not_found":
            return _no_step(source, path, written)
        case "string_pattern_mismatch":
            what = f"'{written}' cannot stand here."
            return Problem(place, "F104", what, f"It must fit the pattern {context['pattern']}")
        case "too_short":
            return Problem(place, "F108", "this is empty.", "Write at least one entry.")
        case "string_too_short":
            return Problem(place, "F108", "this is empty.", "Write a text.")
        case kind:
            what, instead = _out_of_range(written, context) or _wrong_type(kind, written)
            code = {"dict_type": "F105", "model_type": "F105", "tuple_type": "F106", "string_type": "F107"}
            return Problem(place, code.get(kind, "F109"), what, instead)


def _out_of_range(written: Any, context: Mapping[str, Any]) -> tuple[str, str] | None:
    """A number or time that is too small or too large; None when it is something else."""
    for bound, what, words in (
        ("le", "too large", "at most "),
        ("ge", "too small", "at least "),
        ("gt", "too small", "more than "),
        ("max_length", "too long", "at most "),
    ):
        if bound in context:
            limit = context[bound]
            timed = str(written)[-1:].isalpha()
            unit = " letters" if bound == "max_length" else "s" if timed else ""
            return f"'{short(written)}' is {what}.", f"Write {words}{limit:g}{unit}."
    return None


def _wrong_type(kind: str, written: Any) -> tuple[str, str]:
    """What stands there instead of what should, and how that is written."""
    given = f"'{short(written)}'" if written else "nothing"
    if isinstance(written, dict | list):
        given = "a list" if isinstance(written, list) else "'name: value' lines"
    should = {
        "dict_type": ("'name: value' lines are needed here", "Indent lines  name: value  below it."),
        "model_type": ("'name: value' lines are needed here", "Indent lines  name: value  below it."),
        "tuple_type": ("a list is needed here", "Write each entry on a line of its own, beginning with  - "),
        "string_type": ("one text is needed here", "Write a single line of text."),
        "int_parsing": ("a whole number is needed here", "Write it in figures:  6"),
        "int_type": ("a whole number is needed here", "Write it in figures:  6"),
        "float_type": ("a length of time is needed here", "Write a number with s, m or h:  6s"),
        "bool_parsing": ("yes or no is needed here", "Write yes or no."),
        "bool_type": ("yes or no is needed here", "Write yes or no."),
    }
    what, instead = should.get(kind, ("something else is needed here", "Look it up in docs/flow-file.md."))
    return f"{what}, not {given}.", instead


def _unknown_key(source: Source, path: Path) -> Problem:
    key = str(path[-1])
    place = source.place(tree_path(path), key=True)
    if key in STEP_TYPES and is_step(tree_path(path)[:-1]):
        what = f"'{key}' begins another step."
        return Problem(place, "F101", what, f"Give it a line of its own:  - {key}: ...")
    return Problem(place, "F101", f"I do not know '{key}' here.", suggest(key, keys_at(FlowFile, path[:-1])))


def _no_step(source: Source, path: Path, written: Any) -> Problem:
    below = tree_path(path)
    if isinstance(written, dict) and written:
        key = str(next(iter(written)))
        what = f"I do not know the step '{key}'."
        return Problem(source.place((*below, key), key=True), "F103", what, suggest(key, list(STEP_TYPES)))
    if isinstance(written, str) and written in STEP_TYPES:
        return Problem(source.place(below), "F103", f"a colon is missing after '{written}'.", f"Write  - {written}:")
    example = f"  - say: {short(written)}" if isinstance(written, str) and written else ""
    what = "this is not a step."
    return Problem(source.place(below), "F103", what, f"Begin with a word and a colon:{example or f' {WORDS}.'}")


def suggest(word: str, known: list[str]) -> str:
    """The remedy for a word that is not one of ``known``."""
    close = nearest(word, known)
    if close:
        return f"Did you mean '{close}'?"
    return f"Known here: {', '.join(known)}." if known else "Leave it out."
