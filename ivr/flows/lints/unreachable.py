"""L101: flows and steps that no call ever gets to."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.graph import END, after, asks, commands, starts, ways
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts


def find(facts: Facts) -> Iterator[Finding]:
    """Each flow nobody gets to, and the first step of each stretch that nobody gets to in the others."""
    if not facts.book.company.lines:
        yield Finding(
            facts.key("flows"),
            "no number leads to these flows: nobody can call.",
            f'Add  lines: {{"+15035550100": {facts.book.flows[0]}}}',
        )
        return
    reached = _reached(facts)
    for flow in facts.book.flows:
        if f"{flow}.0" not in reached:
            what = f"nothing leads to the flow '{flow}'."
            yield Finding(facts.key("flows", flow), what, f"Write  go: {flow}  where it should begin, or delete it.")
    for step, path in facts.paths.items():
        block, _, index = step.rpartition(".")
        if int(index) and step not in reached and f"{block}.{int(index) - 1}" in reached:
            before = facts.steps[f"{block}.{int(index) - 1}"].word
            what = f"no call gets to this '{facts.steps[step].word}': the '{before}' before it never goes on."
            yield Finding(facts.place(*path), what, f"Move it in front of the '{before}', or delete it.")


def _reached(facts: Facts) -> set[str]:
    """Every step that a call can get to, on the lines and by commands."""
    onward: dict[str, list[str]] = {}
    for way in ways(facts.book):
        onward.setdefault(way.source, []).append(way.target)
        if way.comes_back:
            onward[way.source].append(after(facts.book, way.source))
    by_command = list(commands(facts.book).values())
    todo, reached = list(starts(facts.book).values()), set[str]()
    while todo:
        step = todo.pop()
        if step not in reached and step in facts.steps:
            reached.add(step)
            todo += onward.get(step, [END])
            todo += by_command if asks(facts.book, facts.steps[step]) else []
    return reached


LINT = Lint(
    code="L101",
    title="No call gets here",
    severity="warning",
    why="""\
A flow that nothing leads to, or a step behind one that never goes on (`go`, `hangup`, `return`), is never run. Mostly
a `go` was forgotten or misspelt, or something old was left behind.""",
    bad="""\
lines: {"+15035550100": welcome}
flows:
  welcome:
    - say: Hello.
    - hangup: Goodbye.
    - say: Visit our website.
  opening_hours:
    - say: We are open from nine to five.
""",
    good="""\
lines: {"+15035550100": welcome}
flows:
  welcome:
    - say: Hello. Visit our website.
    - go: opening_hours
  opening_hours:
    - say: We are open from nine to five.
    - hangup: Goodbye.
""",
    find=find,
)
