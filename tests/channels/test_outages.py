"""Redis is gone for a while in the middle of calls: they go on, and nobody is ever left in silence."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app import Parts
from ivr.exchange.twiml import Gather, Hangup, Pause, Play, Record, Redirect
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.speech import PromptStore
from ivr.speech.canned import CannedEars, CannedVoice
from tests.channels.carrier_phone import CALL, KEY, PUBLIC_URL, CarrierPhone
from tests.conftest import MONDAY_NOON, ROOT, SHARED


@dataclass
class Line(CarrierPhone):
    """A phone, and the application that it talks to."""

    parts: Parts = field(kw_only=True)

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """What is kept of live calls cannot be reached."""
        self._run("ALTER TABLE live_calls RENAME TO away")
        yield
        self._run("ALTER TABLE away RENAME TO live_calls")

    def _run(self, statement: str) -> None:
        with self.parts.database.session() as session:
            session.connection().exec_driver_sql(statement)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def make_phone(server: RedisServer, tmp_path: Path, skills: SkillMaker) -> Iterator[Callable[..., Line]]:
    """A phone on the application; ``patient`` as callers have it, otherwise it gives Redis up at once."""
    made: list[Parts] = []
    for name in ("flows.yaml", "stores.csv"):
        shutil.copy(ROOT / name, tmp_path / name)

    def make(*, patient: bool) -> Line:
        settings = {"PUBLIC_URL": PUBLIC_URL, "TWILIO_AUTH_TOKEN": KEY, "REDIS_URL": server.url, "IVR_SPEECH": "keys"}
        folders = {**SHARED, "IVR_DATA": str(tmp_path), "IVR_FLOWS": str(tmp_path / "flows.yaml")}
        parts = Parts(Settings.from_env({**settings, **folders}, ROOT), lambda: MONDAY_NOON)
        own = SkillMaker(parts.settings)
        own.__dict__["places"] = skills.places
        prompts = PromptStore(CannedVoice(), tmp_path / "prompts", tmp_path / "recorded")
        parts.__dict__ |= {"skills": own, "ears": CannedEars(), "prompts": prompts}
        if not patient:
            parts.__dict__["redis"] = Redis.from_url(server.url, retry=Retry(NoBackoff(), 0))
        made.append(parts)
        return Line(parts.web().test_client(), parts=parts)

    yield make
    for parts in made:
        parts.traffic.close()
        parts.sessions.close()
        parts.database.close()
        parts.redis.close()


def kill(server: RedisServer) -> None:
    os.kill(server.pid, signal.SIGKILL)


def test_a_caller_does_not_notice_a_redis_that_is_back_in_a_second(
    make_phone: Callable[..., Line], server: RedisServer
) -> None:
    phone = make_phone(patient=True).rings()
    kill(server)
    answering = threading.Thread(target=lambda: phone.presses("1"))
    answering.start()
    server.revive()
    answering.join()
    assert phone.heard[0] == "What is your ZIP code or city?"


def test_without_redis_a_call_goes_on_at_its_question_and_again_with_it(
    make_phone: Callable[..., Line], server: RedisServer
) -> None:
    phone = make_phone(patient=False).rings().presses("1")
    kill(server)
    assert phone.presses("94107").heard[0].startswith("Northwind Outfitters Downtown San Francisco")
    repeated = phone.answers[-1]
    phone.post(f"/voice/turn/{CALL}/2", Digits="94107")
    assert phone.answers[-1] == repeated, "the same post gets the same answer, as ever"
    server.revive()
    phone.presses("9")
    assert phone.heard[0].startswith("Is there anything else?")


def test_who_rings_without_redis_is_greeted_and_hangs_up_on_record(
    make_phone: Callable[..., Line], server: RedisServer
) -> None:
    phone = make_phone(patient=False)
    kill(server)
    assert phone.rings().heard[0] == "Thanks for calling Northwind Outfitters."
    assert phone.send("/voice/status", CallStatus="completed").status_code == 204
    record = phone.parts.records.call(CALL)
    assert record is not None
    assert record["outcome"] == "caller hung up"


def test_without_redis_and_database_callers_wait_and_are_then_asked_again(
    make_phone: Callable[..., Line], server: RedisServer
) -> None:
    phone = make_phone(patient=False)
    phone.rings().presses("1")
    kill(server)
    with phone.without_database():
        phone.presses("94107")
        assert phone.heard == ["One moment, please."]
        assert phone.the(Pause).length_s == 2
        phone.resumes()
        assert phone.heard == [], "it was said already"
    phone.resumes()
    assert phone.heard[0] == "What is your ZIP code or city?"
    server.revive()
    assert phone.presses("94107").heard[0].startswith("Northwind Outfitters Downtown San Francisco")


def test_nobody_waits_for_ever(make_phone: Callable[..., Line], server: RedisServer) -> None:
    phone = make_phone(patient=False)
    kill(server)
    with phone.without_database():
        phone.rings()
        assert phone.heard == ["One moment, please."]
        waited = 0
        while not isinstance(phone.document[-1], Hangup):
            phone.resumes()
            waited += 1
            assert waited < 10
    assert waited == 6
    assert phone.heard == ["Sorry, something went wrong. Please call again later. Goodbye."]


def test_who_cannot_be_transferred_without_redis_is_offered_what_the_flow_has_instead(
    make_phone: Callable[..., Line], server: RedisServer
) -> None:
    phone = make_phone(patient=False).rings()
    kill(server)
    phone.presses("4")
    assert phone.heard == ["Please hold while I connect you.", "One moment, please."]
    waited = 0
    while not any(isinstance(verb, Record) for verb in phone.document):
        phone.resumes()
        waited += 1
        assert waited < 10
    server.revive()


def test_a_message_that_the_carrier_recorded_meanwhile_is_fetched_when_the_worker_looks(
    make_phone: Callable[..., Line], server: RedisServer
) -> None:
    phone = make_phone(patient=False)
    kill(server)
    sent = phone.send(f"/voice/recording/{CALL}/support", CallStatus="completed", RecordingUrl="https://x/RE1")
    assert sent.status_code == 204
    server.revive()
    assert phone.parts.fetching.enqueue_due() == 1


def test_an_agents_leg_is_let_go_with_a_word(make_phone: Callable[..., Line], server: RedisServer) -> None:
    phone = make_phone(patient=False).rings().presses("4").resumes()
    phone.the(Play)
    kill(server)
    phone.post(f"/agent/whisper/{CALL}-2/1")
    assert phone.heard == ["Sorry, something went wrong. Please call again later. Goodbye."]


def test_a_wrong_count_of_outages_does_no_harm(make_phone: Callable[..., Line], server: RedisServer) -> None:
    phone = make_phone(patient=False)
    kill(server)
    with phone.without_database():
        phone.post("/voice/incoming?outage=many")
    assert phone.heard == ["One moment, please."]
    assert isinstance(phone.the(Redirect), Redirect)
    assert not [verb for verb in phone.document if isinstance(verb, Gather)]
