"""Values in Redis that several processes change: each is replaced only by who has seen the last one."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from redis import Redis
from redis.exceptions import RedisError

from ivr.ports import OutsideError

T = TypeVar("T")

KEEP_S = 24 * 3600
"""How long a value can be looked up; the carrier ends calls after 4 hours."""

# The client repeats a command whose answer was lost: finding our own text in place means that we have won already.
SWAP = """
local now = redis.call('GET', KEYS[1])
if now == ARGV[2] then return 1 end
if now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """Values of one kind. Every method that asks Redis raises ``OutsideError`` when it cannot be reached."""

    redis: Redis
    to_json: Callable[[T], Any]
    from_json: Callable[[Any], T]
    put_back: Callable[[], bool] = lambda: False
    """Called when something is not there; True when what Redis had lost is there again."""
    changed: Callable[[str, int, str], None] = lambda key, count, text: None
    """Told of each change that is in Redis: the key, its how-manieth writing it is, and the text."""

    def text(self, value: T, count: int = 1) -> str:
        """As it is written: no two writings are the same, so our own is told apart from a rival's equal one."""
        return json.dumps({"nonce": uuid.uuid4().hex, "count": count, "value": self.to_json(value)})

    def get(self, key: str) -> T | None:
        """What is kept there."""
        text = self._text(key)
        return self._read(text)[0] if text else None

    def change(self, key: str, change: Callable[[T], T]) -> tuple[T, T] | None:
        """Replace the value by ``change`` of it; returns both. None when there is none.

        ``change`` is called again when another process wrote in between.
        """
        while True:
            text = self._text(key)
            if text is None:
                return None
            before, count = self._read(text)
            after = change(before)
            if after == before:
                return before, after
            written = self.text(after, count + 1)
            with reached():
                won = self.redis.eval(SWAP, 1, key, cast("str", text), written, str(KEEP_S))
            if won:
                self.changed(key, count + 1, written)
                return before, after

    def _text(self, key: str) -> bytes | None:
        text = self._in_redis(key)
        return self._in_redis(key) if text is None and self.put_back() else text

    def _in_redis(self, key: str) -> bytes | None:
        with reached():
            return cast("bytes | None", self.redis.get(key))

    def _read(self, text: bytes) -> tuple[T, int]:
        data: Mapping[str, Any] = json.loads(text)
        return self.from_json(data["value"]), int(data.get("count", 1))


@contextmanager
def reached() -> Iterator[None]:
    """Redis's errors as ours."""
    try:
        yield
    except RedisError as error:
        raise OutsideError(f"Redis does not answer: {error}", retry=True) from error
