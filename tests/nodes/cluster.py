"""Two web nodes and two workers on one PostgreSQL and one Redis, behind a balancer; any of them may be killed."""

from __future__ import annotations

import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.audio import mulaw_decode, wav_bytes
from ivr.benchmarks.carrier_recordings import carrier_with_recordings
from ivr.records import Database, migrate
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from ivr.speech import Pyttsx3Voice
from ivr.supervisor import sockets, web_server
from ivr.supervisor.child import Child
from ivr.supervisor.service import private_settings
from tests.conftest import ROOT
from tests.nodes.balancer import Balancer, balancing
from tests.postgres import Postgres

ACCOUNT = "AC" + "12ab" * 8
START_S = 60.0
SPOKEN = "please call me back"


@dataclass
class Cluster:
    """All under way."""

    settings: Settings
    balancer: Balancer
    children: dict[str, Child]
    ports: dict[str, int]
    recordings_url: str

    def kill_each(self) -> None:
        """One after the other."""
        for name in self.children:
            self.kill(name)

    def kill(self, name: str) -> None:
        """As by a power cut; returns when it is back."""
        killed = self.children[name].pid
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + START_S
        while not self._is_back(name, killed):
            assert time.monotonic() < deadline, name
            time.sleep(0.05)

    def _is_back(self, name: str, killed: int) -> bool:
        if self.children[name].pid in {0, killed}:
            return False
        if name not in self.ports:
            return True
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def cluster(folder: Path, postgres: Postgres) -> Iterator[Cluster]:
    """Nodes share a folder for recordings, as machines share one over the network."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer(folder / "redis"))
        recordings_url = stack.enter_context(carrier_with_recordings(_spoken()))
        # Ours, but open only while a node lives: who comes to a dead one is refused, and goes to the other.
        bound = {name: stack.enter_context(sockets.reserve()) for name in ("web-a", "web-b")}
        ports = {name: sockets.port_of(one) for name, one in bound.items()}
        balancer = stack.enter_context(balancing(list(ports.values())))
        settings = replace(
            private_settings(Settings.from_env({}, ROOT), folder / "data"),
            account_sid=ACCOUNT,
            auth_token="a" * 32,
            secret_key="b" * 32,
            carrier_url=recordings_url,
            speech="keys",
            port=balancer.port,
            public_url=f"http://127.0.0.1:{balancer.port}",
            database_url=postgres.new_url(),
            redis_url=redis.url,
        )
        database = Database(settings.database_url)
        migrate(database.engine)
        database.close()
        children = {}
        for name in ("web-a", "web-b", "worker-a", "worker-b"):
            if name in ports:
                command = [sys.executable, "-m", "gunicorn", "--config", f"python:{web_server.__name__}"]
                # No connection is kept, so each request may come to either node.
                command += ["--bind", f"127.0.0.1:{ports[name]}", "--keep-alive", "0", "app:create_app()"]
            else:
                command = [sys.executable, str(ROOT / "app.py"), "worker"]
            children[name] = child = Child(
                name,
                command,
                folder=ROOT,
                environment={**os.environ, **settings.as_environment(), "PYTHONUNBUFFERED": "1"},
                tell=lambda name, line: None,
                is_ready=web_server.READY.__eq__ if name in ports else None,
            )
            child.start()
            stack.callback(child.stop, 0.0)
        for child in children.values():
            child.wait_ready(START_S)
        account_url = f"{recordings_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings"
        yield Cluster(settings, balancer, children, ports, account_url)


def _spoken() -> bytes:
    voice = Pyttsx3Voice()
    try:
        return wav_bytes(mulaw_decode(voice.render(SPOKEN, "en-us+f3")))
    finally:
        voice.close()
