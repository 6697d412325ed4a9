"""Redis is gone for a while in the middle of calls: callers wait, are asked again, and are never left in silence."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app import Parts
from ivr.exchange.twiml import Gather, Hangup, Pause, Play, Redirect
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.speech import PromptStore
from ivr.speech.canned import CannedEars, CannedVoice
from tests.channels.carrier_phone import CALL, KEY, PUBLIC_URL, CarrierPhone
from tests.conftest import MONDAY_NOON, ROOT


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def make_phone(server: RedisServer, tmp_path: Path, skills: SkillMaker) -> Iterator[Callable[..., CarrierPhone]]:
    """A phone on the application; ``patient`` as callers have it, otherwise it gives Redis up at once."""
    made: list[Parts] = []
    for name in ("flows.yaml", "stores.csv"):
        shutil.copy(ROOT / name, tmp_path / name)

    def make(*, patient: bool) -> CarrierPhone:
        settings = {"PUBLIC_URL": PUBLIC_URL, "TWILIO_AUTH_TOKEN": KEY, "REDIS_URL": server.url, "IVR_SPEECH": "keys"}
        folders = {"IVR_DATA": str(tmp_path), "IVR_FLOWS": str(tmp_path / "flows.yaml")}
        parts = Parts(Settings.from_env({**settings, **folders}, ROOT), lambda: MONDAY_NOON)
        own = SkillMaker(parts.settings)
        own.__dict__["places"] = skills.places
        prompts = PromptStore(CannedVoice(), tmp_path / "prompts", tmp_path / "recorded")
        parts.__dict__ |= {"skills": own, "ears": CannedEars(), "prompts": prompts}
        if not patient:
            parts.__dict__["redis"] = Redis.from_url(server.url, retry=Retry(NoBackoff(), 0))
        made.append(parts)
        return CarrierPhone(parts.web().test_client())

    yield make
    for parts in made:
        parts.database.close()
        parts.redis.close()


def kill(server: RedisServer) -> None:
    os.kill(server.pid, signal.SIGKILL)


def test_a_caller_does_not_notice_a_redis_that_is_back_in_a_second(
    make_phone: Callable[..., CarrierPhone], server: RedisServer
) -> None:
    phone = make_phone(patient=True).rings()
    kill(server)
    answering = threading.Thread(target=lambda: phone.presses("1"))
    answering.start()
    server.revive()
    answering.join()
    assert phone.heard[0] == "What is your ZIP code or city?"


def test_a_caller_waits_for_a_redis_that_stays_away_and_is_then_asked_again(
    make_phone: Callable[..., CarrierPhone], server: RedisServer
) -> None:
    phone = make_phone(patient=False).rings().presses("1")
    kill(server)
    phone.presses("94107")
    assert phone.heard == ["One moment, please."]
    assert phone.the(Pause).length_s == 2
    phone.resumes()
    assert phone.heard == [], "it was said already"
    server.revive()
    phone.resumes()
    assert phone.heard[0] == "What is your ZIP code or city?"
    assert phone.presses("94107").heard[0].startswith("Northwind Outfitters Downtown San Francisco")


def test_who_rings_meanwhile_waits_too_and_is_then_greeted(
    make_phone: Callable[..., CarrierPhone], server: RedisServer
) -> None:
    phone = make_phone(patient=False)
    kill(server)
    phone.rings()
    assert phone.heard == ["One moment, please."]
    server.revive()
    phone.resumes()
    assert phone.heard[0] == "Thanks for calling Northwind Outfitters."


def test_nobody_waits_for_ever(make_phone: Callable[..., CarrierPhone], server: RedisServer) -> None:
    phone = make_phone(patient=False)
    kill(server)
    phone.rings()
    waited = 0
    while not isinstance(phone.document[-1], Hangup):
        phone.resumes()
        waited += 1
        assert waited < 10
    assert waited == 6
    assert phone.heard == ["Sorry, something went wrong. Please call again later. Goodbye."]


@pytest.mark.parametrize("path", ["status", f"recording/{CALL}/support"])
def test_what_nobody_listens_to_is_refused_so_that_it_shows_in_the_carriers_log(
    make_phone: Callable[..., CarrierPhone], server: RedisServer, path: str
) -> None:
    phone = make_phone(patient=False)
    kill(server)
    assert phone.send(f"/voice/{path}", CallStatus="completed", RecordingUrl="https://x/RE1").status_code == 503


def test_an_agents_leg_is_let_go_with_a_word(make_phone: Callable[..., CarrierPhone], server: RedisServer) -> None:
    phone = make_phone(patient=False).rings().presses("4").resumes()
    phone.the(Play)
    kill(server)
    phone.post(f"/agent/whisper/{CALL}-2/1")
    assert phone.heard == ["Sorry, something went wrong. Please call again later. Goodbye."]


def test_a_wrong_count_of_outages_does_no_harm(make_phone: Callable[..., CarrierPhone], server: RedisServer) -> None:
    phone = make_phone(patient=False)
    kill(server)
    phone.post("/voice/incoming?outage=many")
    assert phone.heard == ["One moment, please."]
    assert isinstance(phone.the(Redirect), Redirect)
    assert not [verb for verb in phone.document if isinstance(verb, Gather)]
