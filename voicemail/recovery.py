"""What the death of a process left unfinished is finished here; the worker does it at its start and every minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from voicemail.mailbox import Message
from voicemail.sound_file import being_written
from voicemail.store import Voicemails

UNLOCKED_S = 10.0
"""A file that nobody holds and that has not grown for so long has lost its writer (frames come every 20 ms)."""

QUIET_S = 60.0
"""So long without growing and without a call, and even a file that somebody holds is over."""

log = logging.getLogger(__name__)


def recover(store: Voicemails, is_live: Callable[[str], bool], clock: Callable[[], float] = time.time) -> None:
    """Finish recordings without a writer, free stuck transcriptions, rebuild the queue. Safe to repeat anywhere.

    Raises:
        OutsideError: when the database or the queue does not answer; the next time does it then.
    """
    for message in store.under_way():
        if _lost_its_writer(store, message, is_live, clock()):
            length_s = store.end(message.id, "interrupted")
            log.info("recording %s of call %s recovered: %.1f s", message.id, message.call_id, length_s)
    store.release_lapsed()
    store.enqueue_due()


def _lost_its_writer(store: Voicemails, message: Message, is_live: Callable[[str], bool], now_s: float) -> bool:
    path = store.path(message)
    try:
        quiet_s = now_s - path.stat().st_mtime
        held = being_written(path)
    except FileNotFoundError:  # the row comes first: the writer died, or lives, between the two
        quiet_s, held = now_s - message.at_s, True
    if not held:
        return quiet_s >= UNLOCKED_S
    return quiet_s >= QUIET_S and not is_live(message.call_id)
