"""What an errand is, and when a failed one is tried again: plain values, no clock and no database.

::

    waiting -> sending -> sent
       ^         |  |
       +- again -+  +-> parked  (refused, or tried too often; a person looks at it)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 3600.0
TRIES = 40
"""With the pauses above that is more than a day: a mail server that breaks in the evening is mended by then."""

SPREAD = 0.25
"""So much earlier a try may come, by its key: what failed together need not come back together."""


class State(StrEnum):
    """Where an errand is in its life."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"


OPEN = (State.WAITING, State.SENDING)
OVER = (State.SENT, State.DROPPED)


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to be done outside.

    ``key`` names it for good: the same key is written down once, and goes along as its idempotency key. ``kind`` says
    who does it (email, sms, webhook ...), ``data`` what, ``about`` which call or message it is about. ``next_s`` is
    when it is due, or its sender's time runs out; ``reason`` why the latest try failed.
    """

    key: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    state: State = State.WAITING
    tries: int = 0
    made_s: float = 0.0
    next_s: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the outbox stands: ``oldest_s`` is how long the oldest errand has been due."""

    waiting: int = 0
    parked: int = 0
    oldest_s: float = 0.0


def pause_s(tries: int, key: str = "") -> float:
    """How long to wait after the ``tries``-th failure: twice as long each time, an hour at most, a little less by key.

    >>> [round(pause_s(tries)) for tries in (1, 2, 3, 20)]
    [5, 10, 20, 3600]
    """
    whole_s = min(FIRST_PAUSE_S * 2.0 ** min(tries - 1, 30), LONGEST_PAUSE_S)
    if not key:
        return whole_s
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
    return whole_s * (1.0 - SPREAD * share)


def after_failure(tries: int, retry: bool) -> State:
    """Where an errand goes that failed for the ``tries``-th time."""
    return State.WAITING if retry and tries < TRIES else State.PARKED
