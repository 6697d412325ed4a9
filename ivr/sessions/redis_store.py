"""Live calls in Redis: every web process sees the same call, and only one of two writers wins.

Keys: ``ringdown:call:ID`` (hash: text, actions, version, writer and ``answer:TURN`` for the latest turns),
``ringdown:call:ID:events`` (list of JSON) and ``ringdown:live`` (sorted set of ids by the time they stop counting as
live). Saving is one script, so session, events and live set change together or not at all.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from typing import cast

from redis import Redis
from redis.exceptions import NoScriptError, RedisError

from ivr.flows.actions import Action
from ivr.flows.events import Event
from ivr.ports import OutsideError, Session
from ivr.records.live_calls import SavedCall, SavedTurn
from ivr.records.seal import Seal
from ivr.sessions.latest import Latest
from ivr.sessions.writing import (
    KEPT_ANSWERS,
    actions_from_text,
    event_from_text,
    session_from_text,
    written,
)

log = logging.getLogger(__name__)

LIVE_S = 24 * 3600
"""A live call nobody ended is forgotten a day after its last turn; the carrier ends calls after 4 hours."""

ENDED_S = 600
"""How long an ended call still answers repeated deliveries. The carrier repeats within a minute; 10 is generous."""

# The client repeats a command whose answer was lost. `writer` is new for every save, so such a repeat is told
# apart from a rival: it already won. An ended call keeps its short life and is not live again.
SAVE = f"""
local version, writer, turn = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local stored = redis.call('HMGET', KEYS[1], 'version', 'writer', 'ended')
local now = tonumber(stored[1] or '0')
if now ~= version then return (stored[2] == writer and now == version + 1) and 1 or 0 end
redis.call('HSET', KEYS[1], 'text', ARGV[6], 'version', version + 1, 'writer', writer,
  'actions', ARGV[7], 'answer:' .. turn, ARGV[7])
redis.call('HDEL', KEYS[1], 'answer:' .. (turn - {KEPT_ANSWERS}))
for i = 8, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
if not stored[3] then
  redis.call('EXPIRE', KEYS[1], {LIVE_S})
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[5])
end
redis.call('EXPIRE', KEYS[2], redis.call('TTL', KEYS[1]))
return 1
"""

END = """
redis.call('ZREM', KEYS[3], ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HGET', KEYS[1], 'ended') then return 0 end
redis.call('HSET', KEYS[1], 'ended', '1')
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[1])
return 1
"""


# Put back a call that Redis has lost, or knows an older version of; all of it at once, and never an older one.
RESTORE = f"""
local version = tonumber(ARGV[1])
if tonumber(redis.call('HGET', KEYS[1], 'version') or '0') >= version then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'version', version, 'text', ARGV[2], 'actions', ARGV[3])
local answers = tonumber(ARGV[7])
for i = 8, 7 + 2 * answers, 2 do redis.call('HSET', KEYS[1], 'answer:' .. ARGV[i], ARGV[i + 1]) end
for i = 8 + 2 * answers, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
local keep = {LIVE_S}
if ARGV[6] == '1' then
  keep = {ENDED_S}
  redis.call('HSET', KEYS[1], 'ended', '1')
else
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[5])
end
redis.call('EXPIRE', KEYS[1], keep)
redis.call('EXPIRE', KEYS[2], keep)
return 1
"""


class RedisSessions:
    """Implements ``ivr.ports.Sessions``. The client must have a ``socket_timeout``.

    Every method raises ``OutsideError`` when Redis cannot be reached. With a ``seal`` what callers said lies there
    sealed: a live call knows what it must not tell, and whoever looks after Redis need not read it.
    """

    def __init__(self, redis: Redis, seal: Seal | None = None) -> None:
        self._redis = redis
        self._seal = seal
        self._latest = Latest()
        self._save = redis.register_script(SAVE)
        self._end = redis.register_script(END)
        self._restore = redis.register_script(RESTORE)

    def load(self, call_id: str, *, fresh: bool = True, at_least: int = 0) -> tuple[Session, int] | None:
        known = None if fresh else self._latest.get(call_id)
        if known is not None:
            return known
        try:
            fields = self._redis.hmget(_keys(call_id)[0], ["text", "actions", "version"])
        except RedisError as error:
            raise _unreachable(error) from error
        text, actions, version = cast("list[bytes | None]", fields)
        text, actions = self._open(text, call_id), self._open(actions, call_id)
        return (session_from_text(text, actions), int(version)) if text and actions and version else None

    def save(self, session: Session, expected_version: int, events: Sequence[Event] = ()) -> bool:
        return self.put(session, written(session, expected_version + 1, events))

    def put(self, session: Session, save: SavedTurn) -> bool:
        """Store ``session`` as it is written in ``save``; see :meth:`save`."""
        arguments: list[bytes | str | int] = [
            save.version - 1,
            uuid.uuid4().hex,
            save.turn,
            int(time.time()) + LIVE_S,
            save.call_id,
            self._sealed(save.state, save.call_id),
            self._sealed(save.actions, save.call_id),
            *(self._sealed(event, save.call_id) for event in save.events),
        ]
        try:
            won = bool(self._run_save(_keys(save.call_id), arguments))
        except RedisError as error:
            raise _unreachable(error) from error
        self._latest.put(save.call_id, (session, save.version) if won else None)
        return won

    def put_back(self, call: SavedCall) -> bool:
        """Store a call as it is known elsewhere; False when Redis knows it as well or better."""
        last, answers = call.last, call.answers(KEPT_ANSWERS)
        arguments: list[bytes | str | int] = [
            last.version,
            self._sealed(last.state, last.call_id),
            self._sealed(last.actions, last.call_id),
            int(time.time()) + LIVE_S,
            last.call_id,
            int(last.ended),
            len(answers),
            *(part for turn, actions in answers.items() for part in (turn, self._sealed(actions, last.call_id))),
            *(self._sealed(event, last.call_id) for event in call.events),
        ]
        try:
            return bool(self._restore(keys=_keys(last.call_id), args=arguments))
        except RedisError as error:
            raise _unreachable(error) from error

    def _run_save(self, keys: list[str], arguments: list[bytes | str | int]) -> object:
        """The script by its name: a fifth cheaper than through the object that looks after it."""
        try:
            return self._redis.evalsha(self._save.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return self._save(keys=keys, args=arguments)

    def answer(self, call_id: str, turn: int) -> tuple[Action, ...]:
        try:
            actions = cast("bytes | None", self._redis.hget(_keys(call_id)[0], f"answer:{turn}"))
        except RedisError as error:
            raise _unreachable(error) from error
        actions = self._open(actions, call_id)
        return actions_from_text(actions) if actions else ()

    def events(self, call_id: str) -> list[Event]:
        try:
            lines = cast("list[bytes]", self._redis.lrange(_keys(call_id)[1], 0, -1))
        except RedisError as error:
            raise _unreachable(error) from error
        return [event_from_text(event) for line in lines if (event := self._open(line, call_id))]

    def _sealed(self, text: bytes, call_id: str) -> bytes:
        return self._seal.seal(text, call_id) if self._seal else text

    def _open(self, text: bytes | None, call_id: str) -> bytes | None:
        """The inverse. A process of an earlier version wrote JSON as it is, and calls outlive a deploy."""
        if not text or self._seal is None:
            return text
        opened = self._seal.open(text, call_id)
        if opened is None and text[:1] in {b"{", b"["}:
            return text
        if opened is None:
            log.warning("call %s cannot be read in Redis: was SECRET_KEY changed?", call_id)
        return opened

    def live(self) -> list[str]:
        """Ids of live calls, sorted."""
        try:
            found = cast("list[bytes]", self._redis.zrangebyscore("ringdown:live", time.time(), "+inf"))
        except RedisError as error:
            raise _unreachable(error) from error
        return sorted(call_id.decode() for call_id in found)

    def end(self, call_id: str) -> None:
        try:
            self._end(keys=_keys(call_id), args=[ENDED_S, call_id])
        except RedisError as error:
            raise _unreachable(error) from error


def _keys(call_id: str) -> list[str]:
    return [f"ringdown:call:{call_id}", f"ringdown:call:{call_id}:events", "ringdown:live"]


def _unreachable(error: RedisError) -> OutsideError:
    return OutsideError(f"Redis does not answer: {error}", retry=True)
