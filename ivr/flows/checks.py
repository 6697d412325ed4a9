"""Laws about the whole book: every name that is used exists, every built-in command is one, no loop never waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from ivr.flows.book import CallFlow, GoTo
from ivr.flows.company import Company
from ivr.flows.problems import Problem
from ivr.flows.skills import Skills
from ivr.flows.source import Path, Source
from ivr.flows.steps.base import StepBase

BUILT_IN_COMMANDS = ("repeat",)
Blocks = Mapping[str, tuple[StepBase, ...]]


def check(
    company: Company, blocks: Blocks, paths: Mapping[str, Path], source: Source, skills: Skills | None
) -> Iterator[Problem]:
    """All mistakes in a file whose parts are each right by themselves."""
    flows = [name for name in blocks if "." not in name]
    yield from _flows_exist(company, blocks, paths, source, flows)
    yield from _names_exist(company, blocks, paths, source)
    yield from _kinds_exist(company, source, skills)
    yield from _commands(company, source)
    yield from _loops(blocks, paths, source)


def _flows_exist(
    company: Company, blocks: Blocks, paths: Mapping[str, Path], source: Source, flows: list[str]
) -> Iterator[Problem]:
    def missing(flow: str, path: Path) -> Iterator[Problem]:
        if flow not in flows:
            yield _unknown(source, path, "F201", "flow", flow, flows)

    for line, flow in company.lines.items():
        yield from missing(flow, ("lines", line))
    for name, command in company.anywhere.items():
        if command.go:
            yield from missing(command.go, ("anywhere", name, "go"))
    for flow, path in _rungs(company, blocks, paths):
        yield from missing(flow, path)
    for step, path in _steps(blocks, paths):
        for way in step.exits():
            if isinstance(way.to, GoTo | CallFlow):
                yield from missing(way.to.flow, (*path, *way.path))


def _rungs(company: Company, blocks: Blocks, paths: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Flows that ladders lead to, and where they are named."""
    for owner, path in _patient(company, blocks, paths):
        for ladder in ("no_input", "no_match"):
            for index, rung in enumerate(getattr(owner, ladder, None) or ()):
                if not isinstance(rung, str):
                    yield rung.go, (*path, ladder, index, "go")


def _patient(company: Company, blocks: Blocks, paths: Mapping[str, Path]) -> Iterator[tuple[object, Path]]:
    """Everything that may have ladders, and where it is written."""
    yield company.defaults, ("defaults",)
    for name, slot in company.slots.items():
        yield slot, ("slots", name)
    for step, path in _steps(blocks, paths):
        yield getattr(step, step.word, None), (*path, step.word)


def _names_exist(company: Company, blocks: Blocks, paths: Mapping[str, Path], source: Source) -> Iterator[Problem]:
    known = {
        "slot": list(company.slots),
        "mailbox": list(company.mailboxes),
        "queue": list(company.queues),
        "agent": list(company.agents),
    }
    for step, path in _steps(blocks, paths):
        for what, name, below in step.uses():
            if name not in known[what]:
                yield _unknown(source, (*path, *below), "F202", what, name, known[what])
    for name, queue in company.queues.items():
        if queue.hours and queue.hours not in company.hours:
            yield _unknown(source, ("queues", name, "hours"), "F202", "hours", queue.hours, list(company.hours))


def _kinds_exist(company: Company, source: Source, skills: Skills | None) -> Iterator[Problem]:
    for name, slot in company.slots.items():
        if skills and slot.kind not in skills.kinds:
            yield _unknown(source, ("slots", name, "kind"), "F203", "kind", slot.kind, list(skills.kinds))


def _commands(company: Company, source: Source) -> Iterator[Problem]:
    for name, command in company.anywhere.items():
        if not command.go and name not in BUILT_IN_COMMANDS:
            what = f"the command '{name}' leads nowhere."
            yield Problem(source.place(("anywhere", name)), "F204", what, "Add  go: NAME_OF_A_FLOW")


def _loops(blocks: Blocks, paths: Mapping[str, Path], source: Source) -> Iterator[Problem]:
    """A flow that always reaches itself again without waiting for the caller would never end."""
    leads = {name: _jump(steps) for name, steps in blocks.items() if "." not in name}
    for name, (first, path_key) in leads.items():
        seen, at = {name}, first
        while at and at in leads and at not in seen:
            seen.add(at)
            at = leads[at][0]
        if at == name:
            place = source.place(paths[f"{name}.{path_key}"])
            what = f"the flow '{name}' goes round in a circle without waiting for the caller."
            yield Problem(place, "F205", what, "Ask something in between, or end the call.")


def _jump(steps: tuple[StepBase, ...]) -> tuple[str, int]:
    """Where a flow certainly goes without waiting: the flow after steps that only speak or set."""
    for index, step in enumerate(steps):
        if step.word == "go":
            return next(way.to.flow for way in step.exits() if isinstance(way.to, GoTo)), index
        if step.word not in {"say", "play", "set"}:
            return "", index
    return "", 0


def _steps(blocks: Blocks, paths: Mapping[str, Path]) -> Iterator[tuple[StepBase, Path]]:
    for block, steps in blocks.items():
        for index, step in enumerate(steps):
            yield step, paths[f"{block}.{index}"]


def _unknown(source: Source, path: Path, code: str, what: str, name: str, known: list[str]) -> Problem:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    article = "an" if what[0] in "aeiou" else "a"
    instead = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(known) or 'none yet'}."
    return Problem(source.place(path), code, f"there is no {what} '{name}'.", instead or f"Add {article} {what}.")
