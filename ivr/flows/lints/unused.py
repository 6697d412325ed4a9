"""L119: slots, mailboxes, queues, agents and hours that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.texts import names_in

REMEDY = {
    "slot": "Ask for it with  collect: {name}  or delete it.",
    "mailbox": "Take messages with  voicemail: {name}  or delete it.",
    "queue": "Lead callers to it with  transfer: queue {name}  or delete it.",
    "agent": "Give the agent a skill that a queue asks for, or delete it.",
    "hours": "Ask about them with  if: hours.{name} is closed  or delete them.",
}


def find(facts: Facts) -> Iterator[Finding]:
    """Each definition that no step, queue or text names."""
    company, used = facts.book.company, _used(facts)
    for what, section in (
        ("slot", "slots"), ("mailbox", "mailboxes"), ("queue", "queues"), ("agent", "agents"), ("hours", "hours"),
    ):  # fmt: skip
        for name in getattr(company, section):
            if (what, name) not in used:
                yield Finding(
                    facts.key(section, name), f"nothing uses the {what} '{name}'.", REMEDY[what].format(name=name)
                )


def _used(facts: Facts) -> set[tuple[str, str]]:
    company = facts.book.company
    used = {(what, name) for step in facts.steps.values() for what, name, _ in step.uses()}
    used |= {("hours", hours) for queue in company.queues.values() for hours in (queue.hours, queue.callback_hours)}
    used |= {("hours", mailbox.hours) for mailbox in company.mailboxes.values()}
    texts = (name.split(".") for text in facts.texts for name, _ in names_in(text))
    used |= {("hours", rest[0]) for first, *rest in texts if first == "hours" and rest}
    for queue in company.queues.values():
        used |= {("queue", way.to) for way in queue.overflow}
    if company.callback_page:
        used |= {("queue", queue) for queue in company.callback_page.topics.values()}
    wanted = {skill for name, queue in company.queues.items() for skill in (queue.skills or (name,))}
    used |= {("agent", name) for name, agent in company.agents.items() if wanted & set(agent.skills)}
    by_name = {agent.name: name for name, agent in company.agents.items()}
    return used | {("agent", by_name[name]) for what, name in used if what == "agent" and name in by_name}


LINT = Lint(
    code="L119",
    title="Something that nothing uses",
    severity="warning",
    why="""\
A slot that is never collected, a mailbox without a `voicemail`, a queue nobody is transferred to, an agent whom no
queue rings, hours nobody asks about: either a step was forgotten, or it can be deleted.""",
    bad="""\
lines: {"+15035550100": main}
mailboxes: {support: {}}
flows:
  main:
    - hangup: Please call again.
""",
    good="""\
lines: {"+15035550100": main}
mailboxes: {support: {}}
flows:
  main:
    - voicemail: support
    - hangup: Goodbye.
""",
    find=find,
)
