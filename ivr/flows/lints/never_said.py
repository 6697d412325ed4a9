"""L122: ``{options}`` in a question whose answers cannot be listed."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.texts import names_in

LISTABLE = frozenset({"choice", "yes_no"})
"""Kinds of answers that are few enough to be said."""


def find(facts: Facts) -> Iterator[Finding]:
    """The texts of slots; ``defaults`` also serve questions that have options."""
    slots = facts.book.company.slots
    for path, text in facts.spoken:
        slot = slots.get(str(path[1])) if path[0] == "slots" else None
        if slot and slot.kind not in LISTABLE and any(name == "options" for name, _ in names_in(text)):
            what = f"'{path[1]}' has no options that could be listed, so this is left out."
            yield Finding(facts.place(*path), what, "Say what the answer looks like:  The six digits of your order.")


LINT = Lint(
    code="L122",
    title="Options that cannot be listed",
    severity="warning",
    why="""\
`{options}` stands for the names of a menu's options, for the choices of a slot, or for yes or no. A question for a
number or a name has none: what is said about them is left out there.""",
    bad="""\
lines: {"+15035550100": main}
slots:
  zip: {kind: zip, ask: Your ZIP code?, no_match: ["You can say {options}.", {go: bye}]}
flows:
  main: [{collect: zip}, {hangup: Goodbye.}]
  bye: [{hangup: Goodbye.}]
""",
    good="""\
lines: {"+15035550100": main}
slots:
  zip: {kind: zip, ask: Your ZIP code?, no_match: ["A ZIP code has five digits.", {go: bye}]}
flows:
  main: [{collect: zip}, {hangup: Goodbye.}]
  bye: [{hangup: Goodbye.}]
""",
    find=find,
    with_mistakes=True,
)
