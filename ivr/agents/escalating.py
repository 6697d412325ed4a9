"""Callers of whom supervisors are told: they wait, or talk, longer than the flow file has said."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.agents.handover import Handover
from ivr.agents.routing import Routing
from ivr.agents.staffing import Staffing

WAITING = frozenset({"waiting", "ringing"})


def overdue(staffing: Staffing, handover: Handover, account: Routing, now_s: float) -> str:
    """``waiting`` or ``talking`` when that lasts too long and nobody was told; else empty."""
    rule = staffing.escalations.get(handover.queue)
    if rule is None:
        return ""
    why = ""
    if account.phase in WAITING and handover.at_s + rule.waiting_s <= now_s:
        why = "waiting"
    elif account.phase == "connected" and account.since_s + rule.talking_s <= now_s:
        why = "talking"
    return "" if why in account.escalated else why


def letter_about(handover: Handover, why: str, now_s: float) -> Mapping[str, str]:
    """Subject and text for a supervisor. Who calls and what they want is on the wallboard, and not in a letter."""
    minutes = int((now_s - handover.at_s) // 60)
    what = "waits for an agent" if why == "waiting" else "is with an agent"
    return {
        "subject": f"{handover.queue}: a caller {what} for long",
        "text": f"A caller of {handover.queue} {what}, {minutes} minutes after asking for one.\n"
        f"The call is {handover.call}; the wallboard shows it.\n",
    }
