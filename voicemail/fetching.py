"""What the carrier recorded, messages and calls: noted at once, fetched by the worker, tried until it is here."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from typing import Protocol

from ivr.ports import CarrierCalls, OutsideError
from ivr.records.to_fetch import ToFetch, Waiting

MESSAGES, CALLS = "messages", "calls"
"""Kinds of what is to be fetched: messages and recordings of calls, each with a keeper of its own."""

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 900.0
"""Between two tries as long as it has been tried so far, within these."""

GIVE_UP_S = 7 * 86400.0
"""A carrier that is gone for a week, or a token that nobody mends; then the log says where the recording is."""

log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Where what was fetched is kept."""

    def keep(self, call_id: str, mailbox: str, caller: str, at_s: float, wav: bytes, source: str = "") -> str: ...


def _leave_it_there(recording_id: str, url: str) -> None:
    """For carriers whose copies are nobody's business."""


class Fetching:
    """What is to be fetched, in the database; ``enqueue`` has one fetched soon and may raise ``OutsideError``."""

    def __init__(
        self,
        to_fetch: ToFetch,
        carrier: CarrierCalls,
        recordings: Keeper,
        enqueue: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        kept: Callable[[str, str], None] = _leave_it_there,
    ) -> None:
        """``kept`` is told our id and the carrier's address of what is here and whole by then."""
        self._to_fetch = to_fetch
        self._carrier = carrier
        self._recordings = recordings
        self._enqueue = enqueue
        self._kept = kept
        self._clock = clock

    def note(self, call_id: str, mailbox: str, caller: str, url: str) -> None:
        """The carrier says that a recording is ready. Safe to repeat.

        Raises:
            OutsideError: when the database does not answer; the carrier tells it again then.
        """
        now_s = self._clock()
        recording_id = hashlib.sha256(f"{call_id}\0{url}".encode()).hexdigest()[:32]
        self._to_fetch.put(Waiting(recording_id, call_id, mailbox, caller, now_s, url, now_s))
        try:
            self._enqueue(recording_id)
        except OutsideError as error:  # the worker looks at the rows every minute
            log.warning("call %s: its recording is fetched later: %s", call_id, error)

    def fetch(self, recording_id: str) -> None:
        """Fetch one recording and keep it, if that was not done already. The worker's job."""
        waiting = self._to_fetch.get(recording_id)
        if waiting is None:
            return
        try:
            wav = self._carrier.recording(waiting.url)
            source = source_of(waiting.url)
            kept = self._recordings.keep(waiting.call_id, waiting.mailbox, waiting.caller, waiting.at_s, wav, source)
            self._kept(kept, waiting.url)
        except OutsideError as error:
            self._failed(waiting, error)
        else:
            self._to_fetch.done(recording_id)

    def waiting(self) -> list[Waiting]:
        """What is still at the carrier, the longest waiting first."""
        return self._to_fetch.all()

    def enqueue_due(self) -> int:
        """Have everything fetched that waits for another try; returns how many."""
        due = [one.id for one in self._to_fetch.all() if one.next_s <= self._clock()]
        for recording_id in due:
            self._enqueue(recording_id)
        return len(due)

    def _failed(self, waiting: Waiting, error: OutsideError) -> None:
        now_s = self._clock()
        tried_s = now_s - waiting.at_s
        if tried_s > GIVE_UP_S:
            log.error("call %s: its recording at %s is given up: %s", waiting.call_id, waiting.url, error)
            self._to_fetch.done(waiting.id)
            return
        pause_s = min(max(tried_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
        log.warning("call %s: its recording cannot be fetched, again in %.0f s: %s", waiting.call_id, pause_s, error)
        try:
            self._to_fetch.later(waiting.id, now_s + pause_s)
        except OutsideError as failure:  # the disk may be full: then it is tried again sooner
            log.warning("call %s: when to fetch its recording is not noted: %s", waiting.call_id, failure)


def source_of(url: str) -> str:
    """The carrier's name for the recording at ``url``.

    >>> source_of("https://api.example/2010-04-01/Accounts/AC0/Recordings/RE1.wav")
    'RE1'
    """
    return url.rstrip("/").rpartition("/")[2].removesuffix(".wav")
