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
from ivr.records import Database
from ivr.records.to_fetch import ToFetch
from tests.voicemail.conftest import SPEECH
from voicemail.fetching import FIRST_PAUSE_S, GIVE_UP_S, LONGEST_PAUSE_S, MESSAGES, Fetching
from voicemail.queue import JobQueue
from voicemail.store import Voicemails

HOUR_S = 3600.0
URL = "https://api.example/2010-04-01/Accounts/AC0/Recordings/RE1"


@dataclass
class World:
    """The carrier, what is to be fetched, and the time."""

    carrier: CannedCarrier
    store: Voicemails
    jobs: list[str]
    fetching: Fetching
    to_fetch: ToFetch
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
def world(database: Database, store: Voicemails) -> World:
    jobs: list[str] = []
    carrier = CannedCarrier()
    made: list[World] = []
    to_fetch = ToFetch(lambda: database, MESSAGES)
    fetching = Fetching(to_fetch, carrier, store, jobs.append, lambda: made[0].now_s)
    made.append(World(carrier, store, jobs, fetching, to_fetch))
    return made[0]


def test_a_recording_that_is_told_twice_is_one_message(world: World) -> None:
    world.carrier.sounds[URL] = audio.wav_bytes(SPEECH)
    for _ in range(2):
        world.fetching.note("CA1", "support", "+15035550199", URL)
    world.work()
    world.fetching.note("CA1", "support", "+15035550199", URL)
    world.work()
    assert world.messages == ["+15035550199"]
    assert world.to_fetch.all() == []


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
    while world.to_fetch.all():
        world.fetching.enqueue_due()
        tries += bool(world.jobs)
        world.work()
        world.now_s += 60 if world.now_s < began_s + HOUR_S else HOUR_S
    assert world.now_s - began_s == pytest.approx(GIVE_UP_S, abs=LONGEST_PAUSE_S + 2 * HOUR_S)
    assert tries < GIVE_UP_S / HOUR_S + 20, "in the first hour it is looked at every minute, and tried some ten times"
    assert f"its recording at {URL} is given up" in caplog.text
    assert "5550199" not in caplog.text


def test_without_redis_it_is_noted_and_fetched_when_the_worker_looks(
    tmp_path: Path, database: Database, store: Voicemails
) -> None:
    to_fetch, carrier = ToFetch(lambda: database, MESSAGES), CannedCarrier()
    with Redis(unix_socket_path=str(tmp_path / "none"), retry=Retry(NoBackoff(), 0)) as gone:
        Fetching(to_fetch, carrier, store, JobQueue(gone, "app.fetch_recording")).note("CA1", "support", "+1503", URL)
    jobs: list[str] = []
    carrier.sounds[URL] = audio.wav_bytes(SPEECH)
    back = Fetching(to_fetch, carrier, store, jobs.append)
    assert back.enqueue_due() == 1
    back.fetch(jobs[0])
    assert [message.call_id for message in store.messages()] == ["CA1"]


def test_without_the_database_the_carrier_is_to_tell_it_again(world: World, database: Database) -> None:
    with database.session() as session:
        session.connection().exec_driver_sql("DROP TABLE to_fetch")
    with pytest.raises(OutsideError, match="The database failed"):
        world.fetching.note("CA1", "support", "+15035550199", URL)
