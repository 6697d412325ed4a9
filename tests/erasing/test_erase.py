"""A caller is erased everywhere, and nobody else is. A real database, a real Redis, real files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner, Result
from redis import Redis
from sqlalchemy import inspect, text

from app import Parts
from ivr import audio
from ivr.agents.rations import Ration, allowed
from ivr.commands.erase import erase
from ivr.commands.hold import hold
from ivr.flows.call import Call
from ivr.flows.events import HungUp, Started
from ivr.outbox import Errand
from ivr.ports import REQUEST_KEY, Hearing, Session
from ivr.records.callbacks import Promise, SqlCallbacks
from ivr.records.copies import Copy, SqlCopies
from ivr.records.live_calls import SavedTurn, SqlLiveCalls
from ivr.records.notes import Note, SqlNotes
from ivr.records.seal import Seal
from ivr.records.texts import CAME, TextMessage
from ivr.records.traffic import Exchanged
from ivr.redis_server import RedisServer
from ivr.sessions import RedisSessions
from ivr.settings import Settings
from tests.conftest import LINE, MONDAY_NOON, ROOT, SHARED, put_tables

JO, SAM = "+15035550144", "+15035550155"
SPEECH = audio.tone([300.0], 1.0)


@pytest.fixture
def parts(redis_server: RedisServer, redis: Redis, tmp_path: Path) -> Iterator[Parts]:
    del redis  # emptied
    environment = {**SHARED, "IVR_DATA": str(tmp_path), "REDIS_URL": redis_server.url, "SECRET_KEY": "made up"}
    put_tables(tmp_path / "ringdown.db")
    made = Parts(Settings.from_env(environment, ROOT), lambda: MONDAY_NOON)
    yield made
    made.redis.close()
    made.database.close()


def call_of(number: str) -> str:
    return "CA" + number[-2:] * 16


def has_called(parts: Parts, number: str) -> str:
    """Everything that can be kept of somebody; returns the id of their message."""
    call = Call(call_of(number), LINE, number, started_s=500.0, now_s=560.0, ended=True).said("caller", "i am here")
    parts.records.save_call(call, [Started(500, LINE, number), HungUp(560)])
    writer = parts.voicemails.start(call.id, "support", number, 540.0)
    writer.write(SPEECH)
    writer.finish("hangup")
    claimed = parts.voicemails.claim(writer.id)
    assert claimed is not None
    parts.voicemails.transcribed(claimed, Hearing(f"my number is {number}", 0.9))
    SqlNotes(parts.database).write(Note(call.id, "ann", 600.0, f"call {number}"))
    promises = SqlCallbacks(lambda: parts.database)
    promises.add(Promise(f"{call.id}-1", "sales", number, 560.0, {"caller": number, "call": call.id}))
    parts.call_recordings.keep(call.id, "", "", 560.0, audio.wav_bytes(SPEECH))
    parts.sql_texts.keep(TextMessage(f"SM{call.id}", CAME, LINE, number, f"it is {number}", 570.0, "received"))
    ticket = {"subject": f"call {number}", "caller": number, "line": LINE, "call": call.id}
    parts.tickets.opened({**ticket, REQUEST_KEY: f"{call.id}-2"})
    parts.outbox.put(Errand(f"sms-{call.id}-1", "sms", {"to": number, "from": LINE, "body": "Hello"}, call.id))
    parts.outbox.put(Errand(f"crm-{number[-2:]}", "webhook", {"caller": number}))
    assert RedisSessions(parts.redis).save(Session(call, 1, ()), 0)
    live = SqlLiveCalls(lambda: parts.database, Seal("made up"), parts.now)
    live.add([SavedTurn(call.id, 1, 1, b"state", b"[]", (b"{}",))])
    parts.traffic_kept.add([Exchanged(call.id, 500.0, "voice.incoming", "/voice/incoming", {"FromCity": "SALEM"})])
    copies = SqlCopies(lambda: parts.database, parts.now)
    copies.keep(Copy("transfer", f"{call.id}-1", call.id, MONDAY_NOON, json.dumps({"caller": number})))
    parts.fetching.note(call.id, "support", number, "https://api.example/recording")
    parts.redis.hset(f"ringdown:callback-request:{number[-2:]}", "asked", json.dumps({"number": number}))
    assert allowed(parts.redis, [Ration("texts-to", number, 3, 60)])
    parts.redis.sadd(f"caps:1:calls:{number}", "x")
    return writer.id


def everything(parts: Parts, folder: Path) -> list[str]:
    """Every row, every file name and everything in Redis but what is going on now."""
    found = []
    with parts.database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table != "audit" and "sqlite" not in table and not table.startswith("voicemail_search"):
                rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()  # noqa: S608 - our own tables
                found += [f"{table}: {tuple(row)}" for row in rows]
    found += [str(path) for path in folder.rglob("*.wav")]
    for key in parts.redis.scan_iter():
        name = key.decode()
        if not name.startswith("rq:") and not name.endswith(("log", "state", "alerts")):
            # A live call notes who looked at it last: its name has to do.
            found.append(name if name.startswith("ringdown:call:") else f"{name} {_value(parts.redis, name)}")
    return sorted(found)


def _value(redis: Redis, key: str) -> Any:
    match cast("bytes", redis.type(key)):
        case b"string":
            return redis.get(key)
        case b"hash":
            return redis.hgetall(key)
        case b"zset":
            return redis.zrange(key, 0, -1)
        case b"list":
            return redis.lrange(key, 0, -1)
        case _:
            return ""


def ivr(parts: Parts, command: Any, *words: str) -> Result:
    return CliRunner().invoke(command, [*words], obj=parts)


def test_nothing_stays_of_who_is_erased_and_all_of_everybody_else(parts: Parts, tmp_path: Path) -> None:
    has_called(parts, SAM)
    before = everything(parts, tmp_path)
    message = has_called(parts, JO)
    both = everything(parts, tmp_path)
    assert sum(JO in one for one in both) > 8
    counted = json.loads(ivr(parts, erase, JO, "--dry-run", "--json").output)
    assert counted.pop("erased") is False
    assert all(counted.values()), counted
    assert everything(parts, tmp_path) == both
    told = ivr(parts, erase, JO, "--yes", "--by", "dana")
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "Erased.")
    after = everything(parts, tmp_path)
    for name in (JO, call_of(JO), message):
        assert [one for one in after if name in one] == []
    assert after == before
    [entry] = parts.audit.entries(10)
    assert (entry.who, entry.what) == ("dana", "erased a caller")
    assert entry.about.startswith("...44: ")
    assert JO not in entry.about
    assert ivr(parts, erase, JO, "--yes").output.splitlines()[-1] == "There is nothing of them."


def test_what_is_on_legal_hold_is_neither_erased_nor_deleted_when_it_is_old(parts: Parts, tmp_path: Path) -> None:
    message = has_called(parts, JO)
    both = everything(parts, tmp_path)
    for subject in (JO, call_of(JO), message):
        assert ivr(parts, hold, "add", subject, "--why", "the case of Jo").exit_code == 0
        assert ivr(parts, hold, "add", subject, "--why", "again").exit_code == 1
        assert "on legal hold" in str(ivr(parts, erase, JO, "--yes").exception)
        assert parts.removal.purge({"support": 1}, MONDAY_NOON) == {}
        assert (call_of(JO) in parts.holds.calls()) is (subject != message)
        assert list(parts.call_recordings.forget(MONDAY_NOON, {call_of(JO)})) == []
        assert json.loads(ivr(parts, hold, "list", "--json").output)[0]["subject"] == subject
        assert ivr(parts, hold, "release", subject).exit_code == 0
    assert ivr(parts, hold, "release", JO).exit_code == 1
    assert everything(parts, tmp_path) == both
    assert parts.removal.purge({"support": 1}, MONDAY_NOON) == {"support": [message]}


def test_who_is_on_the_telephone_is_not_erased(parts: Parts) -> None:
    has_called(parts, JO)
    live = Call("CA" + "f" * 32, LINE, JO, started_s=MONDAY_NOON, now_s=MONDAY_NOON)
    assert parts.sessions.save(Session(live, 1, ()), 0)
    assert "on the telephone" in str(ivr(parts, erase, JO, "--yes").exception)
    assert parts.records.call(call_of(JO)) is not None


@pytest.mark.parametrize("number", ["", "anonymous", "%", "15035550144", "+1503555014", "* or 1=1"])
def test_only_whole_numbers_are_erased(parts: Parts, number: str) -> None:
    has_called(parts, JO)
    result = ivr(parts, erase, "--yes", "--", number)
    assert result.exit_code == 2 or "nothing of them" in result.output
    assert parts.records.call(call_of(JO)) is not None


def test_messages_go_after_the_days_of_their_mailbox_and_not_before(parts: Parts) -> None:
    ids = {}
    for name, mailbox, age_days in (("old", "support", 31), ("young", "support", 29), ("other", "sales", 400)):
        writer = parts.voicemails.start(f"CA{name}", mailbox, JO, MONDAY_NOON - age_days * 86400.0)
        writer.write(SPEECH)
        writer.finish("hangup")
        ids[name] = writer.id
    under_way = parts.voicemails.start("CAx", "support", JO, MONDAY_NOON - 90 * 86400.0)
    assert parts.removal.purge({"support": 30}, MONDAY_NOON) == {"support": [ids["old"]]}
    assert parts.removal.purge({"support": 30}, MONDAY_NOON) == {}
    kept = {message.id for message in parts.removal.of_caller(JO, frozenset())}
    assert kept == {ids["young"], ids["other"], under_way.id}
    assert {path.stem for path in parts.settings.data.rglob("*.wav")} == kept
    assert parts.outbox.get(f"message-{ids['old']}") is None
    under_way.finish("hangup")
