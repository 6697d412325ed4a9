"""From text to a flow book, or every mistake at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from pydantic import ValidationError

from ivr.flows.book import ANYWHERE, FlowBook
from ivr.flows.checks import check
from ivr.flows.company import Company
from ivr.flows.language import FlowFile
from ivr.flows.listings import with_listings
from ivr.flows.merging import NOT_INCLUDED
from ivr.flows.mistakes import problems_of
from ivr.flows.problems import FlowFileError, Place, Problem
from ivr.flows.salvage import salvage
from ivr.flows.skills import Skills
from ivr.flows.source import Path, Source, read_source
from ivr.flows.steps.base import StepBase

MAX_PROBLEMS = 200
"""More mistakes than anybody reads at once; finding them all in a hostile file could take for ever."""


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


@dataclass(frozen=True, slots=True)
class Draft:
    """A flow file as far as it can be read: with mistakes, ``book`` is what is left of it without them.

    ``book`` is None when nothing can be run. ``paths`` tells where in the file each step is written.
    """

    problems: tuple[Problem, ...]
    book: FlowBook | None
    source: Source
    paths: Mapping[str, Path]

    @property
    def has_mistakes(self) -> bool:
        return self.book is None or any(problem.severity == "error" for problem in self.problems)


def read_flows(text: str, make_skills: MakeSkills, *, file: str = "flows.yaml") -> FlowBook:
    """Read and check a flow file; ``file`` is only a name for messages.

    Raises:
        FlowFileError: with all mistakes, never only the first.
    """
    draft = read_draft(text, make_skills, file=file)
    if draft.book is None or draft.has_mistakes:
        raise FlowFileError(draft.problems)
    return draft.book


def read_draft(text: str, make_skills: MakeSkills, *, file: str = "flows.yaml") -> Draft:
    """Read a flow file with whatever mistakes it has.

    Raises:
        FlowFileError: when so little can be read that nothing can be said about the rest.
    """
    source = read_source(text, file)
    parsed, broken = _parsed(source)
    if any(problem.code == NOT_INCLUDED for problem in source.problems):
        # What seems to be missing now may stand in the file that is not there.
        raise FlowFileError([*source.problems, *(broken if "flows" in source.tree else ())])
    if parsed is None:
        raise FlowFileError([*source.problems, *broken])
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
    parsed = with_listings(parsed, source.tables)
    for name in parsed.anywhere:
        places.setdefault(f"{ANYWHERE}.{name}", source.place((ANYWHERE, name), key=True))
    misfits = [Problem(source.place(m.path), "F301", m.what, m.instead) for m in make_skills.misfits(parsed)]
    skills = None if misfits else make_skills(parsed)
    unfit = islice(check(parsed, blocks, paths, source, skills), MAX_PROBLEMS)
    problems = tuple(dict.fromkeys([*source.problems, *broken, *misfits, *unfit]))
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    book = FlowBook(version, parsed, blocks, places, skills, file, source.tables) if skills else None
    return Draft(problems, book, source, paths)


def _parsed(source: Source) -> tuple[FlowFile | None, list[Problem]]:
    """The file as a type, or what is left of it without its mistakes; None when nothing is."""
    try:
        return FlowFile.model_validate(source.tree), []
    except ValidationError as error:
        broken = problems_of(source, error.errors(include_url=False, include_context=True)[:MAX_PROBLEMS])
        return salvage(source.tree, error), broken


def _blocks(name: str, steps: tuple[StepBase, ...], path: Path) -> Iterator[tuple[str, tuple[StepBase, ...], Path]]:
    """This block and all blocks inside its steps, each with where it is written."""
    yield name, steps, path
    for index, step in enumerate(steps):
        for inner, inside, below in step.blocks():
            yield from _blocks(f"{name}.{index}.{inner}", inside, (*path, index, *below))
