"""How waiting ended during the last hour, queue by queue: for the service level and the share who gave up.

Keys: ``ringdown:waits:QUEUE`` (a sorted set by time; a member says which wait, how it ended and how long it took).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from redis import Redis

from ivr.agents.kept import reached

HOUR_S = 3600
IN_TIME_S = 20.0
"""A caller who waited no longer was answered in time: the usual promise of queues is 80 % within 20 s."""
ANSWERED, LEFT, TURNED_AWAY = "answered", "left", "turned away"


@dataclass(frozen=True, slots=True)
class Figures:
    """The last hour of a queue. Shares are None while nobody has waited."""

    answered: int
    left: int
    turned_away: int
    service_level: float | None
    abandon_rate: float | None


class Waits:
    """The waits of the last hour in Redis. Raises ``OutsideError`` when it cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def ended(self, queue: str, wait: str, how: str, waited_s: float, at_s: float) -> None:
        """One wait is over; the same again changes nothing but the time."""
        key = f"ringdown:waits:{queue}"
        with reached():
            pipe = self._redis.pipeline(transaction=False)
            pipe.zadd(key, {f"{how}|{max(waited_s, 0.0):.1f}|{wait}": at_s})
            pipe.zremrangebyscore(key, "-inf", at_s - HOUR_S)
            pipe.expire(key, HOUR_S)
            pipe.execute()

    def figures(self, queue: str, now_s: float) -> Figures:
        """What the hour up to now was like."""
        with reached():
            found = cast("list[bytes]", self._redis.zrangebyscore(f"ringdown:waits:{queue}", now_s - HOUR_S, "+inf"))
        ended = [(how, float(waited)) for how, waited, _ in (one.decode().split("|", 2) for one in found)]
        count = {how: sum(1 for one, _ in ended if one == how) for how in (ANSWERED, LEFT, TURNED_AWAY)}
        in_time = sum(1 for how, waited_s in ended if how == ANSWERED and waited_s <= IN_TIME_S)
        asked = count[ANSWERED] + count[LEFT]
        level, rate = (in_time / asked, count[LEFT] / asked) if asked else (None, None)
        return Figures(count[ANSWERED], count[LEFT], count[TURNED_AWAY], level, rate)
