"""Keeps what the carrier asked and what we answered, for the page of the call: masked, shortened, beside the turn.

Whoever looks at a call that went wrong wants to see what was really said between the carrier and us. What was answered
to a secret question is not kept, nor what repeats it; numbers stay as short as in the log.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from xml.sax.saxutils import escape

from flask import Flask, Response, g, request

from ivr.flows.actions import Listen
from ivr.flows.call import MASK
from ivr.ports import Session
from ivr.records.behind import WriteBehind
from ivr.records.secrets import mask_secrets, mask_text
from ivr.records.traffic import Exchanged

CALL = re.compile(r"CA[0-9a-f]{32}")
NUMBER = re.compile(r"\+?[0-9]{3,}(?=[0-9]{2})")
SAID = re.compile(r"(<Say\b[^>]*>)(.*?)(</Say>)", re.DOTALL)
OF_A_CALL = ("call", "call_id", "transfer_id", "promise_id")
"""What a view calls the call that a post belongs to; ids of transfers and promises begin with that of their call."""
POSTS = ("/voice/", "/agent/")
BY_STAFF = "/agent/"
"""Keys pressed there are an agent's, or say "put me through": none of them is secret."""
REPEATS = "/voice/debugger"
"""What the carrier complains about is in there as it was, secrets and all; what may be kept of it is told by itself."""
ANSWERS = frozenset({"Digits", "SpeechResult", "StableSpeechResult", "UnstableSpeechResult"})
PARTIES = frozenset({"From", "To", "Caller", "Called", "ForwardedFrom"})
UNTOLD = frozenset({"CallToken", "CallerName"})
"""A token gives away a right, and a name is nobody's business who only mends the service."""
MOST_FIELDS, MOST_CHARS, MOST_ANSWER_CHARS = 80, 300, 6000
MOST_WAITING = 2_000

Clean = Callable[[str], str]
"""A text on one line, without the secrets of the service and without telephone numbers (see :mod:`ivr.logs`)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An exchange as it was. ``asked`` is the call at the question that was answered, ``after`` as it stands then."""

    call_id: str
    at_s: float
    what: str
    path: str
    sent: Mapping[str, str]
    answered: str = ""
    status: int = 0
    took_s: float = 0.0
    asked: Session | None = None
    after: Session | None = None


@dataclass(slots=True)
class Traffic:
    """What is to be kept, and ``keep`` that writes it down; ``then`` is told of each exchange that is written."""

    keep: Callable[[Sequence[Exchanged]], None]
    clean: Clean
    now: Callable[[], float]
    then: Callable[[Seen], None] | None = None
    _behind: WriteBehind[Seen] = field(init=False)

    def __post_init__(self) -> None:
        self._behind = WriteBehind(self._write, "exchanges with the carrier", MOST_WAITING)

    def watch(self, app: Flask) -> None:
        """Keep the carrier's posts to ``app``."""
        app.before_request(self._begun)
        app.after_request(self._answered)

    def streamed(self, call_id: str, what: str, sent: Mapping[str, str], took_s: float = 0.0) -> None:
        """Something happened on a call's media stream; nothing of what was said."""
        self._behind.add(Seen(call_id, self.now(), what, "", sent, took_s=took_s))

    def close(self) -> None:
        """Write down the rest."""
        self._behind.close()

    def flush(self) -> None:
        """Write down now what waits. Raises OutsideError."""
        self._behind.flush()

    def _begun(self) -> None:
        if request.method == "POST" and request.path.startswith(POSTS):
            g.traffic_began = (self.now(), time.perf_counter())

    def _answered(self, response: Response) -> Response:
        began = g.get("traffic_began")
        if began is None or 400 <= response.status_code < 500:  # not from the carrier, or nothing we understand
            return response
        call_id = _call_of(request.view_args or {}, request.form.get("CallSid", ""))
        if call_id:
            self._behind.add(
                Seen(
                    call_id,
                    began[0],
                    request.endpoint or "",
                    request.full_path.rstrip("?"),
                    request.form,
                    response.get_data(as_text=True),
                    response.status_code,
                    time.perf_counter() - began[1],
                    g.get("traffic_asked"),
                    g.get("traffic_after"),
                )
            )
        return response

    def _write(self, batch: Sequence[Seen]) -> None:
        self.keep([kept(one, self.clean) for one in batch])
        if self.then:
            for one in batch:
                self.then(one)


def was_asked(session: Session) -> None:
    """The post that is being answered is the answer to what ``session`` asks."""
    g.traffic_asked = session


def stands(session: Session) -> None:
    """So the call stands now."""
    g.traffic_after = session


def kept(seen: Seen, clean: Clean) -> Exchanged:
    """What may be kept of it."""
    secret = _is_secret(seen)
    names = [name[:MOST_CHARS] for name in list(seen.sent)[:MOST_FIELDS]]
    values = [_shown(name, seen.sent[name], seen, secret=secret) for name in list(seen.sent)[:MOST_FIELDS]]
    answered = _said(seen.answered, seen)[:MOST_ANSWER_CHARS]
    whole = " ".join((*names, *values, seen.path[:MOST_CHARS], answered))
    # There is nearly never anything to clean, and looking at each by itself takes five times as long.
    cleaned = str if clean(whole) == whole else clean
    return Exchanged(
        seen.call_id,
        seen.at_s,
        seen.what[:64],
        cleaned(seen.path[:MOST_CHARS]),
        dict(zip(map(cleaned, names), map(cleaned, values), strict=True)),
        cleaned(answered),
        seen.status,
        seen.took_s,
    )


def _call_of(arguments: Mapping[str, object], sid: str) -> str:
    """The call that a post belongs to; empty when that is none of our callers', or the post repeats whole others."""
    if request.path.startswith(REPEATS):
        return ""
    named = [str(arguments[name]) for name in OF_A_CALL if name in arguments]
    if not named and not request.path.startswith(BY_STAFF):
        named = [sid]
    found = CALL.match(named[0]) if named else None
    return found[0] if found else ""


def _is_secret(seen: Seen) -> bool:
    """Whether what was answered must not be kept. Where it is not known what was asked (a repeated post), it is."""
    if not seen.path.startswith("/voice/"):
        return False
    if seen.asked is None or seen.after is None:
        return True
    last = seen.asked.actions[-1] if seen.asked.actions else None
    told = seen.after.call.transcript[len(seen.asked.call.transcript) :]
    return (isinstance(last, Listen) and last.secret) or any(MASK in line.text for line in told)


def _shown(name: str, value: str, seen: Seen, *, secret: bool) -> str:
    if name in UNTOLD or name.startswith("SipHeader_") or (name in ANSWERS and secret and value):
        return MASK
    value = value[:MOST_CHARS]
    if name in PARTIES:
        return NUMBER.sub("...", value)
    if name in ANSWERS and seen.after is not None and seen.after.call.secrets:
        return mask_text(seen.after.call, value)
    return value


def _said(document: str, seen: Seen) -> str:
    """The answer; in a call that knows something secret only what its transcript shows is kept of what was said."""
    call = seen.after.call if seen.after else None
    if call is None or not (call.secrets or any(MASK in line.text for line in call.transcript)):
        return document
    shown, _ = mask_secrets(call, ())
    known = {line.text for line in shown.transcript}
    return SAID.sub(lambda say: f"{say[1]}{say[2] if unescape(say[2]) in known else escape(MASK)}{say[3]}", document)
