"""Laws about the whole file: every name that is used exists, every key means one thing, nothing goes in circles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ivr.flows.book import CallFlow, GoTo
from ivr.flows.circles import circles
from ivr.flows.company import Company
from ivr.flows.dialled import dialled_by_callers
from ivr.flows.looked_up import unknown_columns
from ivr.flows.problems import Problem
from ivr.flows.salvage import kept_names, written_names
from ivr.flows.skills import Skills
from ivr.flows.source import Path, Source
from ivr.flows.steps.base import StepBase
from ivr.flows.steps.menu import MenuStep
from ivr.flows.variables import there_are, unknown_variables, variables

BUILT_IN_COMMANDS = ("repeat",)
NUMBER = re.compile(r"\+[1-9]\d{6,14}|sips?:\S+|client:[\w.-]+", re.ASCII)
"""What a caller can dial: a telephone number with its country code, or an address of the carrier."""
Blocks = Mapping[str, tuple[StepBase, ...]]


def check(
    company: Company, blocks: Blocks, paths: Mapping[str, Path], source: Source, skills: Skills | None
) -> Iterator[Problem]:
    """All mistakes in a file whose parts are each right by themselves."""
    known = {what: written_names(source.tree, f"{what}s") for what in ("flow", "mailboxe", "slot", "queue", "agent")}
    known["web service"] = list(company.web_services)
    known["mailbox"] = known.pop("mailboxe")
    known["hours"] = written_names(source.tree, "hours")
    known["variable"] = variables(source.tree, list(kept_names(source.tree)))
    yield from _written_well(company, source)
    yield from _flows_exist(company, blocks, paths, source, known["flow"])
    yield from _names_exist(company, blocks, paths, source, known)
    yield from unknown_variables(source, known["variable"], known["hours"])
    yield from _kinds_exist(company, source, skills)
    yield from _commands(company, source)
    yield from _keys_clash(blocks, paths, source)
    yield from _dotted(blocks, paths, source)
    yield from unknown_columns(blocks, paths, source)
    yield from dialled_by_callers(company, blocks, paths, source)
    yield from circles(blocks, paths, source)


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


def _written_well(company: Company, source: Source) -> Iterator[Problem]:
    for line in company.lines:
        if not NUMBER.fullmatch(line):
            what = f"'{line}' is not a telephone number with its country code."
            yield Problem(source.place(("lines", line), key=True), "F208", what, 'Write for example  "+15035550100"')
    for flow in written_names(source.tree, "flows"):
        if "." in flow:
            what = f"the name '{flow}' has a dot in it."
            yield Problem(source.place(("flows", flow), key=True), "F209", what, f"Write  {flow.replace('.', '_')}")


def _dotted(blocks: Blocks, paths: Mapping[str, Path], source: Source) -> Iterator[Problem]:
    """Dots part the names of blocks, so an option cannot have one in its name."""
    for step, path in _steps(blocks, paths):
        for name in step.menu.options if isinstance(step, MenuStep) else ():
            if "." in name:
                place = source.place((*path, "menu", "options", name), key=True)
                what = f"the name '{name}' has a dot in it."
                yield Problem(place, "F209", what, f"Write  {name.replace('.', '')}")


def _keys_clash(blocks: Blocks, paths: Mapping[str, Path], source: Source) -> Iterator[Problem]:
    for step, path in _steps(blocks, paths):
        taken: dict[str, str] = {}
        for name, option in step.menu.options.items() if isinstance(step, MenuStep) else ():
            if option.press and taken.setdefault(option.press, name) != name:
                what = f"key {option.press} already means '{taken[option.press]}' here."
                place = source.place((*path, "menu", "options", name, "press"))
                yield Problem(place, "F210", what, "Give each option a key of its own.")


def _names_exist(
    company: Company, blocks: Blocks, paths: Mapping[str, Path], source: Source, known: Mapping[str, list[str]]
) -> Iterator[Problem]:
    for step, path in _steps(blocks, paths):
        for what, name, below in step.uses():
            if name not in known[what]:
                yield _unknown(source, (*path, *below), "F202", what, name, known[what])
    for name, queue in company.queues.items():
        if queue.hours and queue.hours not in known["hours"]:
            yield _unknown(source, ("queues", name, "hours"), "F202", "hours", queue.hours, known["hours"])
        if queue.callback_hours and queue.callback_hours not in known["hours"]:
            yield _unknown(
                source, ("queues", name, "callback_hours"), "F202", "hours", queue.callback_hours, known["hours"]
            )
        for number, overflow in enumerate(queue.overflow):
            if overflow.to and overflow.to not in known["queue"]:
                below = ("queues", name, "overflow", number, "to")
                yield _unknown(source, below, "F202", "queue", overflow.to, known["queue"])

    yield from _told_hosts(company, source, known["web service"])
    yield from _mailboxes(company, source, known["hours"])
    yield from _callback_page(company, source, known["queue"])


def _told_hosts(company: Company, source: Source, hosts: list[str]) -> Iterator[Problem]:
    for name, mailbox in company.mailboxes.items():
        host = urlsplit(mailbox.webhook).netloc
        if host and host not in hosts:
            yield _unknown(source, ("mailboxes", name, "webhook"), "F202", "web service", host, hosts)


def _mailboxes(company: Company, source: Source, hours: list[str]) -> Iterator[Problem]:
    numbers: dict[str, str] = {}
    for name, mailbox in company.mailboxes.items():
        if mailbox.hours and mailbox.hours not in hours:
            yield _unknown(source, ("mailboxes", name, "hours"), "F202", "hours", mailbox.hours, hours)
        if mailbox.number and numbers.setdefault(mailbox.number, name) != name:
            what = f"the number {mailbox.number} belongs to the mailbox '{numbers[mailbox.number]}' already."
            place = source.place(("mailboxes", name, "number"))
            yield Problem(place, "F210", what, "Give each mailbox a number of its own.")


def _callback_page(company: Company, source: Source, queues: list[str]) -> Iterator[Problem]:
    page = company.callback_page
    if page is None:
        return
    for topic, queue in page.topics.items():
        if queue not in queues:
            yield _unknown(source, ("callback_page", "topics", topic), "F202", "queue", queue, queues)
    if page.line and page.line not in company.lines:
        yield _unknown(source, ("callback_page", "line"), "F202", "line", page.line, list(company.lines))
    if not company.lines:
        what = "visitors cannot be called back: no line of the company is there to call from."
        instead = 'Write for example  lines: {"+15035550100": main}'
        yield Problem(source.place(("callback_page",), key=True), "F202", what, instead)


def _kinds_exist(company: Company, source: Source, skills: Skills | None) -> Iterator[Problem]:
    for name, slot in company.slots.items():
        if skills and slot.kind not in skills.kinds:
            yield _unknown(source, ("slots", name, "kind"), "F203", "kind", slot.kind, list(skills.kinds))


def _commands(company: Company, source: Source) -> Iterator[Problem]:
    for name, command in company.anywhere.items():
        if not command.go and name not in BUILT_IN_COMMANDS:
            what = f"the command '{name}' leads nowhere."
            yield Problem(source.place(("anywhere", name)), "F204", what, "Add  go: NAME_OF_A_FLOW")


def _steps(blocks: Blocks, paths: Mapping[str, Path]) -> Iterator[tuple[StepBase, Path]]:
    for block, steps in blocks.items():
        for index, step in enumerate(steps):
            yield step, paths[f"{block}.{index}"]


def _unknown(source: Source, path: Path, code: str, what: str, name: str, known: list[str]) -> Problem:
    verb = "are" if what == "hours" else "is"
    return Problem(source.place(path), code, f"there {verb} no {what} '{name}'.", there_are(name, known))
