"""A service of its own for a benchmark, ready and at rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.benchmarks.cpu import wait_idle
from ivr.settings import Settings
from ivr.supervisor import Service
from ivr.supervisor.child import Tell

KEPT = ("prompts", "cache")
"""What is known by its content and slow to make: taken from the data of ``settings``, and left there."""


@contextmanager
def running(settings: Settings, tell: Tell | None = None) -> Iterator[Service]:
    """Redis and the web service, private but for prompts made earlier; removed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="ringdown-bench-") as folder:
        for name in KEPT:
            kept = settings.data.resolve() / name
            kept.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).symlink_to(kept)
        with Service(settings, data=Path(folder), web_only=True, prompts=True, tell=tell) as service:
            service.wait_prompts()
            wait_idle(service.pids["web"])
            yield service
