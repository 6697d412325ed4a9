"""Where rooms lie between two messages: Redis, so that any process can go on with any of them.

Keys: ``ringdown:room:TRANSFER`` (compare-and-set), ``ringdown:rooms`` (those that are not over) and
``ringdown:call:ID:room`` (the transfer whose room a call is in, or was in last).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from redis import Redis

from ivr.agents.controls.state import Room, room_from_json, room_to_json
from ivr.agents.kept import KEEP_S, Kept, reached

OPEN = "ringdown:rooms"


class RoomShelf:
    """Rooms in Redis. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._rooms = Kept(redis, room_to_json, room_from_json)

    def open(self, room: Room) -> bool:
        """Put down a new room; False when it lies here already (nothing is changed then)."""
        with reached():
            pipe = self._redis.pipeline(transaction=True)
            pipe.set(_key(room.transfer), self._rooms.text(room), nx=True, ex=KEEP_S)
            pipe.set(_call_key(room.call), room.transfer, ex=KEEP_S)
            pipe.sadd(OPEN, room.transfer)
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
            self._redis.srem(OPEN, transfer_id)

    def opened(self) -> list[str]:
        """The transfers of rooms that something may be to be done about."""
        with reached():
            return sorted(one.decode() for one in cast("set[bytes]", self._redis.smembers(OPEN)))


def _key(transfer_id: str) -> str:
    return f"ringdown:room:{transfer_id}"


def _call_key(call_id: str) -> str:
    return f"ringdown:call:{call_id}:room"
