"""What calls ask of mailboxes: a greeting, something with a message just left, and all that an owner does by phone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from ivr.flows.mailboxes import GREETINGS, Mailbox
from ivr.inbox import Change, Inbox, Step, Wanted
from ivr.ports import Audit, OutsideError
from voicemail.boxes import Boxes
from voicemail.marks import Marks
from voicemail.sounds import Sounds

MOST = 30
"""So many messages are told in one call; the state of a call must stay small."""

BROUGHT_BACK_S = 3600.0
"""So long a message deleted by phone can be brought back; then it is gone."""

BY_PHONE = "by phone"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ByPhone:
    """Answers the services ``greeting``, ``message`` and ``mailbox``.

    ``mailboxes`` and ``zone`` are those of the flow file now; ``refusal`` says why a number may not be dialled.
    """

    boxes: Boxes
    marks: Marks
    sounds: Sounds
    inbox: Inbox
    mailboxes: Callable[[], Mapping[str, Mailbox]]
    zone: Callable[[], tzinfo]
    refusal: Callable[[str], str]
    audit: Audit
    clock: Callable[[], float] = field(default=time.time)

    def greeting(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """The recorded greeting of a mailbox, if its owner recorded one."""
        recorded = self.boxes.greeting(str(args.get("mailbox", "")), str(args.get("which", "")))
        return {"play": self.sounds.of_greeting(recorded) if recorded else ""}

    def message(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """What callers do with the message they have just left."""
        voicemail_id = str(args.get("id", ""))
        match args.get("do"):
            case "hear it":
                return {"play": self.sounds.of_message(voicemail_id)}
            case "record again":
                self.marks.mark(voicemail_id, dropped=True)
            case "mark it urgent":
                self.marks.mark(voicemail_id, urgent=True)
            case _:
                raise OutsideError(f"nothing of that name can be done with a message: {args.get('do')!r}", retry=False)
        return {}

    def mailbox(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """What owners do who ring up."""
        if args.get("do") == "open":
            return self._open(str(args.get("mailbox", "")), str(args.get("number", "")), str(args.get("pin", "")))
        name, message = str(args.get("mailbox", "")), str(args.get("id", ""))
        match args.get("do"):
            case "read":
                self.inbox.change(Step((message,), Change(status="read")), frozenset({name}), BY_PHONE)
            case "delete" if self.inbox.get(message, frozenset({name})):
                self.marks.mark(message, deleted_s=self.clock())
            case "restore":
                self.marks.mark(message, deleted_s=0.0)
            case "call back":
                found = self.inbox.get(message, frozenset({name})) or {}
                number = str(found.get("caller", ""))
                return {"to": number if number.startswith("+") and not self.refusal(number) else ""}
            case "greeting":
                self._greet(name, str(args.get("which", "")), str(args.get("recording", "")))
                self.audit(BY_PHONE, "recorded a greeting", f"mailbox {name}")
            case _:
                raise OutsideError(f"nothing of that name can be done with a mailbox: {args.get('do')!r}", retry=False)
        return {}

    def purge(self) -> int:
        """Remove what was deleted by phone and not brought back; returns how many. For the worker, every minute."""
        gone = 0
        for voicemail_id in self.marks.deleted(self.clock() - BROUGHT_BACK_S):
            gone += self.inbox.delete([voicemail_id], None)
            self.marks.forget(voicemail_id)
        return gone

    def _greet(self, mailbox: str, which: str, recording: str) -> None:
        """Have callers hear a recording; without one, the written greetings again."""
        for key in (which,) if recording else GREETINGS:
            self.boxes.greet_with(mailbox, key, recording)

    # --- an owner comes in ------------------------------------------------------------------------------------------

    def _open(self, mailbox: str, number: str, pin: str) -> Mapping[str, Any]:
        if not mailbox and number:
            mailbox = next((name for name, one in self.mailboxes().items() if one.number == number), "")
        tried = self.boxes.try_pin(mailbox, pin)
        if not tried.open:
            if tried.locked_s:
                log.warning("mailbox %s: too many wrong PINs, locked for %.0f s", mailbox, tried.locked_s)
                self.audit(BY_PHONE, "tried too many PINs", f"mailbox {mailbox}")
            return {"open": "no", "minutes": max(1, round(tried.locked_s / 60)) if tried.locked_s else 0}
        self.audit(BY_PHONE, "opened a mailbox", f"mailbox {mailbox}")
        messages = self._messages(mailbox)
        return {"open": "yes", "mailbox": mailbox, "messages": messages}

    def _messages(self, mailbox: str) -> list[dict[str, Any]]:
        """Those not done: new ones first, urgent before others, then the newest."""
        gone = self.marks.deleted()
        page = self.inbox.page(Wanted(view="open", mailbox=mailbox), frozenset({mailbox}), 4 * MOST)
        found = [one for one in page.messages if one["id"] not in gone and one["state"] != "recording"]
        found.sort(key=lambda one: (one["status"] != "new", not one["urgent"], -one["at_s"]))
        told = ((one, self.sounds.of_message(one["id"])) for one in found[:MOST])
        return [self._told(one, play) for one, play in told if play]

    def _told(self, message: Mapping[str, Any], play: str) -> dict[str, Any]:
        at = datetime.fromtimestamp(message["at_s"], self.zone()).isoformat(timespec="seconds")
        caller = str(message["caller"])
        return {
            "id": message["id"],
            "play": play,
            "at": at,
            "caller": caller if caller.startswith("+") else "",
            "urgent": bool(message["urgent"]),
            "new": message["status"] == "new",
        }
