"""L114: transfers that do not say what happens when nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.steps.transfer import TransferStep

ANY_REASON = ("no answer", "failed")
"""Either of these stands for every reason that is not named."""


def find(facts: Facts) -> Iterator[Finding]:
    """Each transfer without a way for callers whom nobody takes."""
    for step, path in facts.paths.items():
        transfer = facts.steps[step]
        if isinstance(transfer, TransferStep) and not set(ANY_REASON) & set(transfer.transfer.otherwise):
            what = "when nobody answers, the call goes on as if somebody had."
            place = facts.place(*path, "transfer") if transfer.transfer.otherwise else facts.place(*path)
            yield Finding(place, what, "Add  otherwise: {no answer: NAME_OF_A_FLOW}")


LINT = Lint(
    code="L114",
    title="A transfer without otherwise",
    severity="warning",
    why="""\
Agents are busy, away or do not pick up. Without `otherwise` the caller whom nobody took goes on with the step after the
transfer, just as one who has talked to somebody, and is often cut off there. `no answer` (or `failed`) also stands for
the reasons that are not named.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - transfer: "+15035550101"
    - hangup: Thank you for calling.
""",
    good="""\
lines: {"+15035550100": main}
mailboxes: {support: {}}
flows:
  main:
    - transfer: {to: "+15035550101", otherwise: {no answer: message}}
    - hangup: Thank you for calling.
  message:
    - voicemail: support
    - hangup: Goodbye.
""",
    find=find,
    with_mistakes=True,
)
