"""From text to a flow book, or every mistake at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.flows.book import FlowBook
from ivr.flows.checks import check
from ivr.flows.company import Company
from ivr.flows.language import FlowFile
from ivr.flows.problems import FlowFileError, Place, Problem
from ivr.flows.skills import Skills
from ivr.flows.source import Path, Source, read_source
from ivr.flows.steps import STEP_TYPES
from ivr.flows.steps.base import StepBase


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that only the skills can judge (hours, a store file) and refuse."""

    path: Path
    what: str
    instead: str


class MakeSkills(Protocol):
    """Builds what the core is given for a company."""

    def misfits(self, company: Company) -> Iterable[Misfit]:
        """What in the company's settings cannot be used."""
        ...

    def __call__(self, company: Company) -> Skills:
        """Called only when there are no misfits."""
        ...


def read_flows(text: str, make_skills: MakeSkills, *, file: str = "flows.yaml") -> FlowBook:
    """Read and check a flow file; ``file`` is only a name for messages.

    Raises:
        FlowFileError: with all mistakes, never only the first.
    """
    source = read_source(text, file)
    try:
        parsed = FlowFile.model_validate(source.tree)
    except ValidationError as error:
        problems = [*source.problems, *(_problem(source, detail) for detail in error.errors(include_url=False))]
        raise FlowFileError(list(dict.fromkeys(problems))) from error
    blocks: dict[str, tuple[StepBase, ...]] = {}
    places: dict[str, Place] = {}
    paths: dict[str, Path] = {}
    for name, steps in parsed.flows.items():
        for block, inside, path in _blocks(name, steps, ("flows", name)):
            blocks[block] = inside
            places[block] = source.place(path, key=True)
            for index in range(len(inside)):
                places[f"{block}.{index}"] = source.place((*path, index))
                paths[f"{block}.{index}"] = (*path, index)
    misfits = [Problem(source.place(m.path), "F301", m.what, m.instead) for m in make_skills.misfits(parsed)]
    skills = None if misfits else make_skills(parsed)
    problems = [*source.problems, *misfits, *check(parsed, blocks, paths, source, skills)]
    if skills is None or any(problem.severity == "error" for problem in problems):
        raise FlowFileError(problems)
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return FlowBook(version, parsed, blocks, places, skills)


def _blocks(name: str, steps: tuple[StepBase, ...], path: Path) -> Iterator[tuple[str, tuple[StepBase, ...], Path]]:
    """This block and all blocks inside its steps, each with where it is written."""
    yield name, steps, path
    for index, step in enumerate(steps):
        for inner, inside, below in step.blocks():
            yield from _blocks(f"{name}.{index}.{inner}", inside, (*path, index, *below))


# --- from a validator's findings to sentences -----------------------------------------------------------------------


def _problem(source: Source, detail: ErrorDetails) -> Problem:
    path = tuple(detail["loc"])
    kind = detail["type"]
    context = detail.get("ctx", {})
    last = str(path[-1]) if path else ""
    match kind:
        case "flow_file":
            return Problem(source.place(path), "F100", str(context["what"]), str(context["instead"]))
        case "extra_forbidden":
            return _unknown_key(source, path, last)
        case "missing":
            what = f"'{last}' is missing here."
            return Problem(source.place(path[:-1]), "F102", what, f"Add a line  {last}: ...")
        case "union_tag_not_found":
            return _unknown_step(source, path, detail["input"])
        case "string_pattern_mismatch":
            return Problem(source.place(path), "F104", f"'{detail['input']}' cannot stand here.", _shape(context))
        case "dict_type" | "model_type" | "model_attributes_type":
            what = "here must be 'name: value' lines."
            return Problem(source.place(path), "F105", what, "Indent lines  name: value  below it.")
        case "tuple_type" | "list_type":
            what = "here must be a list."
            return Problem(source.place(path), "F106", what, "Write each entry on its own line, beginning with  - ")
        case "string_type":
            return Problem(source.place(path), "F107", "here must be one text.", "Write a single line of text.")
        case "too_short":
            return Problem(source.place(path), "F108", "this is empty.", "Write at least one entry.")
        case _:
            what = f"'{detail['input']}' cannot stand here: {detail['msg'].lower()}."
            return Problem(source.place(path), "F109", what, "See the reference of this key in docs/flow-file.md.")


def _unknown_key(source: Source, path: Path, key: str) -> Problem:
    known = _known_keys(path)
    return Problem(source.place(path, key=True), "F101", f"I do not know '{key}' here.", _suggest(key, known))


def _unknown_step(source: Source, path: Path, written: Any) -> Problem:
    words = list(STEP_TYPES)
    if isinstance(written, dict) and written:
        key = str(next(iter(written)))
        place = source.place((*path, key), key=True)
        return Problem(place, "F103", f"I do not know the step '{key}'.", _suggest(key, words))
    what = "this is not a step."
    return Problem(source.place(path), "F103", what, f"Begin with a word and a colon: {', '.join(words)}.")


def _suggest(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Known here: {', '.join(known)}." if known else "Leave it out."


def _known_keys(path: Path) -> list[str]:
    """The keys that may stand at ``path``: found by walking the models along the path."""
    from ivr.flows.keys import keys_at  # walks the same models; kept apart because the editor schema uses it too

    return keys_at(FlowFile, path[:-1])


def _shape(context: dict[str, Any]) -> str:
    return {
        "^(never|keys|matching|any)$": "Write one of never, keys, matching, any.",
        "^(always|when_unsure|never)$": "Write one of always, when_unsure, never.",
        r"^[0-9*#]$": "Write one key of the telephone: 0 to 9, * or #.",
    }.get(str(context.get("pattern")), f"It must look like {_readable(str(context.get('pattern')))}.")


def _readable(pattern: str) -> str:
    return pattern.strip("^$").strip("()").replace("|", ", ").replace("\\", "")
