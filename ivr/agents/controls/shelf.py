"""Where rooms lie between two messages: Redis, so that any process can go on with any of them.

Keys: ``ringdown:room:TRANSFER`` (compare-and-set), ``ringdown:rooms`` (those that are not over) and
``ringdown:call:ID:room`` (the transfer whose room a call is in, or was in last).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from redis import Redis

from ivr.agents.controls.state import Room, room_from_json, room_to_json
from ivr.agents.copies import Copies
from ivr.agents.kept import KEEP_S, Kept, reached
from ivr.records.copies import Copy, SqlCopies

OPEN = "ringdown:rooms"
KIND = "room"


class RoomShelf:
    """Rooms in Redis. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis, copies: SqlCopies | None = None) -> None:
        """``copies`` are kept outside Redis, and put back when it has lost its own."""
        self._redis = redis
        self._copies = Copies(redis, KIND, copies, self._put_down)
        self._rooms = Kept(
            redis,
            room_to_json,
            room_from_json,
            self._copies.put_back,
            lambda key, count, text: self._copies.change(key.removeprefix(_key("")), count, text),
        )

    def open(self, room: Room, at_s: float) -> bool:
        """Put down a new room; False when it lies here already (nothing is changed then)."""
        copy = Copy(KIND, room.transfer, room.call, at_s, self._rooms.text(room))
        new = self._put_down(copy)
        if new:
            self._copies.keep(copy)
        return new

    def _put_down(self, copy: Copy) -> bool:
        """False when it lies here already; then nothing is changed."""
        with reached():
            pipe = self._redis.pipeline(transaction=True)
            pipe.set(_key(copy.id), copy.text, nx=True, ex=KEEP_S)
            pipe.set(_call_key(copy.call), copy.id, ex=KEEP_S)
            if copy.open:
                pipe.sadd(OPEN, copy.id)
            return bool(pipe.execute()[0])

    def room(self, transfer_id: str) -> Room | None:
        return self._rooms.get(_key(transfer_id))

    def of_call(self, call_id: str) -> Room | None:
        """The room that the call is in, or was in last."""
        with reached():
            transfer_id = cast("bytes | None", self._redis.get(_call_key(call_id)))
        return self.room(transfer_id.decode()) if transfer_id else None

    def change(self, transfer_id: str, change: Callable[[Room], Room]) -> tuple[Room, Room] | None:
        """Replace the room by ``change`` of it; returns both. None when there is no such room.

        ``change`` is called again when another process wrote in between.
        """
        return self._rooms.change(_key(transfer_id), change)

    def close(self, transfer_id: str) -> None:
        """Nothing is to be done about the room any more."""
        with reached():
            closed = self._redis.srem(OPEN, transfer_id)
        if closed:
            self._copies.close(transfer_id)

    def opened(self) -> list[str]:
        """The transfers of rooms that something may be to be done about."""
        self._copies.put_back()
        with reached():
            return sorted(one.decode() for one in cast("set[bytes]", self._redis.smembers(OPEN)))


def _key(transfer_id: str) -> str:
    return f"ringdown:room:{transfer_id}"


def _call_key(call_id: str) -> str:
    return f"ringdown:call:{call_id}:room"
