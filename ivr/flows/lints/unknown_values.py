"""L112: variables that are used where a call may not know them yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.flows.conditions import names_of
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.lints.known import Known, known
from ivr.flows.source import Path
from ivr.flows.steps.base import StepBase
from ivr.flows.steps.collect import CollectStep
from ivr.flows.steps.if_ import IfStep
from ivr.flows.steps.set import SetStep
from ivr.flows.steps.voicemail import VoicemailStep
from ivr.flows.texts import names_in
from ivr.flows.variables import GIVEN, IN_QUESTIONS

ALWAYS = frozenset({"company", "caller", "line", "hours", *IN_QUESTIONS}) - {"intent"}
FORGIVING = frozenset({"brief", "otherwise"})
"""A brief leaves out what is not known."""


def find(facts: Facts) -> Iterator[Finding]:
    """Each variable once a step: texts need it on every way there, conditions on one way at least."""
    everywhere = known(facts)
    told: set[tuple[Path, str]] = set()
    for step, path in facts.paths.items():
        surely = everywhere.surely(step)
        if surely is None:
            continue
        for where, name, have in _used(facts, facts.steps[step], path, surely):
            if name not in have and (where, name) not in told:
                told.add((where, name))
                yield _may_be_unknown(facts, where, name)
        yield from _never_known(facts, step, path, everywhere)


def _may_be_unknown(facts: Facts, where: Path, name: str) -> Finding:
    first = (
        f"Write  collect: {name}  on every way here" if name in facts.book.company.slots else "Set it on every way here"
    )
    what = f"'{{{name}}}' may not be known here: some calls get here without it, and would hear nothing in its place."
    return Finding(facts.place(*where), what, f"{first}, or put this behind  if: {name} is known")


def _never_known(facts: Facts, name_of_step: str, path: Path, everywhere: Known) -> Iterator[Finding]:
    step = facts.steps[name_of_step]
    if isinstance(step, IfStep):
        have = everywhere.possibly(name_of_step)
        names = {name.partition(".")[0] for name in names_of(step.test.condition)} - ALWAYS
        for name in sorted(names & {*facts.book.company.slots, *GIVEN} - have):
            what = f"'{name}' is never known here: no way to this condition sets it."
            yield Finding(facts.place(*path, "if"), what, "Ask for it first, or leave the condition out.")


def _used(facts: Facts, step: StepBase, path: Path, have: frozenset[str]) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """The variables in the texts of ``step``: where, which, and what is known there."""
    inside = {below for _, _, below in step.blocks()}
    match step:
        case SetStep():
            for name, text in step.set.items():
                yield from _in_text((*path, "set", name), text, have)
                have |= {name}
        case CollectStep():
            for name in step.collect:
                yield from _in_tree(facts.written(("slots", name)), ("slots", name), (), set(), have | {name})
                have |= {name}
        case VoicemailStep():
            for key in facts.book.company.mailboxes[step.voicemail].greetings():
                greeting = ("mailboxes", step.voicemail, key)
                yield from _in_tree(facts.written(greeting), greeting, (), set(), have)
        case _:
            yield from _in_tree(facts.written(path), path, (), inside, have)


def _in_tree(
    tree: Any, path: Path, below: Path, inside: set[Path], have: frozenset[str]
) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """Like :func:`_used`, for what is written at ``path``; steps inside have their own turn."""
    if below in inside:
        return
    match tree:
        case str():
            yield from _in_text((*path, *below), tree, have)
        case Mapping():
            for key, value in tree.items():
                if key not in FORGIVING:
                    yield from _in_tree(value, path, (*below, key), inside, have)
        case list():
            for index, value in enumerate(tree):
                yield from _in_tree(value, path, (*below, index), inside, have)
        case _:
            return


def _in_text(where: Path, text: str, have: frozenset[str]) -> Iterator[tuple[Path, str, frozenset[str]]]:
    for name, _ in names_in(text):
        first = name.partition(".")[0]
        if first not in ALWAYS:
            yield where, first, have


LINT = Lint(
    code="L112",
    title="A variable that may not be known yet",
    severity="warning",
    why="""\
A text with `{order}` in it is spoken with a hole when the call does not know the order. Every way to the step is looked
at: options, ladders, commands understood anywhere, web services that fail. `if: order is known` counts. A transfer's
`brief` may use anything: it leaves out what is not known. Conditions may ask about what is not known, but not about
what no way there ever sets.""",
    bad="""\
lines: {"+15035550100": main}
slots: {order: {kind: digits, length: 6, ask: What is your order number?}}
flows:
  main:
    - menu:
        ask: Do you have an order number, or not?
        options:
          i have one: {press: 1, then: [{collect: order}]}
          i have none: {press: 2, then: [{say: Never mind.}]}
    - hangup: "I have noted order {order}. Goodbye."
""",
    good="""\
lines: {"+15035550100": main}
slots: {order: {kind: digits, length: 6, ask: What is your order number?}}
flows:
  main:
    - menu:
        ask: Do you have an order number, or not?
        options:
          i have one: {press: 1, then: [{collect: order}]}
          i have none: {press: 2, then: [{say: Never mind.}]}
    - if: order is known
      then: [{say: "I have noted order {order}."}]
    - hangup: Goodbye.
""",
    find=find,
)
