"""L111: menus with more options than anybody remembers."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.steps.menu import MenuStep

MOST_OPTIONS = 5


def find(facts: Facts) -> Iterator[Finding]:
    """At the options of each menu that has too many."""
    for step, path in facts.paths.items():
        menu = facts.steps[step]
        if isinstance(menu, MenuStep) and len(menu.menu.options) > MOST_OPTIONS:
            what = f"this menu has {len(menu.menu.options)} options; callers remember {MOST_OPTIONS} at most."
            yield Finding(facts.key(*path, "menu", "options"), what, "Put those that belong together in a second menu.")


LINT = Lint(
    code="L111",
    title="A menu with too many options",
    severity="warning",
    why="""\
Who hears the sixth option has forgotten the first. Ask in two steps, or ask openly ("How can I help?") and name only
the options most callers want.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Tents, boots, jackets, lamps, ropes or maps?
        options:
          tents: {then: [{hangup: Goodbye.}]}
          boots: {then: [{hangup: Goodbye.}]}
          jackets: {then: [{hangup: Goodbye.}]}
          lamps: {then: [{hangup: Goodbye.}]}
          ropes: {then: [{hangup: Goodbye.}]}
          maps: {then: [{hangup: Goodbye.}]}
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Something to wear, or equipment?
        options:
          something to wear: {then: [{hangup: Goodbye.}]}
          equipment: {then: [{hangup: Goodbye.}]}
""",
    find=find,
    with_mistakes=True,
)
