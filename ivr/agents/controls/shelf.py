"""Where rooms lie between two messages: Redis, so that any process can go on with any of them.

Keys: ``ringdown:room:TRANSFER`` (compare-and-set), ``ringdown:rooms`` (those that are not over) and
``ringdown:call:ID:room`` (the transfer whose room a call is in, or was in last).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from ivr.agents.controls.state import Room, room_from_json, room_to_json
from ivr.agents.shelf import KEEP_S, SWAP
from ivr.ports import OutsideError

OPEN = "ringdown:rooms"


class RoomShelf:
    """Rooms in Redis. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._swap = redis.register_script(SWAP)

    def open(self, room: Room) -> bool:
        """Put down a new room; False when it lies here already (nothing is changed then)."""
        with _reached():
            pipe = self._redis.pipeline(transaction=True)
            pipe.set(_key(room.transfer), _written(room), nx=True, ex=KEEP_S)
            pipe.set(_call_key(room.call), room.transfer, ex=KEEP_S)
            pipe.sadd(OPEN, room.transfer)
            return bool(pipe.execute()[0])

    def room(self, transfer_id: str) -> Room | None:
        with _reached():
            text = cast("bytes | None", self._redis.get(_key(transfer_id)))
        return _read(text) if text else None

    def of_call(self, call_id: str) -> Room | None:
        """The room that the call is in, or was in last."""
        with _reached():
            transfer_id = cast("bytes | None", self._redis.get(_call_key(call_id)))
        return self.room(transfer_id.decode()) if transfer_id else None

    def change(self, transfer_id: str, change: Callable[[Room], Room]) -> tuple[Room, Room] | None:
        """Replace the room by ``change`` of it; returns both. None when there is no such room.

        ``change`` is called again when another process wrote in between.
        """
        key = _key(transfer_id)
        while True:
            with _reached():
                text = cast("bytes | None", self._redis.get(key))
                if text is None:
                    return None
                before = _read(text)
                after = change(before)
                if after == before or self._swap(keys=[key], args=[text, _written(after), KEEP_S]):
                    return before, after

    def close(self, transfer_id: str) -> None:
        """Nothing is to be done about the room any more."""
        with _reached():
            self._redis.srem(OPEN, transfer_id)

    def opened(self) -> list[str]:
        """The transfers of rooms that something may be to be done about."""
        with _reached():
            return sorted(one.decode() for one in cast("set[bytes]", self._redis.smembers(OPEN)))


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise OutsideError(f"Redis does not answer: {error}", retry=True) from error


def _key(transfer_id: str) -> str:
    return f"ringdown:room:{transfer_id}"


def _call_key(call_id: str) -> str:
    return f"ringdown:call:{call_id}:room"


def _written(room: Room) -> str:
    # The nonce makes every writing different, so a repeat of our own is told apart from a rival's equal one.
    return json.dumps({"nonce": uuid.uuid4().hex, "room": room_to_json(room)})


def _read(text: bytes) -> Room:
    return room_from_json(json.loads(text)["room"])
