"""L124: transfers to numbers that are never dialled."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.outside import refused_by
from ivr.flows.steps.transfer import TransferStep


def find(facts: Facts) -> Iterator[Finding]:
    """Each transfer to a number that is refused while calls run, too."""
    for step, path in facts.paths.items():
        transfer = facts.steps[step]
        if not isinstance(transfer, TransferStep) or not transfer.transfer.to.startswith("+"):
            continue
        if why := refused_by(facts.book.company, transfer.transfer.to):
            is_short = isinstance(facts.written((*path, "transfer")), str)
            place = facts.place(*path, "transfer") if is_short else facts.place(*path, "transfer", "to")
            yield Finding(place, why, "Callers go on by the exit failed. If it is meant, name the country.")


LINT = Lint(
    code="L124",
    title="A transfer to a number that is not dialled",
    severity="error",
    why="""\
A call to another number is paid by the company, and fraud begins with numbers abroad and numbers that cost extra. Only
numbers of `outside_countries` are dialled (without it, of the countries of the company's own lines), and none that cost
whoever calls them. Such a transfer never rings anybody: callers go on by the exit `failed`.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - transfer: {to: "+493023125555", otherwise: {no answer: bye}}
    - go: bye
  bye:
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
outside_countries: [US, DE]
flows:
  main:
    - transfer: {to: "+493023125555", otherwise: {no answer: bye}}
    - go: bye
  bye:
    - hangup: Goodbye.
""",
    find=find,
    with_mistakes=True,
)
