"""L120: queues that nobody serves."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.texts import listed


def find(facts: Facts) -> Iterator[Finding]:
    """Each queue for which no agent has any of its skills (a queue without skills wants one of its own name)."""
    company = facts.book.company
    for name, queue in company.queues.items():
        wanted = queue.skills or (name,)
        if not any(set(wanted) & set(agent.skills) for agent in company.agents.values()):
            what = f"no agent has the skill {listed([f'{skill!r}' for skill in wanted])}, so nobody takes these calls."
            yield Finding(facts.key("queues", name), what, f"Give an agent  skills: [{wanted[0]}]")


LINT = Lint(
    code="L120",
    title="A queue that nobody serves",
    severity="warning",
    why="""\
A queue rings the agents who have one of its skills (a queue without `skills` wants a skill of its own name). When there
is none, every caller waits for nobody.""",
    bad="""\
lines: {"+15035550100": main}
queues: {sales: {skills: [selling]}}
agents: {maria: {name: Maria, at: "client:maria", skills: [sales]}}
flows:
  main:
    - transfer: {to: queue sales, otherwise: {no answer: goodbye}}
    - go: goodbye
  goodbye:
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
queues: {sales: {skills: [sales]}}
agents: {maria: {name: Maria, at: "client:maria", skills: [sales]}}
flows:
  main:
    - transfer: {to: queue sales, otherwise: {no answer: goodbye}}
    - go: goodbye
  goodbye:
    - hangup: Goodbye.
""",
    find=find,
)
