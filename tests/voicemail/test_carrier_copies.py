"""The carrier deletes its copy when it is asked to: once ours is here, or when ours is deleted, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from app import Parts
from ivr import audio
from ivr.flows.call import Call
from ivr.flows.events import HungUp, Started
from ivr.inbox import Change, Step
from ivr.redis_server import RedisServer
from ivr.settings import Settings, SettingsError
from tests.conftest import LINE, MONDAY_NOON, ROOT, SHARED, put_tables
from tests.exchange.serving import serving
from tests.voicemail.conftest import SPEECH

CALLER = "+15035550144"
MESSAGE, CALL = f"RE{'a' * 32}", f"RE{'b' * 32}"
FLOWS = """
lines: {"+15035550100": main}
mailboxes: {support: {}}
flows: {main: [{voicemail: support}]}
"""
WAV = audio.wav_bytes(SPEECH)


@dataclass
class Carrier:
    """What the carrier has, and whether it answers."""

    recordings: set[str] = field(default_factory=lambda: {MESSAGE, CALL})
    answers: bool = True

    async def get(self, request: web.Request) -> web.Response:
        return web.Response(body=WAV, content_type="audio/x-wav")

    async def delete(self, request: web.Request) -> web.Response:
        if not self.answers:
            return web.Response(status=503)
        sid = request.match_info["recording"].removesuffix(".json")
        if sid not in self.recordings:
            return web.json_response({"code": 20404, "message": "not found", "status": 404}, status=404)
        self.recordings.remove(sid)
        return web.Response(status=204)


@contextmanager
def installed(redis_server: RedisServer, folder: Path, when: str) -> Iterator[tuple[Parts, Carrier]]:
    """An installation with a message and an agent's recording that the carrier has, too."""
    carrier, path = Carrier(), "/2010-04-01/Accounts/{account}/Recordings/{recording}"
    with serving([web.get(path, carrier.get), web.delete(path, carrier.delete)]) as url:
        (folder / "flows.yaml").write_text(FLOWS)
        put_tables(folder / "ringdown.db")
        environment = {
            **SHARED,
            "IVR_FLOWS": str(folder / "flows.yaml"),
            "IVR_DATA": str(folder),
            "IVR_CARRIER_URL": url,
            "TWILIO_AUTH_TOKEN": "made up",
            "REDIS_URL": redis_server.url,
            "IVR_DELETE_AT_CARRIER": when,
        }
        parts = Parts(Settings.from_env(environment, ROOT), lambda: MONDAY_NOON)
        call = Call("CA" + "c" * 32, LINE, CALLER, started_s=500.0, now_s=560.0, ended=True)
        parts.records.save_call(call, [Started(500, LINE, CALLER), HungUp(560)])
        for fetching, sid in ((parts.fetching, MESSAGE), (parts.fetching_calls, CALL)):
            address = f"{url}/2010-04-01/Accounts/{parts.settings.account_sid}/Recordings/{sid}"
            fetching.note(call.id, "support", CALLER, address)
            [waiting] = fetching._to_fetch.all()
            fetching.fetch(waiting.id)
        parts.delivery.run_due()
        yield parts, carrier
        parts.carrier.close()
        parts.redis.close()
        parts.database.close()


def test_with_ours_the_carriers_copies_go_when_a_caller_is_erased_even_if_it_is_away_just_then(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with installed(redis_server, tmp_path, "with-ours") as (parts, carrier):
        assert len(carrier.recordings) == 2
        carrier.answers = False
        parts.erase(CALLER, really=True)
        parts.delivery.run_due()
        assert len(carrier.recordings) == 2
        waiting = [errand for errand in parts.outbox.open(10) if errand.kind == "delete at carrier"]
        assert len(waiting) == 2
        assert CALLER not in str(waiting)
        carrier.answers = True
        for errand in waiting:
            parts.outbox.retry(errand.key)
        parts.delivery.run_due()
        assert carrier.recordings == set()


def test_what_is_gone_at_the_carrier_counts_as_deleted_and_what_is_on_hold_stays_there(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    with installed(redis_server, tmp_path, "with-ours") as (parts, carrier):
        [message] = parts.voicemails.messages()
        [recording] = parts.call_recordings.of_call(message.call_id)
        carrier.recordings.remove(CALL)
        parts.call_recordings.delete(recording["id"])
        parts.delivery.run_due()
        assert parts.outbox.parked_keys() == []
        parts.inbox.change(Step((message.id,), Change(hold="case 17")), None, "ann")
        assert parts.inbox.delete([message.id], None) == 0
        parts.delivery.run_due()
        assert carrier.recordings == {MESSAGE}


@pytest.mark.parametrize(("when", "left"), [("yes", set()), ("no", {MESSAGE, CALL})])
def test_at_once_or_never_is_what_it_says(redis_server: RedisServer, tmp_path: Path, when: str, left: set[str]) -> None:
    with installed(redis_server, tmp_path, when) as (parts, carrier):
        assert carrier.recordings == left
        [message] = parts.voicemails.messages()
        parts.removal.remove(message)
        parts.delivery.run_due()
        assert carrier.recordings == left


def test_a_word_that_says_nothing_of_when_is_refused() -> None:
    with pytest.raises(SettingsError, match="write no, yes or with-ours"):
        Settings.from_env({"IVR_DELETE_AT_CARRIER": "sometimes"}, ROOT)
