"""How many calls and texts one number or line may have within an hour: robots and mistakes cost money.

The counting is Redis's, so that all processes count together. A number is counted by the ids of its calls: the carrier
repeats its posts, and a repeated one is not one more call. When Redis is gone nobody is refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

HOUR_S = 3600
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
NOBODY = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What the carrier gives as the number of callers without one: "anonymous" and "restricted", in keys."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Within an hour; 0 is no limit."""

    calls_per_caller: int = 0
    calls_per_line: int = 0
    texts_per_number: int = 0
    texts_per_line: int = 0

    @classmethod
    def read(cls, text: str) -> Limits:
        """From words such as ``calls_per_caller=30 texts_per_line=1000``.

        >>> Limits.read("calls_per_caller=3").calls_per_caller
        3

        Raises:
            ValueError: naming what is wrong.
        """
        given: dict[str, int] = {}
        for word in text.replace(",", " ").split():
            name, _, value = word.partition("=")
            if name not in cls.__slots__ or not re.fullmatch("[0-9]{1,9}", value):
                raise ValueError(f"{word!r}: write words such as {', '.join(f'{one}=30' for one in cls.__slots__)}")
            given[name] = int(value)
        return cls(**given)


ON_AN_ACCOUNT = Limits(calls_per_caller=60, texts_per_number=20, texts_per_line=1000)
"""Where calls and texts cost money, unless something else is asked for."""


class Caps:
    """Counts in ``redis``."""

    def __init__(self, redis: Redis, limits: Limits, now: Callable[[], float]) -> None:
        self._redis, self._limits, self._now = redis, limits, now

    def admits_call(self, call_id: str, caller: str, line: str) -> bool:
        """Whether a call may begin; the same call asked about again counts once."""
        limits = self._limits
        known = NUMBER.fullmatch(caller) and caller not in NOBODY
        counted = {f"calls:{line}": limits.calls_per_line}
        if known:
            counted[f"calls:{caller}"] = limits.calls_per_caller
        return self._admits(call_id, counted)

    def admits_text(self, text_id: str, number: str, line: str) -> bool:
        """Whether a text may go to ``number``."""
        limits = self._limits
        counted = {f"texts:{number}": limits.texts_per_number, f"texts-from:{line}": limits.texts_per_line}
        return self._admits(text_id, counted)

    def _admits(self, one: str, counted: Mapping[str, int]) -> bool:
        hour = int(self._now() // HOUR_S)
        keys = [(f"caps:{hour}:{name[:64]}", limit) for name, limit in counted.items() if limit]
        if not keys:
            return True
        try:
            with self._redis.pipeline() as pipe:
                for key, _ in keys:
                    pipe.sadd(key, one)
                    pipe.expire(key, 2 * HOUR_S)
                    pipe.scard(key)
                answers = pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("nobody is counted: %s", error)
            return True
        return all(count <= limit for count, (_, limit) in zip(answers[2::3], keys, strict=True))
