"""Settings of gunicorn, the web server: ``--config python:ivr.supervisor.web_server``, here and in the Procfile."""

from __future__ import annotations

import os
import resource
from typing import Any

from ivr.supervisor.tether import die_with_parent

READY = "ringdown web is ready"
"""What a worker prints when the application is loaded: the supervisor waits for it."""

worker_class = "ivr.supervisor.patient_threads.PatientThreads"
workers = 1  # one process shares one model of the recogniser
threads = 64  # a media stream holds a thread; one more call than threads hears silence. Open pages hold none
worker_connections = 4000  # a page keeps its connection for a while; when there are so many, nobody new gets in
timeout = 60
graceful_timeout = 30  # live calls may finish a sentence; the supervisor on one machine asks for less
keepalive = 75
control_socket_disable = True  # a door nobody asked for
proc_name = "ringdown-web"


MOST_FILES = 16_384
"""Files and connections of a worker, where the machine allows it: many are started with 1,024."""


def post_fork(server: Any, worker: Any) -> None:
    """A worker must not outlive its master: it would answer callers that nobody routes to it."""
    die_with_parent(int(server.pid))
    now, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(allowed, MOST_FILES)), allowed))


def post_worker_init(worker: Any) -> None:
    """The application is loaded in this worker."""
    os.write(1, f"{READY}\n".encode())
