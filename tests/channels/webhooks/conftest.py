"""The real application on a real Redis and a real database, with a canned voice, ears and carrier."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from app import Parts
from ivr.channels.carriers.canned import CannedCarrier
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.speech import PromptStore
from ivr.speech.canned import CannedEars, CannedVoice
from tests.channels.carrier_phone import KEY, PUBLIC_URL, CarrierPhone
from tests.conftest import MONDAY_NOON, ROOT, SHARED, put_tables


@pytest.fixture
def carrier() -> CannedCarrier:
    return CannedCarrier()


@pytest.fixture
def make_parts(
    redis: Redis, redis_server: RedisServer, tmp_path: Path, skills: SkillMaker, carrier: CannedCarrier
) -> Iterator[Callable[..., Parts]]:
    """The parts of the application with a canned voice, ears and carrier; everything else is real."""
    made: list[Parts] = []

    def make(**environment: str) -> Parts:
        flows = tmp_path / "flows.yaml"
        if not (tmp_path / "ringdown.db").exists():
            put_tables(tmp_path / "ringdown.db")
        for name in ("flows.yaml", "stores.csv"):
            if not (tmp_path / name).exists():
                shutil.copy(ROOT / name, tmp_path / name)
        settings = Settings.from_env(
            {
                "PUBLIC_URL": PUBLIC_URL,
                "TWILIO_AUTH_TOKEN": KEY,
                "REDIS_URL": redis_server.url,
                **SHARED,
                "IVR_DATA": str(tmp_path),
                "IVR_FLOWS": str(flows),
                "IVR_SPEECH": "keys",
                **environment,
            },
            ROOT,
        )
        parts = Parts(settings, lambda: MONDAY_NOON)
        own = SkillMaker(settings)
        own.__dict__["places"] = skills.places
        prompts = PromptStore(CannedVoice(), tmp_path / "prompts", tmp_path / "recorded")
        parts.__dict__ |= {"skills": own, "ears": CannedEars(), "prompts": prompts, "carrier": carrier}
        made.append(parts)
        return parts

    yield make
    for parts in made:
        parts.traffic.close()
        parts.sessions.close()
        parts.alerts.flush()  # nothing of one test is told in the next one's Redis
        parts.database.close()
        parts.redis.close()


@pytest.fixture
def parts(make_parts: Callable[..., Parts]) -> Parts:
    return make_parts()


@pytest.fixture
def phone(parts: Parts) -> CarrierPhone:
    return CarrierPhone(parts.web().test_client())
