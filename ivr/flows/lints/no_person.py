"""L104: conversations in which a caller who needs a person never gets one."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts


def find(facts: Facts) -> Iterator[Finding]:
    """Once for the whole file when there is no person at all, else at each question without a way to one."""
    explored = facts.explored
    if not explored.complete:
        return
    hopeful = explored.reaching(lambda spot: spot.person)
    if not hopeful:
        what = "no caller can ever reach a person."
        yield Finding(
            facts.key("flows"), what, "Add a  transfer:  and a way to it, such as a command under 'anywhere'."
        )
        return
    free = explored.reaching(lambda spot: spot.over or spot.person)  # where nothing is reached, L103 speaks
    asked = {explored.spots[at].step for at in free if explored.spots[at].asks}
    good = {explored.spots[at].step for at in hopeful if explored.spots[at].asks}
    for step in facts.paths:
        if step in asked - good:
            what = "from this question on, no caller can reach a person."
            yield Finding(facts.place(*facts.paths[step]), what, "Let an option, a command or a last rung lead to one.")


LINT = Lint(
    code="L104",
    title="No way to a person",
    severity="warning",
    why="""\
Callers phone because they want to be helped. When the machine cannot, they need somebody who can: a transfer that an
option, a command under `anywhere` or the last rung of a ladder leads to.""",
    bad="""\
lines: {"+15035550100": main}
mailboxes: {support: {}}
flows:
  main:
    - menu:
        ask: Do you want to leave a message?
        options:
          leave a message: {press: 1, then: [{voicemail: support}, {hangup: Goodbye.}]}
""",
    good="""\
lines: {"+15035550100": main}
mailboxes: {support: {}}
anywhere: {operator: {press: 0, go: operator}}
flows:
  main:
    - menu:
        ask: Do you want to leave a message?
        options:
          leave a message: {press: 1, then: [{voicemail: support}, {hangup: Goodbye.}]}
  operator:
    - transfer: {to: "+15035550101", otherwise: {no answer: main}}
""",
    find=find,
)
