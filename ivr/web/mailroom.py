"""What pages and API of the inbox have in common: what may be done, by whom, how it is told and undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import abort
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ivr.accounts import Role
from ivr.inbox import LONGEST_NOTE, Change, Changed, Inbox, Step
from ivr.ports import Audit, OutsideError
from ivr.web.access import current_user, require
from ivr.web.alerts import Alerts

UNDO_S = 3600
"""How long something can be undone; later others will have worked on it."""

CallBack = Callable[[Mapping[str, Any], str], str]
"""Has the caller of a message called back for a queue; the id of the promise."""


@dataclass(frozen=True, slots=True)
class Mailroom:
    """The inbox, and whom and what it has to do with: agents and accounts, mailboxes and queues of the flow file."""

    inbox: Inbox
    alerts: Alerts
    people: Callable[[], Sequence[str]]
    mailboxes: Callable[[], Sequence[str]]
    queues: Callable[[], Sequence[str]]
    call_back: CallBack
    audit: Audit
    secret_key: str = ""

    def waiting(self) -> int | None:
        """How many new messages there are for who asks; None when that cannot be told just now."""
        try:
            return self.inbox.waiting(current_user().hears)
        except OutsideError:
            return None

    def message(self, voicemail_id: str) -> Mapping[str, Any]:
        found = self.inbox.get(voicemail_id, current_user().hears)
        if found is None:
            abort(404, "There is no such voicemail.")
        return found

    def change(self, step: Step) -> tuple[Changed, str]:
        """Make a change as who asks; what was changed, and by what it is undone."""
        if step.change.assignee and step.change.assignee not in self.people():
            abort(400, f"There is nobody called {step.change.assignee!r}.")
        if step.change.mailbox is not None and step.change.mailbox not in self.targets():
            abort(400, f"There is no mailbox {step.change.mailbox!r}.")
        if step.change.hold is not None:
            require(Role.SUPERVISOR)
        visitor = current_user()
        changed = self.inbox.change(step, visitor.hears, visitor.name)
        self._audit_hold(step, changed)
        if changed.count and step.change.mailbox:
            self.audit(visitor.name, "forwarded voicemails", f"{changed.count} to {step.change.mailbox}")
        return changed, self._ticket(changed)

    def targets(self) -> list[str]:
        """Mailboxes to which a message can go: those of the flow file, and others that have messages."""
        return sorted({*self.mailboxes(), *(count.mailbox for count in self.inbox.counts(current_user().hears))})

    def undo(self, ticket: str) -> int:
        """Undo what was done; only who did it can, also where it took the messages out of their sight."""
        try:
            who, *steps = self._signer().loads(ticket, max_age=UNDO_S)
        except BadSignature:
            abort(400, "That cannot be undone any more.")
        if who != current_user().name:
            abort(403, "Somebody else did that.")
        read = [Step(tuple(ids), Change(**change)) for ids, change in steps]
        count = 0
        for step in read:
            changed = self.inbox.change(step, None, who)
            self._audit_hold(step, changed)
            count += changed.count
        return count

    def _audit_hold(self, step: Step, changed: Changed) -> None:
        """In the words of ``ivr hold``: whoever reads the trail finds both."""
        why = step.change.hold
        for voicemail_id in [one for back in changed.undo for one in back.ids] if why is not None else ():
            what = "put on legal hold" if why else "released from legal hold"
            self.audit(current_user().name, what, f"{voicemail_id}: {why}" if why else voicemail_id)

    def _ticket(self, changed: Changed) -> str:
        if not changed.undo:
            return ""
        steps = [
            [step.ids, {name: value for name, value in asdict(step.change).items() if value is not None}]
            for step in changed.undo
        ]
        return str(self._signer().dumps([current_user().name, *steps]))

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt="ringdown inbox")

    def note(self, voicemail_id: str, text: object) -> None:
        if not (isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_NOTE):
            abort(400, f"text must have 1 to {LONGEST_NOTE} characters.")
        visitor = current_user()
        if not self.inbox.note(voicemail_id, visitor.hears, visitor.name, text.strip().replace("\0", "")):
            abort(404, "There is no such voicemail.")

    def ring(self, voicemail_id: str, queue: str) -> str:
        """Have the caller of a message called back."""
        message = self.message(voicemail_id)
        if queue not in self.queues():
            abort(400, f"There is no queue {queue!r}.")
        try:
            promise = self.call_back(message, queue)
        except OutsideError as error:
            if error.retry:
                raise
            abort(409, str(error))
        self.note(voicemail_id, f"To be called back ({queue}).")
        return promise

    def delete(self, ids: Sequence[str]) -> tuple[int, list[str]]:
        """How many were deleted, and which stay as they are on legal hold."""
        visitor = current_user()
        deleted = self.inbox.delete(ids, visitor.hears)
        self.audit(visitor.name, "deleted voicemails", f"{deleted}: {', '.join(ids)}")
        return deleted, [one for one in ids if self.inbox.get(one, visitor.hears)] if deleted < len(ids) else []
