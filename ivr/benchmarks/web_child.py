"""One more web server beside a running service: another application, or another kind of worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.benchmarks import sync_worker
from ivr.supervisor import sockets, web_server
from ivr.supervisor.child import Child

READY_S = 60.0
STOP_S = 3.0


@dataclass(frozen=True, slots=True)
class WebChild:
    """A server that runs: where it listens, and whose CPU time it uses."""

    port: int
    pid: int


@contextmanager
def sync_server(name: str, application: str, environment: Mapping[str, str], folder: Path) -> Iterator[WebChild]:
    """``application`` (``module:factory()``) under one sync worker, until the end of the block."""
    with sockets.listen(0) as listening:
        config = ["--config", f"python:{sync_worker.__name__}", "--bind", f"fd://{listening.fileno()}"]
        child = Child(
            name,
            [sys.executable, "-m", "gunicorn", *config, application],
            folder=folder,
            environment=environment,
            tell=lambda name, line: None,
            is_ready=web_server.READY.__eq__,
            keep_open=(listening.fileno(),),
        )
        child.start()
        try:
            child.wait_ready(READY_S)
            yield WebChild(sockets.port_of(listening), child.pid)
        finally:
            child.stop(STOP_S)
