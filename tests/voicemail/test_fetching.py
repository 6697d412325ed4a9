"""A message that the carrier recorded gets here, however often the carrier, the worker or Redis fails in between."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr import audio
from ivr.channels.carriers.canned import CannedCarrier
from ivr.ports import OutsideError
from tests.voicemail.conftest import SPEECH
from voicemail.fetching import FIRST_PAUSE_S, GIVE_UP_S, KEY, LONGEST_PAUSE_S, Fetching
from voicemail.queue import JobQueue
from voicemail.store import Voicemails

URL = "https://api.example/2010-04-01/Accounts/AC0/Recordings/RE1"


@dataclass
class World:
    """The carrier, what is to be fetched, and the time."""

    carrier: CannedCarrier
    store: Voicemails
    jobs: list[str]
    fetching: Fetching
    redis: Redis
    now_s: float = 1_000_000.0

    def work(self) -> None:
        """The worker takes what is in the queue."""
        while self.jobs:
            self.fetching.fetch(self.jobs.pop(0))

    def later(self, seconds: float) -> None:
        """Time passes, and the worker looks after what is left."""
        self.now_s += seconds
        self.fetching.enqueue_due()
        self.work()

    @property
    def messages(self) -> list[str]:
        return [message.caller for message in self.store.messages()]


@pytest.fixture
def world(redis: Redis, store: Voicemails) -> World:
    jobs: list[str] = []
    carrier = CannedCarrier()
    made: list[World] = []
    fetching = Fetching(redis, carrier, store, jobs.append, lambda: made[0].now_s)
    made.append(World(carrier, store, jobs, fetching, redis))
    return made[0]


def test_a_recording_that_is_told_twice_is_one_message(world: World) -> None:
    world.carrier.sounds[URL] = audio.wav_bytes(SPEECH)
    for _ in range(2):
        world.fetching.note("CA1", "support", "+15035550199", URL)
    world.work()
    world.fetching.note("CA1", "support", "+15035550199", URL)
    world.work()
    assert world.messages == ["+15035550199"]
    assert world.redis.hlen(KEY) == 0


def test_a_recording_that_is_not_there_yet_is_asked_for_again(world: World) -> None:
    world.fetching.note("CA1", "support", "+15035550199", URL)
    world.work()
    assert world.messages == []
    world.later(FIRST_PAUSE_S - 1)
    world.carrier.sounds[URL] = audio.wav_bytes(SPEECH)
    world.later(0)
    assert world.messages == [], "not before its time"
    world.later(1)
    assert world.messages == ["+15035550199"]


def test_a_recording_is_not_lost_with_its_job(world: World) -> None:
    world.carrier.sounds[URL] = audio.wav_bytes(SPEECH)
    world.fetching.note("CA1", "support", "+15035550199", URL)
    world.jobs.clear()  # the worker died with it
    world.later(0)
    assert world.messages == ["+15035550199"]


def test_it_is_tried_ever_more_seldom_and_given_up_after_a_week(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.fetching.note("CA1", "support", "+15035550199", URL)
    began_s, tries = world.now_s, 0
    while world.redis.hlen(KEY):
        world.fetching.enqueue_due()
        tries += bool(world.jobs)
        world.work()
        world.now_s += 60
    assert world.now_s - began_s == pytest.approx(GIVE_UP_S, abs=LONGEST_PAUSE_S + 120)
    assert tries < GIVE_UP_S / LONGEST_PAUSE_S + 20
    assert f"its recording at {URL} is given up" in caplog.text
    assert "5550199" not in caplog.text


def test_without_redis_the_carrier_is_to_tell_it_again(tmp_path: Path, store: Voicemails) -> None:
    with Redis(unix_socket_path=str(tmp_path / "none"), retry=Retry(NoBackoff(), 0)) as gone:
        fetching = Fetching(gone, CannedCarrier(), store, JobQueue(gone, "app.fetch_recording"))
        with pytest.raises(OutsideError, match="Redis does not answer"):
            fetching.note("CA1", "support", "+15035550199", URL)
