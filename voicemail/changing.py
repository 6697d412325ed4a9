"""What people do to messages, many at once and with the way back: status, urgent, assignee, mailbox, legal hold.

A legal hold is not the message's own: it is kept with those of callers and calls, and outlives its mailbox.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, load_only

from ivr.inbox import Change, Changed, Mailboxes, Step, Wanted
from ivr.records.holds import HoldRow
from voicemail.mailbox import Status
from voicemail.searching import conditions
from voicemail.tables import NoteRow, VoicemailRow

HOLD = "hold"
"""The one field of a change that is no column of the message."""


def make(session: Session, step: Step, mailboxes: Mailboxes, who: str, now: Callable[[], float]) -> Changed:
    """Make the change in this transaction, and note it. Messages that are like that already do not count."""
    wanted = {name: value for name, value in asdict(step.change).items() if value is not None}
    rows = _locked(session, step.ids, mailboxes)
    holds = _holds(session, [row.id for row in rows]) if HOLD in wanted else {}
    before = {row.id: Change(**{name: _now(row, name, holds) for name in wanted}) for row in rows}
    changing = [row for row in rows if not _is_so(before[row.id], step.change)]
    for row in changing:
        for text in _told(row, step.change, holds):
            session.add(NoteRow(voicemail_id=row.id, at_s=now(), who=who[:128], text=text))
    ids = [row.id for row in changing]
    if step.change.hold is not None:
        _hold(session, ids, step.change.hold, who, now())
    columns = {name: value for name, value in wanted.items() if name != HOLD}
    if ids and columns:
        session.execute(update(VoicemailRow).where(VoicemailRow.id.in_(ids)).values(columns))
    return Changed(len(ids), _grouped({name: before[name] for name in ids}))


def _locked(session: Session, ids: Collection[str], mailboxes: Mailboxes) -> list[VoicemailRow]:
    mine = conditions(Wanted(ids=tuple(ids)), mailboxes, session.get_bind().dialect.name)
    columns = (VoicemailRow.status, VoicemailRow.urgent, VoicemailRow.assignee, VoicemailRow.mailbox)
    query = select(VoicemailRow).where(*mine).order_by(VoicemailRow.id).options(load_only(*columns))
    return list(session.scalars(query.with_for_update()))


def _holds(session: Session, ids: Collection[str]) -> dict[str, HoldRow]:
    return {row.subject: row for row in session.scalars(select(HoldRow).where(HoldRow.subject.in_(ids)))}


def _now(row: VoicemailRow, name: str, holds: Mapping[str, HoldRow]) -> Any:
    if name == HOLD:
        return holds[row.id].why if row.id in holds else ""
    return getattr(row, name)


def _is_so(now: Change, wanted: Change) -> bool:
    """A message that is on hold is not put on hold again: who did it first, and why, stays."""
    return now == wanted or (bool(now.hold and wanted.hold) and replace(now, hold=None) == replace(wanted, hold=None))


def _hold(session: Session, ids: Collection[str], why: str, who: str, at_s: float) -> None:
    known = _holds(session, ids)
    for one in ids:
        if why and one not in known:
            session.add(HoldRow(subject=one, who=who[:128], why=why, at_s=at_s))
        elif not why and one in known:
            session.delete(known[one])


def _told(row: VoicemailRow, change: Change, holds: Mapping[str, HoldRow]) -> Iterator[str]:
    """What people read later of a change; that a message is read goes without saying."""
    if change.mailbox is not None and change.mailbox != row.mailbox:
        yield f"Forwarded from {row.mailbox} to {change.mailbox}."
    if change.assignee is not None and change.assignee != row.assignee:
        yield f"Assigned to {change.assignee}." if change.assignee else f"No longer assigned to {row.assignee}."
    if change.status != row.status and Status.DONE in {change.status, row.status} and change.status:
        yield "Done." if change.status == Status.DONE else "Opened again."
    if change.hold is not None and bool(change.hold) != (row.id in holds):
        yield f"Put on legal hold: {change.hold}" if change.hold else "Released from legal hold."


def _grouped(before: Mapping[str, Change]) -> tuple[Step, ...]:
    """The way back: messages that were alike go together."""
    alike: dict[Change, Step] = {}
    for voicemail_id, change in before.items():
        known = alike.get(change, Step((), change))
        alike[change] = replace(known, ids=(*known.ids, voicemail_id))
    return tuple(alike.values())
