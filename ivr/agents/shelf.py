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

from ivr.agents.copies import Copies
from ivr.agents.handover import Handover, handover_from_json
from ivr.agents.kept import KEEP_S, Kept, reached
from ivr.agents.routing import Routing, routing_from_json, routing_to_json
from ivr.records.copies import Copy, SqlCopies

OPEN = "ringdown:transfers"
KIND = "transfer"


class Shelf:
    """Transfers in Redis. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis, copies: SqlCopies | None = None) -> None:
        """``copies`` are kept outside Redis, and put back when it has lost its own."""
        self._redis = redis
        self._copies = Copies(redis, KIND, copies, self._put_down)
        self._routings = Kept(
            redis,
            routing_to_json,
            routing_from_json,
            self._copies.put_back,
            lambda key, count, text: self._copies.change(_transfer_of(key), count, text),
        )

    def open(self, handover: Handover, routing: Routing) -> bool:
        """Put down a new transfer; False when it lies here already (nothing is changed then)."""
        about, text = json.dumps(asdict(handover)), self._routings.text(routing)
        copy = Copy(KIND, handover.id, handover.call, handover.at_s, text, about)
        new = self._put_down(copy)
        if new:
            self._copies.keep(copy)
        elif self.routing(handover.id).phase == "over":
            self.close(handover.id)
        return new

    def _put_down(self, copy: Copy) -> bool:
        """False when it lies here already; then nothing is changed."""
        call_key = f"ringdown:call:{copy.call}:transfers"
        with reached():
            pipe = self._redis.pipeline(transaction=True)
            pipe.set(_key(copy.id), copy.about, nx=True, ex=KEEP_S)
            pipe.set(_routing_key(copy.id), copy.text, nx=True, ex=KEEP_S)
            if copy.open:
                pipe.zadd(OPEN, {copy.id: copy.at_s}, nx=True)
            pipe.zadd(call_key, {copy.id: json.loads(copy.about)["turn"]})
            pipe.expire(call_key, KEEP_S)
            return bool(pipe.execute()[1])

    def handover(self, transfer_id: str) -> Handover | None:
        """What is to be told, or None when there is no such transfer."""
        text = self._about(transfer_id)
        if text is None and self._copies.put_back():
            text = self._about(transfer_id)
        return handover_from_json(json.loads(text)) if text else None

    def _about(self, transfer_id: str) -> bytes | None:
        with reached():
            return cast("bytes | None", self._redis.get(_key(transfer_id)))

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
            closed = self._redis.zrem(OPEN, transfer_id)
        if closed:
            self._copies.close(transfer_id)

    def opened(self) -> list[str]:
        """Ids of open transfers, the longest waiting first."""
        self._copies.put_back()
        with reached():
            return [one.decode() for one in cast("list[bytes]", self._redis.zrange(OPEN, 0, -1))]

    def of_call(self, call_id: str) -> list[str]:
        """Ids of the transfers of a call, oldest first."""
        with reached():
            found = cast("list[bytes]", self._redis.zrange(f"ringdown:call:{call_id}:transfers", 0, -1))
        return [one.decode() for one in found]


def _key(transfer_id: str) -> str:
    return f"ringdown:transfer:{transfer_id}"


def _transfer_of(routing_key: str) -> str:
    return routing_key.removeprefix("ringdown:transfer:").removesuffix(":routing")


def _routing_key(transfer_id: str) -> str:
    return f"ringdown:transfer:{transfer_id}:routing"
