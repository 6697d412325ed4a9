"""The queue and the worker on a real Redis: no message is lost, whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from ivr.ports import Ears, OutsideError
from ivr.records import Database
from ivr.redis_server import RedisServer
from ivr.speech.canned import CannedEars
from tests.conftest import opened_with_tables
from tests.voicemail.jobs_for_tests import PLACE, RECORDS
from tests.voicemail.leaving import Clock, leave_message, live, look, wait_for
from voicemail.mailbox import State
from voicemail.queue import JobQueue
from voicemail.recovery import recover
from voicemail.rows import LEASE_S
from voicemail.store import Voicemails
from voicemail.worker import run_worker

JOB = "tests.voicemail.jobs_for_tests.transcribe"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Of one kind: each test here starts processes, and what they do to records others try on both."""
    opened = opened_with_tables(tmp_path / "ringdown.db")
    yield opened
    opened.close()


def name_place(monkeypatch: pytest.MonkeyPatch, folder: Path, database: Database) -> None:
    """A worker finds its mailbox through the environment."""
    monkeypatch.setenv(PLACE, str(folder))
    monkeypatch.setenv(RECORDS, database.engine.url.render_as_string(hide_password=False))


@pytest.fixture
def queued(database: Database, tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Voicemails:
    """A mailbox whose messages go to the real queue; a worker finds it through the environment."""
    name_place(monkeypatch, tmp_path, database)
    return Voicemails(database, tmp_path / "recordings", JobQueue(redis, JOB))


def length(redis: Redis) -> int:
    return int(Queue("ringdown", connection=redis, serializer=JSONSerializer).count)


def test_the_worker_transcribes_what_callers_left(queued: Voicemails, redis: Redis) -> None:
    ids = [leave_message(queued, f"CA{number}") for number in range(3)]
    before = signal.getsignal(signal.SIGTERM)
    run_worker(redis, lambda: None, burst=True)
    assert [look(queued, voicemail_id).text for voicemail_id in ids] == ["please call me back"] * 3
    assert length(redis) == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_message_waits_in_the_queue_once_and_its_job_is_json(queued: Voicemails, redis: Redis) -> None:
    voicemail_id = leave_message(queued)
    for _ in range(3):
        recover(queued, live)
    assert length(redis) == 1
    stored = redis.hget(f"rq:job:transcribe-{voicemail_id}", "data")
    assert isinstance(stored, bytes)
    assert json.loads(zlib.decompress(stored)) == [JOB, None, [voicemail_id], {}]


def test_a_redis_that_lost_everything_gets_its_queue_back_from_the_database(queued: Voicemails, redis: Redis) -> None:
    voicemail_id = leave_message(queued)
    redis.flushall()
    run_worker(redis, lambda: recover(queued, live), burst=True)
    assert look(queued, voicemail_id).state is State.TRANSCRIBED


@pytest.mark.parametrize("left_over", ["a list that lost the job", "a worker that died with the job", "a failed job"])
def test_what_is_left_of_an_earlier_job_does_not_keep_a_message_waiting(
    queued: Voicemails, redis: Redis, left_over: str
) -> None:
    voicemail_id = leave_message(queued)
    key = f"rq:job:transcribe-{voicemail_id}"
    if left_over == "a list that lost the job":
        redis.delete("rq:queue:ringdown")
    else:
        redis.delete("rq:queue:ringdown")
        redis.hset(key, "status", "started" if "died" in left_over else "failed")
    run_worker(redis, lambda: recover(queued, live), burst=True)
    assert look(queued, voicemail_id).state is State.TRANSCRIBED


def test_a_failing_job_leaves_the_next_message_alone(queued: Voicemails, redis: Redis) -> None:
    broken = leave_message(queued, "CA1")
    good = leave_message(queued, "CA2")
    queued.path(look(queued, broken)).write_bytes(b"not sound")
    run_worker(redis, lambda: None, burst=True)
    assert look(queued, good).state is State.TRANSCRIBED
    assert "not a sound file" in look(queued, broken).reason
    registry = FailedJobRegistry("ringdown", connection=redis, serializer=JSONSerializer)
    assert registry.count == 0


def test_maintenance_that_fails_does_not_stop_the_worker(queued: Voicemails, redis: Redis) -> None:
    voicemail_id = leave_message(queued)

    def broken() -> None:
        raise OutsideError("the database failed", retry=True)

    run_worker(redis, broken, burst=True)
    assert look(queued, voicemail_id).state is State.TRANSCRIBED


def test_a_queue_without_redis_says_so(tmp_path: Path) -> None:
    server = RedisServer(tmp_path).start()
    with server.client() as client:
        queue = JobQueue(client, JOB)
        server.stop()
        with pytest.raises(OutsideError, match="Redis does not answer"):
            queue("VM1")


def workers(redis: Redis) -> list[str]:
    return [str(name, "ascii") for name in redis.sscan_iter("rq:workers")]


WORKER = """
import sys
from ivr.sessions.connection import connected
from voicemail.worker import run_worker
run_worker(connected("unix://" + sys.argv[1]), lambda: print("ready", flush=True))
print("stopped well")
"""


def test_a_worker_that_waits_works_and_stops_on_sigterm(
    queued: Voicemails, redis: Redis, redis_server: RedisServer
) -> None:
    command = [sys.executable, "-c", WORKER, str(redis_server.socket)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=dict(os.environ)) as worker:  # noqa: S603
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        voicemail_id = leave_message(queued)
        wait_for(lambda: look(queued, voicemail_id).state is State.TRANSCRIBED)
        wait_for(lambda: {redis.hget(name, "state") for name in workers(redis)} == {b"idle"})
        worker.send_signal(signal.SIGTERM)
        assert worker.stdout.read() == "stopped well\n"
    assert worker.returncode == 0
    assert workers(redis) == []


def test_a_redis_that_dies_and_comes_back_neither_ends_the_worker_nor_loses_a_message(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_place(monkeypatch, tmp_path, database)
    root = Path(__file__).parents[2]
    with RedisServer(tmp_path / "redis") as own, own.client() as redis:
        store = Voicemails(database, tmp_path / "recordings", JobQueue(redis, JOB))
        command = [sys.executable, "-c", WORKER, str(own.socket)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=dict(os.environ)) as worker:  # noqa: S603
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            os.kill(own.pid, signal.SIGKILL)
            voicemail_id = leave_message(store)
            assert look(store, voicemail_id).state is State.RECORDED, "it waits in the database"
            own.revive()
            recover(store, live)  # as every worker does within a minute
            wait_for(lambda: look(store, voicemail_id).state is State.TRANSCRIBED)
            worker.send_signal(signal.SIGTERM)
            assert worker.stdout.read().endswith("stopped well\n")
        assert worker.returncode == 0


def test_a_worker_killed_in_the_middle_of_a_message_loses_nothing(
    queued: Voicemails, redis: Redis, redis_server: RedisServer, database: Database, tmp_path: Path
) -> None:
    voicemail_id = leave_message(queued)
    program = "import sys, time; from tests.voicemail.jobs_for_tests import mailbox\n"
    program += "mailbox()[1].claim(sys.argv[1]); print('claimed', flush=True); time.sleep(600)"
    command = [sys.executable, "-c", program, voicemail_id]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as worker:  # noqa: S603
        assert worker.stdout is not None
        assert worker.stdout.readline() == "claimed\n"
        worker.kill()
    redis.flushall()
    clock = Clock()
    clock.now_s = time.time() + LEASE_S + 1
    later = Voicemails(database, tmp_path / "recordings", JobQueue(redis, JOB), clock=clock)
    run_worker(redis, lambda: recover(later, live), burst=True)
    message = look(queued, voicemail_id)
    assert (message.state, message.text, message.tries) == (State.TRANSCRIBED, "please call me back", 2)


def test_the_canned_ears_are_ears() -> None:
    ears: Ears = CannedEars()
    assert ears.knows("word")
