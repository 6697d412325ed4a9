"""A caller in Redis: everything of their calls, what waits to be fetched or confirmed, what was counted of them.

The log of the floor and the latest news are left alone: both hold what is going on now, and go by themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from ivr.erasing.caller import Caller
from ivr.ports import OutsideError

OURS = ("ringdown:*", "caps:*")
LEFT_ALONE = (":log", ":state", "ringdown:alerts")
WHOLE = "ringdown:callback-request:"
"""Such a hash is one request: it goes as a whole."""


class RedisEraser:
    """Looks at every key; that takes a second for some 100,000."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def __call__(self, caller: Caller, *, really: bool) -> int:
        try:
            return sum(self._erase(key, caller, really=really) for key in self._keys())
        except RedisError as error:
            raise OutsideError(f"Redis does not answer: {error}", retry=True) from error

    def _keys(self) -> Iterator[str]:
        for pattern in OURS:
            for key in self._redis.scan_iter(match=pattern, count=1000):
                name = key.decode("utf-8", "replace")
                if not name.endswith(LEFT_ALONE):
                    yield name

    def _erase(self, key: str, caller: Caller, *, really: bool) -> int:
        if caller.is_in(key) or hashlib.sha256(caller.number.encode()).hexdigest()[:32] in key:
            return self._gone(key, really=really)
        match cast("bytes", self._redis.type(key)):
            case b"string":
                named = caller.is_in(_text(cast("bytes | None", self._redis.get(key))))
                return self._gone(key, really=really) if named else 0
            case b"hash":
                return self._fields(key, caller, really=really)
            case b"zset":
                found = cast("list[bytes]", self._redis.zrange(key, 0, -1))
                members = [one for one in found if caller.is_in(_text(one))]
                if members and really:
                    self._redis.zrem(key, *members)
                return len(members)
            case _:
                return 0

    def _fields(self, key: str, caller: Caller, *, really: bool) -> int:
        found = cast("dict[bytes, bytes]", self._redis.hgetall(key))
        fields = [name for name, value in found.items() if caller.is_in(_text(name) + _text(value))]
        if fields and key.startswith(WHOLE):
            return self._gone(key, really=really)
        if fields and really:
            self._redis.hdel(key, *fields)
        return len(fields)

    def _gone(self, key: str, *, really: bool) -> int:
        if really:
            self._redis.delete(key)
        return 1


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
