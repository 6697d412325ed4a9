"""The floor that all processes share: a list of events in Redis, and the floor that every process makes of it.

Whoever appends an event carries out its commands; the order in the list is the order of events, and as the rules are
deterministic every process comes to the same floor without ever sending one. Nothing is locked, so nothing stays
locked when a process dies: its commands are missed by time (a ring of which nothing is heard is lost after ten
seconds), and the next process that sees time pass gives them anew.

Keys: ``ringdown:floor:FORM:log`` (the events since the snapshot), ``:state`` (a hash: ``epoch``, which floor this is;
``base``, how many events the snapshot holds; ``last``, the last of them; ``snapshot``). When Redis lost them, the floor
begins anew with what :func:`ivr.agents.floor.rebuilding.rebuilt` says.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, TypeVar, cast

from redis import Redis

from ivr.agents.floor.advance import advance, next_due_s, still_meant
from ivr.agents.floor.commands import Command
from ivr.agents.floor.events import Event, TimePassed, event_from_json, event_to_json
from ivr.agents.floor.snapshot import FORM, floor_from_json, floor_to_json
from ivr.agents.floor.state import Floor
from ivr.agents.kept import reached

SNAPSHOT_AFTER = 1000
"""Events. A snapshot of a thousand agents and callers takes some milliseconds, an event some microseconds."""

# Begin a floor, unless somebody has begun it: all of it at once, so that nobody sees it half.
BEGIN = """
if redis.call('HSETNX', KEYS[2], 'epoch', ARGV[1]) == 0 then return 0 end
redis.call('DEL', KEYS[1])
for at = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[at]) end
return 1
"""

# Append (or only look, when there is nothing to append), and tell what is new since what the process knows. It says
# which entry it knows last: a Redis that came back without its last second has another one there, or none.
TAKE = """
local state = redis.call('HMGET', KEYS[2], 'epoch', 'base', 'last')
local epoch, base, known = state[1], tonumber(state[2] or '0'), tonumber(ARGV[2])
if not epoch then return false end
local last = state[3] or ''
if known > base then last = redis.call('LINDEX', KEYS[1], known - base - 1) end
if ARGV[3] ~= '' then redis.call('RPUSH', KEYS[1], ARGV[3]) end
if ARGV[1] ~= epoch or known < base or last ~= ARGV[4] then
  local snapshot = redis.call('HGET', KEYS[2], 'snapshot') or ''
  return {epoch, redis.call('LRANGE', KEYS[1], 0, -1), base, state[3] or '', snapshot}
end
return {epoch, redis.call('LRANGE', KEYS[1], known - base, -1)}
"""

# A snapshot takes the place of the events before it, if they are the ones it was made of.
KEEP = """
local state = redis.call('HMGET', KEYS[2], 'epoch', 'base')
local base = tonumber(state[2] or '0')
if state[1] ~= ARGV[1] or tonumber(ARGV[2]) <= base then return 0 end
if redis.call('LINDEX', KEYS[1], ARGV[2] - base - 1) ~= ARGV[4] then return 0 end
redis.call('LTRIM', KEYS[1], ARGV[2] - base, -1)
redis.call('HSET', KEYS[2], 'base', ARGV[2], 'snapshot', ARGV[3], 'last', ARGV[4])
return 1
"""

Seen = TypeVar("Seen")


class FloorLog:
    """One process's view of the shared floor. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, redis: Redis, begin: Callable[[], Iterable[Event]] = tuple, name: str = "floor") -> None:
        """``begin`` gives the events of a new floor: queues, agents and calls as they are known elsewhere."""
        self._begin = redis.register_script(BEGIN)
        self._take = redis.register_script(TAKE)
        self._keep = redis.register_script(KEEP)
        self._keys = [f"ringdown:{name}:{FORM}:log", f"ringdown:{name}:{FORM}:state"]
        self._opening = begin
        self._own = uuid.uuid4().hex
        self._lock = Lock()
        self._epoch = ""
        self._known = 0
        self._last = b""
        self._count = 0
        self._done = 0
        self._floor = Floor()
        self._unclaimed: list[Command] = []

    def take(self, event: Event) -> list[Command]:
        """Note what happened; returns what this process is to do about it."""
        with self._lock:
            return self._sync(event)

    def pass_time(self, now_s: float) -> list[Command]:
        """Let time pass, if it changes anything by now."""
        with self._lock:
            commands = self._sync()
            due_s = next_due_s(self._floor)
            if due_s is not None and due_s <= now_s:
                commands += self._sync(TimePassed(now_s))
            return commands

    def look(self, see: Callable[[Floor], Seen]) -> Seen:
        """What ``see`` sees in the floor as it is now; it must change nothing, and may be called again."""
        with self._lock:
            self._unclaimed += self._sync()
            return see(self._floor)

    def _written(self, event: Event) -> str:
        self._count += 1  # no two entries are the same
        return json.dumps([self._own, self._count, event_to_json(event)], separators=(",", ":"))

    def _sync(self, event: Event | None = None) -> list[Command]:
        """Append ``event``, if any, and take all that is new; returns the commands of what this process wrote."""
        epoch, entries, *anew = self._told(event)
        if anew:
            base, self._last, snapshot = anew
            self._epoch, self._known = epoch.decode(), base
            self._floor = floor_from_json(json.loads(snapshot)) if snapshot else Floor()
        commands, self._unclaimed = self._unclaimed, []
        for written in entries:
            own, count, happened = json.loads(written)
            todo = advance(self._floor, event_from_json(happened))
            self._known, self._last = self._known + 1, written
            if own == self._own:
                if count > self._done:  # when all is told anew, what was done is not to be done again
                    self._done = count
                    commands += todo
                if self._known % SNAPSHOT_AFTER == 0:
                    self._save()
        return still_meant(self._floor, commands)

    def _told(self, event: Event | None) -> list[Any]:
        """What Redis says: which floor this is and what is new, or all of it (and from where on) when it must be."""
        with reached():
            while True:
                entry = self._written(event) if event is not None else ""
                told = self._take(keys=self._keys, args=[self._epoch, self._known, entry, self._last])
                if told is not None:
                    return cast("list[Any]", told)
                self._begin(keys=self._keys, args=[uuid.uuid4().hex, *map(self._written, self._opening())])

    def _save(self) -> None:
        snapshot = json.dumps(floor_to_json(self._floor))
        with reached():
            self._keep(keys=self._keys, args=[self._epoch, self._known, snapshot, self._last])
