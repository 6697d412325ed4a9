"""The worker process: transcribes messages one by one and looks after what others left unfinished.

It does not fork: a speech model is loaded once, and forking after its threads exist would hang.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from ivr.ports import OutsideError
from voicemail.queue import QUEUE

MAINTENANCE_S = 60
"""How often to look for what was left unfinished. RQ's own default, 10 minutes, leaves callers waiting."""

WORKER_S = 45
"""RQ waits 15 s less than this for a job and then looks at the clock, so maintenance is at most 30 s late."""

PATIENCE_S = 15.0
PAUSE_S = 0.2
"""How long a Redis that went away is waited for, and how often it is asked. A killed one is back within seconds."""

log = logging.getLogger(__name__)


class Worker(SimpleWorker):
    """RQ's worker in one process, with our maintenance beside RQ's own."""

    maintain: Callable[[], None]
    has_begun = False
    was_told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT."""
        self.was_told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def run_maintenance_tasks(self) -> None:
        """At the start and every minute, between jobs."""
        self.has_begun = True
        try:
            super().run_maintenance_tasks()  # type: ignore[no-untyped-call]
            self.maintain()
        except StopRequested:  # the signal came just now
            raise
        except Exception as error:  # noqa: BLE001 - told to the operator; the next minute tries again
            log.warning("maintenance failed: %s", error)


def run_worker(redis: Redis, maintain: Callable[[], None], *, burst: bool = False) -> None:
    """Work until SIGTERM or SIGINT (the job in hand is finished first), or until the queue is empty with ``burst``.

    ``redis`` is this worker's own client; ``maintain`` runs at the start and every minute. Main thread only. A Redis
    that goes away in between is waited for: messages wait in the database.

    Raises:
        OutsideError: Redis did not answer at the start or at the end.
    """
    while True:
        worker = _worker(redis, maintain)
        before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
        try:
            worker.work(burst=burst, logging_level="WARNING")
        except RedisError as error:
            gone: RedisError | None = error
        else:
            if burst or worker.was_told_to_stop:
                return
            gone = None
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)
        # RQ waits for a Redis that goes away while it waits for a job; in the moment before, it logs that and ends.
        if not (worker.has_begun and _is_back(redis)):
            raise OutsideError(f"the worker ends: Redis does not answer: {gone or 'see the log'}", retry=True) from gone


def _worker(redis: Redis, maintain: Callable[[], None]) -> Worker:
    # RQ gives the client a longer timeout, which connections that are already open would not have.
    redis.connection_pool.disconnect()
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    worker = Worker(
        [queue],
        connection=redis,
        serializer=JSONSerializer,
        worker_ttl=WORKER_S,
        maintenance_interval=MAINTENANCE_S,
        log_job_description=False,
    )
    worker.maintain = maintain
    return worker


def _is_back(redis: Redis) -> bool:
    """Whether Redis answers within some seconds."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        try:
            redis.ping()
        except RedisError:
            time.sleep(PAUSE_S)
        else:
            return True
    return False
