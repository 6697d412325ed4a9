"""Calls as pages and API show them: those under way from the sessions, those that are over from the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ivr.accounts import Role, Visitor
from ivr.flows.call import Call
from ivr.flows.events import event_to_json
from ivr.records.secrets import mask_secrets
from ivr.records.traffic import exchanged_to_json
from ivr.web.caller_texts import texts_of
from ivr.web.sources import Sources
from ivr.web.timeline import with_alternatives
from ivr.web.why import with_reasons

SHOWN = ("id", "line", "caller", "book", "started_s", "ended_s", "outcome", "transcript", "variables", "path")
"""What people see of a call. Events stay out: they are for replay."""


def shown_calls(sources: Sources, limit: int) -> list[dict[str, Any]]:
    """The newest calls first, those under way before all others; without transcripts."""
    live = {call_id: call for call_id in sources.sessions.live() if (call := _live(sources, call_id)) is not None}
    over = [_over(record) for record in sources.records.calls(limit) if record["id"] not in live]
    newest = sorted(live.values(), key=lambda call: float(call["started_s"]), reverse=True)
    return [{name: value for name, value in call.items() if name != "transcript"} for call in (*newest, *over)][:limit]


def calls_for(visitor: Visitor, sources: Sources, limit: int) -> list[dict[str, Any]]:
    """The newest calls that ``visitor`` may see: a supervisor all, an agent those they were asked to take."""
    calls = shown_calls(sources, limit)
    return calls if visitor.may(Role.SUPERVISOR) else [call for call in calls if _is_own(visitor, sources, call["id"])]


def call_for(visitor: Visitor, sources: Sources, call_id: str) -> dict[str, Any] | None:
    """One call with its transfers, why it went as it did, and what the carrier and we told each other.

    None also when ``visitor`` may not see it: that it exists tells something, too.
    """
    if not visitor.may(Role.SUPERVISOR) and not _is_own(visitor, sources, call_id):
        return None
    call = shown_call(sources, call_id)
    if call is None:
        return None
    kept = _kept(sources, call_id)
    traffic = [exchanged_to_json(one) for one in sources.traffic(call_id)] if sources.traffic else []
    told = with_reasons(with_alternatives(call, kept), kept, sources.books)
    return {**told, "traffic": traffic, "texts": texts_of(sources, str(call["caller"]))}


def _kept(sources: Sources, call_id: str) -> Mapping[str, Any] | None:
    """The call with its events, as it may be stored."""
    found = sources.sessions.load(call_id)
    if found is None or found[0].call.ended:
        return sources.records.call(call_id)
    call, events = mask_secrets(found[0].call, sources.sessions.events(call_id))
    lines = [asdict(line) for line in call.transcript]
    return {**asdict(call), "transcript": lines, "events": [event_to_json(event) for event in events]}


def _is_own(visitor: Visitor, sources: Sources, call_id: str) -> bool:
    """Whether the call is or was with this agent. Who took a call is known for a day: older ones are a supervisor's."""
    transfers = sources.transfers.of_call(call_id)
    return any(visitor.may_be(str(one.get(where) or "")) for one in transfers for where in ("agent", "with"))


def live_calls(sources: Sources) -> list[dict[str, Any]]:
    """The calls under way, the longest first."""
    found = (_live(sources, call_id) for call_id in sources.sessions.live())
    return sorted((call for call in found if call is not None), key=lambda call: float(call["started_s"]))


def shown_call(sources: Sources, call_id: str) -> dict[str, Any] | None:
    """One call with its transfers, or None."""
    call = _live(sources, call_id)
    if call is None:
        record = sources.records.call(call_id)
        if record is None:
            return None
        call = _over(record)
    return {**call, "transfers": sources.transfers.of_call(call_id)}


def _live(sources: Sources, call_id: str) -> dict[str, Any] | None:
    found = sources.sessions.load(call_id)
    if found is None or found[0].call.ended:
        return None
    call: Call
    call, _ = mask_secrets(found[0].call, ())
    data = {name: value for name, value in asdict(call).items() if name in SHOWN}
    data |= {"live": True, "step": call.step, "ended_s": None, "waits_for": call.waits_for}
    return data


def _over(record: Mapping[str, Any]) -> dict[str, Any]:
    live = {"live": False, "step": "", "waits_for": ""}
    return {**{name: record.get(name) for name in SHOWN}, **live}
