"""The staffing that a flow file describes: its agents, and its queues as rules of the floor."""

from __future__ import annotations

from collections.abc import Callable

from ivr.agents.callback_requests import CallbackPage
from ivr.agents.directory import Agent
from ivr.agents.floor.rules import NEVER_S, Need, Overflow, Queue
from ivr.agents.staffing import Escalation, Hours, Staffing
from ivr.flows import queues as written
from ivr.flows.company import Company


def staffing_of(company: Company, is_open: Callable[[str], bool]) -> Staffing:
    """Agents and queues of ``company``; ``is_open`` says it of opening hours by name."""
    agents = tuple(
        Agent(name, agent.name, agent.at, agent.skills, agent.site) for name, agent in company.agents.items()
    )
    queues = tuple(_rules(name, queue) for name, queue in company.queues.items())
    hours = {name: _hours(queue, is_open) for name, queue in company.queues.items()}
    announce = {name: queue.announce for name, queue in company.queues.items()}
    offers = {name: queue.offer_callback_after for name, queue in company.queues.items()}
    return Staffing(
        agents,
        queues,
        hours,
        announce,
        {name: after for name, after in offers.items() if after is not None},
        {name: _escalation(queue.escalate) for name, queue in company.queues.items() if queue.escalate},
        company.waiting,
        company.translations,
    )


def callback_page_of(company: Company, is_open: Callable[[str, float], bool]) -> CallbackPage | None:
    """What visitors may ask for; ``is_open`` says of opening hours by name whether they are open at a time."""
    page = company.callback_page
    line = (page and page.line) or next(iter(company.lines), "")
    if page is None or not line:
        return None

    def may_call(queue: str, at_s: float) -> bool:
        rules = company.queues.get(queue)
        within = (rules.callback_hours or rules.hours) if rules else ""
        return rules is not None and (not within or is_open(within, at_s))

    return CallbackPage(company.company, line, page.countries, page.topics, company.timezone, may_call)


def _escalation(written_: written.Escalation) -> Escalation:
    waiting_s, talking_s = (NEVER_S if one is None else one for one in (written_.waiting, written_.talking))
    return Escalation(waiting_s, talking_s, written_.email)


def _hours(queue: written.Queue, is_open: Callable[[str], bool]) -> Hours:
    within = queue.callback_hours or queue.hours
    return Hours(not queue.hours or is_open(queue.hours), not within or is_open(within))


def _rules(name: str, queue: written.Queue) -> Queue:
    return Queue(
        name,
        _need(name, queue, queue.level, queue.site),
        priority=queue.priority,
        best_skilled=queue.choose == "best_skilled",
        ring_s=queue.ring,
        wrap_up_s=queue.wrap_up,
        overflow=tuple(_overflow(name, queue, one) for one in queue.overflow),
        max_waiting=queue.max_waiting or 0,
        max_wait_s=queue.max_wait,
        missed_rings=queue.missed_rings,
        callback_first=queue.callback_first,
        callback_attempts=queue.callback_attempts,
        callback_again_s=queue.callback_again,
    )


def _overflow(name: str, queue: written.Queue, overflow: written.Overflow) -> Overflow:
    need = Need() if overflow.to else _need(name, queue, overflow.level or queue.level, overflow.site or queue.site)
    after_s = NEVER_S if overflow.after is None else overflow.after
    return Overflow(overflow.to, need, after_s, overflow.over or 0)


def _need(name: str, queue: written.Queue, level: int, site: str) -> Need:
    return Need(tuple((skill, level) for skill in queue.skills or (name,)), (site,) if site else ())
