"""Second copies of transfers and rooms, outside Redis, and how they come back when Redis has lost its own.

A mark in Redis says that nothing was lost. Where something is missing and the mark is missing too, everything that is
kept of the kind is put down again, and then the mark. What is newer in Redis stays.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from redis import Redis

from ivr.agents.kept import reached
from ivr.ports import OutsideError
from ivr.records.copies import Copy, SqlCopies

log = logging.getLogger(__name__)

# Only who has put back everything since the loss sets the mark: when Redis was emptied meanwhile, the nonce is gone.
MARK = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], '1')
return 1
"""


class Copies:
    """The copies of one kind. They help where they can: a memory that fails costs nobody anything now."""

    def __init__(self, redis: Redis, kind: str, memory: SqlCopies | None, put_down: Callable[[Copy], object]) -> None:
        """``put_down`` puts a copy into Redis, unless there is one."""
        self._redis = redis
        self._kind = kind
        self._memory = memory
        self._put_down = put_down
        self._mark, self._begun = f"ringdown:whole:{kind}", f"ringdown:whole:{kind}:begun"

    def keep(self, copy: Copy) -> None:
        self._told(lambda memory: memory.keep(copy))

    def change(self, copy_id: str, count: int, text: str) -> None:
        self._told(lambda memory: memory.change(self._kind, copy_id, count, text))

    def close(self, copy_id: str) -> None:
        self._told(lambda memory: memory.close(self._kind, copy_id))

    def put_back(self) -> bool:
        """Something is not there: put everything back if Redis has lost it. False when it has lost nothing.

        Raises:
            OutsideError: Redis, or the memory just when it is needed.
        """
        if self._memory is None:
            return False
        with reached():
            if self._redis.exists(self._mark):
                return False
            nonce = uuid.uuid4().hex
            self._redis.set(self._begun, nonce)
        copies = self._memory.all(self._kind)
        for copy in copies:
            self._put_down(copy)
        with reached():
            self._redis.eval(MARK, 2, self._mark, self._begun, nonce)
        log.warning("Redis is told again of %d copies (%s)", len(copies), self._kind)
        return bool(copies)

    def _told(self, tell: Callable[[SqlCopies], None]) -> None:
        if self._memory is None:
            return
        try:
            tell(self._memory)
        except OutsideError as error:
            log.warning("a %s is known to Redis only: %s", self._kind, error)
