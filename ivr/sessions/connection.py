"""The way to Redis: patient with one that is being started again, because a caller is on the phone."""

from __future__ import annotations

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.retry import Retry

TIMEOUT_S = 5.0
"""How long one command may take. It is not repeated then: the carrier waits for 15 s in all."""

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.5
TRIES = 10
"""Together some 4 s: a Redis that died is back in 1 s, and a caller takes a pause of 4 s for slowness."""


def connected(url: str) -> Redis:
    """A client for all threads. It connects when it is first used."""
    patience = Retry(ExponentialBackoff(cap=LONGEST_PAUSE_S, base=FIRST_PAUSE_S), TRIES, (NoConnectionError,))
    return Redis.from_url(url, socket_timeout=TIMEOUT_S, retry=patience)
