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

    def text(self, value: T) -> str:
        """As it is written: no two writings are the same, so our own is told apart from a rival's equal one."""
        return json.dumps({"nonce": uuid.uuid4().hex, "value": self.to_json(value)})

    def get(self, key: str) -> T | None:
        """What is kept there."""
        with reached():
            text = cast("bytes | None", self.redis.get(key))
        return self._read(text) if text else None

    def change(self, key: str, change: Callable[[T], T]) -> tuple[T, T] | None:
        """Replace the value by ``change`` of it; returns both. None when there is none.

        ``change`` is called again when another process wrote in between.
        """
        while True:
            with reached():
                text = cast("bytes | None", self.redis.get(key))
            if text is None:
                return None
            before = self._read(text)
            after = change(before)
            if after == before:
                return before, after
            with reached():
                if self.redis.eval(SWAP, 1, key, cast("str", text), self.text(after), str(KEEP_S)):
                    return before, after

    def _read(self, text: bytes) -> T:
        data: Mapping[str, Any] = json.loads(text)
        return self.from_json(data["value"])


@contextmanager
def reached() -> Iterator[None]:
    """Redis's errors as ours."""
    try:
        yield
    except RedisError as error:
        raise OutsideError(f"Redis does not answer: {error}", retry=True) from error
