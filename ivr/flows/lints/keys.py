"""L106: keys that mean a command everywhere, but something else at one question."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.steps.menu import MenuStep


def find(facts: Facts) -> Iterator[Finding]:
    """Options on a command's key, and slots for which a command's key alone is a whole answer."""
    commands = {choice.key: choice.name for choice in facts.book.company.commands if choice.key}
    for step, path in facts.paths.items():
        menu = facts.steps[step]
        for name, option in menu.menu.options.items() if isinstance(menu, MenuStep) else ():
            if option.press in commands:
                what = f"key {option.press} means '{commands[option.press]}' everywhere else, but '{name}' here."
                place = facts.place(*path, "menu", "options", name, "press")
                yield Finding(place, what, "Give the option another key.")
    for name, slot in facts.book.company.slots.items():
        kind = facts.book.skills.kinds.get(slot.kind)
        for key, command in commands.items():
            if kind and kind.key(key, slot.options) is not None:
                what = f"key {key} is a whole answer here, so it cannot mean '{command}'."
                remedy = "Say how long an answer is:  length: 6" if slot.kind == "digits" else "Give it another key."
                yield Finding(facts.key("slots", name), what, remedy)


LINT = Lint(
    code="L106",
    title="A key with two meanings",
    severity="warning",
    why="""\
Callers learn the commands under `anywhere`: zero is the operator. Where a question uses the same key, the question wins
and the command cannot be keyed. For numbers this only matters when the key alone is a whole answer.""",
    bad="""\
lines: {"+15035550100": main}
anywhere: {operator: {press: 0, go: operator}}
flows:
  main:
    - menu: {ask: Sales or support?, options: {sales: {press: 1, go: operator}, support: {press: 0, go: operator}}}
  operator:
    - transfer: {to: "+15035550101", otherwise: {no answer: main}}
""",
    good="""\
lines: {"+15035550100": main}
anywhere: {operator: {press: 0, go: operator}}
flows:
  main:
    - menu: {ask: Sales or support?, options: {sales: {press: 1, go: operator}, support: {press: 2, go: operator}}}
  operator:
    - transfer: {to: "+15035550101", otherwise: {no answer: main}}
""",
    find=find,
    with_mistakes=True,
)
