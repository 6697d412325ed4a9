"""Sends texts to those who want them, and takes those that come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from ivr.ports import OutsideError
from ivr.records.texts import CAME, WENT, SqlTexts, TextMessage
from ivr.texting.words import Wish, wish_of

REFUSED_BY_CARRIER = "21610"
"""The carrier's error when a number said stop to it."""

MAX_BODY = 1600 * 4
"""What comes in is kept up to here; the carrier takes 1,600 characters, and others may take more."""

log = logging.getLogger(__name__)


class SendText(Protocol):
    """The carrier's way to send a text; returns its sid."""

    def __call__(self, to: str, sender: str, body: str, status_url: str = "") -> str: ...


Admits = Callable[[str, str], bool]
"""Whether one more text may go to a number from a line."""


class Texts:
    """Every method raises ``OutsideError`` when the carrier or the database fails."""

    def __init__(
        self,
        store: SqlTexts,
        carrier: SendText,
        status_url: str,
        admits: Admits,
        now: Callable[[], float],
        told: Callable[[], None],
        refusal: Callable[[str], str] = lambda number: "",
    ) -> None:
        """``told`` is called when a message came in. ``refusal`` says why a number is sent nothing, if so."""
        self._refusal = refusal
        self._store, self._carrier, self._status_url = store, carrier, status_url
        self._admits, self._now, self._told = admits, now, told

    def send(self, to: str, sender: str, body: str) -> str:
        """Send a text, unless the number is abroad, wants none or had too many; returns its sid.

        Raises:
            OutsideError: it is not sent.
        """
        if why := self._refusal(to):
            log.warning("a text is not sent: %s", why)
            raise OutsideError(why, retry=False)
        if self._store.refuses(to):
            raise OutsideError("this number asked for no more texts", retry=False)
        if not self._admits(to, sender):
            raise OutsideError("this number or line has had too many texts within the hour", retry=False)
        try:
            sid = self._carrier(to, sender, body, self._status_url)
        except OutsideError as error:
            if f": {REFUSED_BY_CARRIER} " in str(error):
                self._store.refuse(to, self._now())
            raise
        try:
            self._store.keep(TextMessage(sid, WENT, sender, to, body, self._now(), "queued"))
        except OutsideError as error:  # it is on its way: sending it again would be worse than not to list it
            log.warning("text %s was sent and cannot be listed: %s", sid, error)
        return sid

    def came(self, sid: str, line: str, number: str, body: str) -> Wish:
        """Keep what came in and do what it asks for. Safe to repeat: the same message asks for the same."""
        body = body.replace("\x00", "\ufffd")[:MAX_BODY]  # PostgreSQL holds no NUL
        wish = wish_of(body)
        if wish is Wish.STOP:
            self._store.refuse(number, self._now())
        elif wish is Wish.START:
            self._store.allow(number)
        if self._store.keep(TextMessage(sid, CAME, line, number, body, self._now(), "received")):
            self._told()
        return wish

    def became(self, sid: str, state: str, reason: str, number: str = "") -> None:
        """The carrier tells how a message got on, with its error number as the ``reason``."""
        if reason == REFUSED_BY_CARRIER and number:
            self._store.refuse(number, self._now())
        self._store.became(sid, state, reason)
