"""Where transfers lie between two messages: Redis, so that any process can go on with any of them.

Keys: ``ringdown:transfer:ID`` (the handover), ``ringdown:transfer:ID:routing`` (what happened so far, compare-and-set),
``ringdown:transfers`` (the open ones by the time they began) and ``ringdown:call:ID:transfers`` (those of a call).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import cast

from redis import Redis

from ivr.agents.handover import Handover, handover_from_json
from ivr.agents.kept import KEEP_S, Kept, reached
from ivr.agents.routing import Routing, routing_from_json, routing_to_json

OPEN = "ringdown:transfers"


class Shelf:
    """Transfers in Redis. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._routings = Kept(redis, routing_to_json, routing_from_json)

    def open(self, handover: Handover, routing: Routing) -> bool:
        """Put down a new transfer; False when it lies here already (nothing is changed then)."""
        call_key = f"ringdown:call:{handover.call}:transfers"
        with reached():
            pipe = self._redis.pipeline(transaction=True)
            pipe.set(_key(handover.id), json.dumps(asdict(handover)), nx=True, ex=KEEP_S)
            pipe.set(_routing_key(handover.id), self._routings.text(routing), nx=True, ex=KEEP_S)
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
        return self._routings.get(_routing_key(transfer_id)) or Routing((), phase="over", reason="failed")

    def change(self, transfer_id: str, change: Callable[[Routing], Routing]) -> tuple[Routing, Routing] | None:
        """Replace the routing by ``change`` of it; returns both. None when there is no such transfer.

        ``change`` is called again when another process wrote in between.
        """
        return self._routings.change(_routing_key(transfer_id), change)

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


def _key(transfer_id: str) -> str:
    return f"ringdown:transfer:{transfer_id}"


def _routing_key(transfer_id: str) -> str:
    return f"ringdown:transfer:{transfer_id}:routing"
