"""The calls this process saved last: who answers a call's next turn usually answered the one before.

Nothing here is the truth. What is remembered may be old when another process answered meanwhile; the compare-and-set
of the save finds that out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from ivr.ports import Session

REMEMBERED = 256
"""Calls; some 20 kB each. A process carries 48 media streams."""


class Latest:
    """Sessions with their versions by call id; the longest unused is forgotten first. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, tuple[Session, int]] = OrderedDict()

    def get(self, call_id: str) -> tuple[Session, int] | None:
        with self._lock:
            return self._sessions.get(call_id)

    def put(self, call_id: str, saved: tuple[Session, int] | None) -> None:
        """Remember what was saved, or forget the call when somebody else saved."""
        with self._lock:
            self._sessions.pop(call_id, None)
            if saved is None or saved[0].call.ended:
                return
            self._sessions[call_id] = saved
            if len(self._sessions) > REMEMBERED:
                self._sessions.popitem(last=False)
