"""What somebody asks of the inbox, read from addresses, forms and JSON; 400 for what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import abort, request

from ivr.inbox import LONGEST_WHY, STATUSES, VIEWS, Change, Step, Wanted

MOST_IDS = 500
LONGEST_SEARCH = 200
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST = {"hold": LONGEST_WHY}
CHANGES = frozenset(field.name for field in fields(Change))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page or of the API asks for, as it is written there."""

    view: str = "all"
    mailbox: str = ""
    assignee: str = ""
    caller: str = ""
    q: str = ""
    since: str = ""
    until: str = ""
    after: str = ""

    @property
    def wanted(self) -> Wanted:
        since_s, until_s = _day(self.since, "since"), _day(self.until, "until", ends=True)
        return Wanted(self.view, self.mailbox, self.assignee, self.caller, self.q, since_s, until_s)

    @property
    def is_narrow(self) -> bool:
        """Whether more than the view is asked for."""
        return any((self.mailbox, self.assignee, self.caller, self.q, self.since, self.until))

    def query(self, **other: str) -> str:
        """The same with something ``other`` as the end of an address; the first page of it."""
        asked = replace(self, **{"after": "", **other})
        pairs = {name: value for name in Asked.__slots__ if (value := getattr(asked, name))}
        return f"?{urlencode(pairs)}" if pairs else ""


def asked_for(view: str = "all") -> Asked:
    """What the request asks for; ``view`` where it does not say."""
    said = {name: request.args.get(name, "").replace("\0", "") for name in Asked.__slots__}
    asked = Asked(**{**said, "view": said["view"] or view})
    if asked.view not in VIEWS:
        abort(400, f"view must be one of {', '.join(VIEWS)}.")
    if len(asked.q) > LONGEST_SEARCH:
        abort(400, f"q must have at most {LONGEST_SEARCH} characters.")
    return asked


def _day(text: str, name: str, *, ends: bool = False) -> float | None:
    """The beginning of a day on this machine's clock, or its end; a number is a time in seconds."""
    if not text:
        return None
    try:
        if re.fullmatch(r"[0-9]{1,11}(\.[0-9]{1,6})?", text, re.ASCII):
            return float(text)
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        local = day.replace(tzinfo=None).astimezone()
        return (local + timedelta(days=1 if ends else 0)).timestamp()
    except (ValueError, OverflowError):
        abort(400, f"{name} must be a day like 2026-11-22, or a time in seconds.")


def ids_of(value: object) -> tuple[str, ...]:
    """Names of messages, each once."""
    if not isinstance(value, list) or not all(isinstance(one, str) and ID.fullmatch(one) for one in value):
        abort(400, "ids must be a list of message ids.")
    if not 1 <= len(value) <= MOST_IDS:
        abort(400, f"ids must name 1 to {MOST_IDS} messages.")
    return tuple(dict.fromkeys(value))


def step_of(body: Mapping[str, Any]) -> Step:
    """``ids``, and what is to become of them."""
    unknown = sorted(set(body) - CHANGES - {"ids"})
    if unknown:
        abort(400, f"{unknown[0]!r} cannot be changed. What can: {', '.join(sorted(CHANGES))}.")
    change = Change(**{name: body[name] for name in CHANGES & set(body)})
    for name in ("status", "assignee", "mailbox", "hold"):
        value = getattr(change, name)
        is_text = isinstance(value, str) and len(value) <= LONGEST.get(name, 128) and "\0" not in value
        if value is not None and not is_text:
            abort(400, f"{name} must be text.")
    if change.status not in (None, *STATUSES):
        abort(400, f"status must be one of {', '.join(STATUSES)}.")
    if change.urgent not in (None, True, False) or (isinstance(change.urgent, int) and type(change.urgent) is not bool):
        abort(400, "urgent must be true or false.")
    if change == Change() or change.mailbox == "":
        abort(400, "Say what is to change: status, urgent, assignee, mailbox or hold.")
    return Step(ids_of(body.get("ids")), change)


def json_body() -> Mapping[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400, "Send a JSON object.")
    return body
