"""The queue of the worker's jobs, on RQ. Jobs are named in JSON, never pickled: what is in Redis cannot become code."""

from __future__ import annotations

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from ivr.ports import OutsideError

QUEUE = "ringdown"

JOB_S = 1800
"""Longest a transcription may take: an hour of speech on a slow machine with a large model. A guess: measure."""

FAILED_S = 3600
"""How long RQ remembers a job that failed; the reason is kept with the message."""


class JobQueue:
    """Puts messages in the queue, each at most once at a time."""

    def __init__(self, redis: Redis, job: str) -> None:
        """``job`` is the dotted name of the function that the worker calls with the id of the message."""
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
        self._job = job

    def __call__(self, voicemail_id: str) -> None:
        """Have the job done for the message. One that waits in the queue already stays where it is.

        Raises:
            OutsideError: when Redis does not answer.
        """
        job_id = f"{self._job.rpartition('.')[2]}-{voicemail_id}"
        try:
            if not self._added(voicemail_id, job_id) and not self._waits(job_id):
                # Left over by a run that is over, or whose worker died: should it live, the message is claimed once.
                self._forget(job_id)
                self._added(voicemail_id, job_id)
        except RedisError as error:
            raise OutsideError(f"Redis does not answer: {error}", retry=True) from error

    def _added(self, voicemail_id: str, job_id: str) -> bool:
        try:
            self._queue.enqueue_call(
                self._job,
                args=[voicemail_id],
                job_id=job_id,
                unique=True,
                timeout=JOB_S,
                result_ttl=0,
                failure_ttl=FAILED_S,
            )
        except DuplicateJobError:
            return False
        return True

    def _waits(self, job_id: str) -> bool:
        job = self._fetch(job_id)
        if job is None or job.get_status() is not JobStatus.QUEUED:
            return False
        return self._queue.get_job_position(job_id) is not None

    def _forget(self, job_id: str) -> None:
        job = self._fetch(job_id)
        if job is not None:
            job.delete()

    def _fetch(self, job_id: str) -> Job | None:
        try:
            return Job.fetch(job_id, connection=self._queue.connection, serializer=JSONSerializer)
        except NoSuchJobError:
            return None
