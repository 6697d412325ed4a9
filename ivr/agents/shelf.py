"""Where transfers lie between two messages: Redis, so that any process can go on with any of them.

Keys: ``ringdown:transfer:ID`` (the handover), ``ringdown:transfer:ID:routing`` (what happened so far, compare-and-set),
``ringdown:transfers`` (the open ones by the time they began), ``ringdown:call:ID:transfers`` (those of a call) and
``ringdown:agent:ID`` (the transfer an agent is busy with).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError

from ivr.agents.handover import Handover, handover_from_json
from ivr.agents.routing import Routing, routing_from_json, routing_to_json
from ivr.ports import OutsideError

KEEP_S = 24 * 3600
"""How long a transfer can be looked up; the carrier ends calls after 4 hours."""

OPEN = "ringdown:transfers"

# The client repeats a command whose answer was lost: finding our own text in place means that we have won already.
SWAP = """
local now = redis.call('GET', KEYS[1])
if now == ARGV[2] then return 1 end
if now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""

CLAIM = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class Shelf:
    """Transfers in Redis. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._swap = redis.register_script(SWAP)
        self._claim = redis.register_script(CLAIM)
        self._release = redis.register_script(RELEASE)

    def open(self, handover: Handover, routing: Routing) -> bool:
        """Put down a new transfer; False when it lies here already (nothing is changed then)."""
        call_key = f"ringdown:call:{handover.call}:transfers"
        with reached():
            pipe = self._redis.pipeline(transaction=True)
            pipe.set(_key(handover.id), json.dumps(asdict(handover)), nx=True, ex=KEEP_S)
            pipe.set(_routing_key(handover.id), _written(routing), nx=True, ex=KEEP_S)
            pipe.zadd(OPEN, {handover.id: handover.at_s}, nx=True)
            pipe.zadd(call_key, {handover.id: handover.turn})
            pipe.expire(call_key, KEEP_S)
            new = bool(pipe.execute()[1])
            if not new and self.routing(handover.id).phase == "over":
                self.close(handover.id)
            return new

    def handover(self, transfer_id: str) -> Handover | None:
        """What is to be told, or None when there is no such transfer."""
        with reached():
            text = cast("bytes | None", self._redis.get(_key(transfer_id)))
        return handover_from_json(json.loads(text)) if text else None

    def routing(self, transfer_id: str) -> Routing:
        """What happened so far; one that is over and failed when there is no such transfer."""
        with reached():
            text = cast("bytes | None", self._redis.get(_routing_key(transfer_id)))
        return _read(text) if text else Routing((), phase="over", reason="failed")

    def change(self, transfer_id: str, change: Callable[[Routing], Routing]) -> tuple[Routing, Routing] | None:
        """Replace the routing by ``change`` of it; returns both. None when there is no such transfer.

        ``change`` is called again when another process wrote in between.
        """
        key = _routing_key(transfer_id)
        while True:
            with reached():
                text = cast("bytes | None", self._redis.get(key))
                if text is None:
                    return None
                before = _read(text)
                after = change(before)
                if after == before or self._swap(keys=[key], args=[text, _written(after), KEEP_S]):
                    return before, after

    def close(self, transfer_id: str) -> None:
        """The transfer is not open any more."""
        with reached():
            self._redis.zrem(OPEN, transfer_id)

    def opened(self) -> list[str]:
        """Ids of open transfers, the longest waiting first."""
        with reached():
            return [one.decode() for one in cast("list[bytes]", self._redis.zrange(OPEN, 0, -1))]

    def of_call(self, call_id: str) -> list[str]:
        """Ids of the transfers of a call, oldest first."""
        with reached():
            found = cast("list[bytes]", self._redis.zrange(f"ringdown:call:{call_id}:transfers", 0, -1))
        return [one.decode() for one in found]

    def claim(self, agent: str, transfer_id: str, for_s: float) -> bool:
        """Keep ``agent`` for this transfer; False when another one has the agent."""
        with reached():
            return bool(self._claim(keys=[_agent_key(agent)], args=[transfer_id, int(for_s)]))

    def release(self, agent: str, transfer_id: str) -> None:
        """The agent is free again, if it was ours."""
        with reached():
            self._release(keys=[_agent_key(agent)], args=[transfer_id])


@contextmanager
def reached() -> Iterator[None]:
    """Redis's errors as ours."""
    try:
        yield
    except RedisError as error:
        raise OutsideError(f"Redis does not answer: {error}", retry=True) from error


def _key(transfer_id: str) -> str:
    return f"ringdown:transfer:{transfer_id}"


def _routing_key(transfer_id: str) -> str:
    return f"ringdown:transfer:{transfer_id}:routing"


def _agent_key(agent: str) -> str:
    return f"ringdown:agent:{agent}"


def _written(routing: Routing) -> str:
    # The nonce makes every writing different, so a repeat of our own is told apart from a rival's equal one.
    return json.dumps({"nonce": uuid.uuid4().hex, "routing": routing_to_json(routing)})


def _read(text: bytes) -> Routing:
    data: dict[str, Any] = json.loads(text)["routing"]
    return routing_from_json(data)
