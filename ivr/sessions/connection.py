"""The way to Redis: patient with one that is being started again, because a caller is on the phone."""

from __future__ import annotations

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

from ivr.ports import OutsideError
from ivr.settings import without_password

TIMEOUT_S = 5.0
"""How long one command may take. It is not repeated then: the carrier waits for 15 s in all."""

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 0.5
TRIES = 10
"""Together some 4 s: a Redis that died is back in 1 s, and a caller takes a pause of 4 s for slowness."""


def connected(url: str) -> Redis:
    """A client for all threads. It connects when it is first used.

    Raises:
        OutsideError: ``url`` is no address of a Redis.
    """
    patience = Retry(ExponentialBackoff(cap=LONGEST_PAUSE_S, base=FIRST_PAUSE_S), TRIES, (NoConnectionError,))
    try:
        return Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=patience)
    except ValueError as error:
        raise OutsideError(
            f"REDIS_URL={without_password(url)} is no address of a Redis: {error}", retry=False
        ) from error


def must_answer(url: str) -> None:
    """See that a Redis answers at ``url``, before anything that needs it is started.

    Raises:
        OutsideError: it does not, within some seconds of patience; with what to do about it.
    """
    try:
        with connected(url) as client:
            client.ping()
    except (RedisError, OSError) as error:
        what = f"Redis does not answer at {without_password(url)}: {error}"
        instead = "Start that server, mend REDIS_URL, or remove REDIS_URL: './run' then starts a Redis of its own."
        raise OutsideError(f"{what} {instead}", retry=True) from error
