"""L105: ladders whose last rung is a sentence, so that the caller is cut off after it."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.fields import Patience
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.source import Path

TROUBLE = {"no_input": "silence", "no_match": "something that is not understood"}


def find(facts: Facts) -> Iterator[Finding]:
    """At the ladder where it is written; at ``defaults`` (or the flows) once for all questions that have none."""
    company, bare = facts.book.company, set[str]()
    for path, own in _questions(facts):
        for ladder in TROUBLE:
            if getattr(own, ladder):
                yield from _ends(facts, path, own, ladder)
            else:
                bare.add(ladder)
    for ladder, trouble in TROUBLE.items():
        if getattr(company.defaults, ladder):
            yield from _ends(facts, ("defaults",), company.defaults, ladder)
        elif ladder in bare:
            what = f"no ladder says what happens after {trouble}: the caller is asked once more, then cut off."
            place = facts.key("defaults") if facts.written(("defaults",)) else facts.key("flows")
            yield Finding(place, what, f'Add to  defaults:  {ladder}: ["Sorry?", {{go: NAME_OF_A_FLOW}}]')


def _questions(facts: Facts) -> Iterator[tuple[Path, Patience]]:
    for name, slot in facts.book.company.slots.items():
        if any(name in getattr(step, "collect", ()) for step in facts.steps.values() if step.word == "collect"):
            yield ("slots", name), slot
    for step, path in facts.paths.items():
        body = getattr(facts.steps[step], facts.steps[step].word, None)
        if isinstance(body, Patience):
            yield (*path, facts.steps[step].word), body


def _ends(facts: Facts, path: Path, own: Patience, ladder: str) -> Iterator[Finding]:
    rungs = getattr(own, ladder)
    if isinstance(rungs[-1], str):
        written = facts.written((*path, ladder))
        below = (len(written) - 1,) if isinstance(written, list) else ()
        what = f"the last rung is a sentence: after it, {TROUBLE[ladder]} ends the call."
        yield Finding(facts.place(*path, ladder, *below), what, "Add a last rung that leads on:  {go: NAME_OF_A_FLOW}")


LINT = Lint(
    code="L105",
    title="A ladder without an end",
    severity="warning",
    why="""\
A ladder says what a caller hears after the first silence or misunderstanding, after the second, and so on. When all
rungs are sentences, the caller who needs one try more is cut off. The last rung should lead on,
best to a person.""",
    bad="""\
lines: {"+15035550100": main}
defaults:
  no_input: ["Sorry, I didn't hear you."]
  no_match: ["Sorry, I didn't get that.", {go: operator}]
flows:
  main:
    - menu: {ask: Sales or support?, options: {sales: {go: operator}, support: {go: operator}}}
  operator:
    - transfer: {to: "+15035550101", otherwise: {no answer: main}}
""",
    good="""\
lines: {"+15035550100": main}
defaults:
  no_input: ["Sorry, I didn't hear you.", {go: operator}]
  no_match: ["Sorry, I didn't get that.", {go: operator}]
flows:
  main:
    - menu: {ask: Sales or support?, options: {sales: {go: operator}, support: {go: operator}}}
  operator:
    - transfer: {to: "+15035550101", otherwise: {no answer: main}}
""",
    find=find,
)
