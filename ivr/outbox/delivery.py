"""Carries errands out: on a thread of every worker and web process, so nothing hangs on one of them, or on Redis."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ivr.outbox.errand import TRIES, Errand, State
from ivr.outbox.store import Outbox
from ivr.ports import OutsideError

LOOK_S = 3.0
"""How often the database is asked for what is due; what this process puts in itself is done at once."""

ROUND = 50
"""So many errands in one go, so that what became due meanwhile is seen."""

Sender: TypeAlias = Callable[[Errand], None]
"""Does an errand of one kind; may be called again with the same key; raises ``OutsideError`` when it does not work."""

log = logging.getLogger(__name__)


class Delivery:
    """Does what is due, by the ``senders`` of its kinds."""

    def __init__(self, outbox: Outbox, senders: Mapping[str, Sender]) -> None:
        self.outbox = outbox
        self._senders = senders

    def run_due(self) -> int:
        """Do what is due now; returns how many errands were done.

        When one of a kind fails and may work later, the others of its kind wait for the next round: a server that is
        down is asked once, and holds up nobody else's errands.
        """
        done, failing = 0, set[str]()
        while errands := self.outbox.due(ROUND, failing):
            for errand in errands:
                if errand.kind in failing:
                    continue
                if errand.tries >= TRIES:  # nobody ever lived to tell what came of it
                    self.outbox.failed(errand, "the process that tried ended each time", retry=False)
                    continue
                claimed = self.outbox.claim(errand)
                if claimed is None:
                    continue
                state = self._try(claimed)
                done += state is State.SENT
                if state is State.WAITING:
                    failing.add(errand.kind)
        return done

    def at_once(self, errand: Errand) -> None:
        """Write an errand down and do it now, for who waits to hear what came of it. Safe to repeat.

        What cannot be done just now is done later, and counts as done: it will not be forgotten.

        Raises:
            OutsideError: it is refused, now or when it was first tried; or it could not even be written down.
        """
        claimed = self.outbox.put_claimed(errand)
        if claimed is None:
            known = self.outbox.get(errand.key)
            if known is not None and known.state in {State.PARKED, State.DROPPED}:
                raise OutsideError(known.reason or "it was dropped", retry=False)
            return
        try:
            self._send(claimed)
        except OutsideError as error:
            if not error.retry:
                self.outbox.refused(claimed, str(error))
                raise
            log.warning("%s %s is sent later: %s", claimed.kind, claimed.key, error)
            self.outbox.failed(claimed, str(error), retry=True)
        else:
            self.outbox.sent(claimed)

    def keep_on(self) -> None:
        """Do what is due for as long as this process lives."""
        while True:
            self.outbox.news.wait(LOOK_S)
            self.outbox.news.clear()
            try:
                self.run_due()
            except OutsideError as error:
                log.warning("the outbox waits: %s", error)
            except Exception:  # the operator is told; the next round tries again
                log.exception("the outbox failed")

    def _try(self, claimed: Errand) -> State:
        try:
            self._send(claimed)
        except OutsideError as error:
            state = self.outbox.failed(claimed, str(error), retry=error.retry)
            what = "is parked" if state is State.PARKED else "is tried again"
            log.warning("%s %s %s (try %d): %s", claimed.kind, claimed.key, what, claimed.tries, error)
            return state
        self.outbox.sent(claimed)
        return State.SENT

    def _send(self, claimed: Errand) -> None:
        sender = self._senders.get(claimed.kind)
        if sender is None:
            raise OutsideError(f"nobody here sends {claimed.kind}", retry=False)
        try:
            sender(claimed)
        except OutsideError:
            raise
        except Exception as error:  # a mistake of ours in one errand must not stop the others
            log.exception("%s %s broke", claimed.kind, claimed.key)
            raise OutsideError(f"it broke: {type(error).__name__}", retry=False) from error
