"""The whole service on one machine as one value: started by ``with``, ended with nothing left behind."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ivr.ports import OutsideError
from ivr.records import Database, migrate
from ivr.sessions.connection import must_answer
from ivr.settings import LOCAL_ACCOUNT, Settings, sqlite_url
from ivr.supervisor import sockets, web_server
from ivr.supervisor.child import Child, Tell
from ivr.supervisor.data_folder import claimed, make_folder
from ivr.supervisor.local_account import with_secrets
from ivr.supervisor.redis_child import RedisChild
from ivr.supervisor.temporary import temporary_folder

START_S = 60.0
"""How long a child may take to be ready. About 2 s when the machine is idle; a first start compiles every module."""

STOP_S: Mapping[str, float] = {"prompts": 0.5, "exchange": 2.0, "web": 4.0, "worker": 2.0, "redis": 1.0}
"""In which order the children end, and how long each may take before it is killed: under 10 s in all."""

GRACE_S = 3
"""How long the web server lets calls under way finish; less than its time above."""


class Service:
    """Redis, web, worker and exchange, supervised.

    Private by default: data in a temporary folder, any free ports, an account of its own, so that two at once never
    meet. With ``private=False`` it is the service of the settings: their data, port and account.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        private: bool = True,
        data: Path | None = None,
        fast: bool = False,
        web_only: bool = False,
        webs: int = 1,
        prompts: bool = False,
        host: str = "127.0.0.1",
        or_next_port: bool = False,
        tell: Tell | None = None,
    ) -> None:
        """Nothing is started yet.

        Args:
            settings: where flow file, models and (unless private) everything else come from.
            private: keep away from the data, ports and accounts of ``settings``.
            data: the data folder of a private service; a temporary one that is removed at the end by default.
            fast: the exchange does not wait in real time.
            web_only: start no worker and no exchange.
            webs: so many web servers share the port; any of them takes any request.
            prompts: render the prompts of the flow file ahead, telling of the progress.
            host: the address the web server listens at.
            or_next_port: take the next free port when that of the settings is taken.
            tell: told of every line the children write, from their threads.
        """
        self.settings = settings
        self.environment: dict[str, str] = {}
        self.web_url = ""
        self.exchange_url = ""
        self._private = private
        self._data = data
        self._fast = fast
        self._web_only = web_only
        self._webs = webs
        self._prompts = prompts
        self._host = host
        self._or_next_port = or_next_port
        self._tell: Tell = tell or (lambda name, line: None)
        self._children: dict[str, Child | RedisChild] = {}
        self._exit = ExitStack()

    # --- what users of it need ------------------------------------------------------------------------------------

    @property
    def data(self) -> Path:
        """The data folder: records, recordings, prompts, Redis."""
        return self.settings.data

    @property
    def token(self) -> str:
        """The secret of the carrier account; signs requests."""
        return self.settings.auth_token

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each child by name; 0 for one that is being started again."""
        return {name: child.pid for name, child in self._children.items()}

    def __enter__(self) -> Self:
        """Start everything and wait until it answers.

        Raises:
            OutsideError: when something cannot be started, with what it wrote.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End all children in order, and remove what was temporary. Safe to repeat."""
        for kind, limit_s in STOP_S.items():
            for name in [name for name in self._children if name.partition("-")[0] == kind]:
                # Where nothing is kept, nobody needs to write anything to its end.
                self._children[name].stop(0 if self._private and not self._data else limit_s)
        self._exit.close()

    # --- starting -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._private:
            self.settings = private_settings(self.settings, self._data or self._exit.enter_context(temporary_folder()))
        make_folder(self.settings.data)
        self.settings = with_secrets(self.settings)
        if self.settings.redis_url:
            must_answer(self.settings.redis_url)  # theirs, which others may share: one of our own would be another
        else:
            self._exit.enter_context(claimed(self.data))
            self._children["redis"] = RedisChild(self.data / "redis", self._tell)
            self._children["redis"].start()
        web_socket = self._exit.enter_context(
            sockets.listen(self.settings.port, self._host, or_next=self._or_next_port)
        )
        self._note_web_address(sockets.port_of(web_socket))
        if self._runs_exchange:
            self._start_exchange()
        self._migrate()
        self._take_redis_address()
        for number in range(1, self._webs + 1):
            self._start_program(
                "web" if number == 1 else f"web-{number}",
                *self._web_command(web_socket.fileno()),
                is_ready=web_server.READY.__eq__,
                keep_open=(web_socket.fileno(),),
            )
        if not self._web_only:
            self._start_program("worker", sys.executable, self._app, "worker")
        if self._prompts:
            self._start_program("prompts", sys.executable, self._app, "prompts", "render", again=False)
        for child in self._children.values():
            child.wait_ready(START_S)
        self._prove_web_is_ours()

    @property
    def _runs_exchange(self) -> bool:
        return self.settings.uses_local_exchange and not self.settings.carrier_url and not self._web_only

    @property
    def _app(self) -> str:
        return str(self.settings.root / "app.py")

    def _note_web_address(self, port: int) -> None:
        old = self.settings
        local = f"http://{_reachable(self._host)}:{port}"
        self.web_url = local
        # The exchange in a box calls us where we are; a real carrier calls the public address.
        public = (
            local if old.uses_local_exchange or old.public_url == f"http://127.0.0.1:{old.port}" else old.public_url
        )
        self.settings = replace(old, port=port, public_url=public)

    def _start_exchange(self) -> None:
        kept = self._exit.enter_context(sockets.reserve())
        port = sockets.port_of(kept)
        self.exchange_url = f"http://127.0.0.1:{port}"
        self.settings = replace(self.settings, carrier_url=self.exchange_url)
        options = ["--port", str(port), "--app-url", self.web_url]
        options += ["--fast"] if self._fast else []
        self._start_program("exchange", sys.executable, self._app, "exchange", *options, is_ready=_is_listening)

    def _migrate(self) -> None:
        database = Database(self.settings.database_url)
        try:
            migrate(database.engine)
        finally:
            database.close()

    def _take_redis_address(self) -> None:
        redis = self._children.get("redis")
        if isinstance(redis, RedisChild):
            redis.wait_ready(START_S)
            self.settings = replace(self.settings, redis_url=redis.url)

    def _web_command(self, socket_number: int) -> list[str]:
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", f"python:{web_server.__name__}"]
        return [*gunicorn, "--bind", f"fd://{socket_number}", "--graceful-timeout", str(GRACE_S), "app:create_app()"]

    def _start_program(
        self,
        name: str,
        *command: str,
        is_ready: Callable[[str], bool] | None = None,
        keep_open: Sequence[int] = (),
        again: bool = True,
    ) -> None:
        # What is passed on is not read: children need PATH, HOME, locale; the settings come on top.
        self.environment = {**os.environ, **self.settings.as_environment(), "PYTHONUNBUFFERED": "1"}
        self._children[name] = child = Child(
            name,
            command,
            folder=self.settings.root,
            environment=self.environment,
            tell=self._tell,
            is_ready=is_ready,
            keep_open=keep_open,
            again=again,
        )
        child.start()

    def _prove_web_is_ours(self) -> None:
        with urllib.request.urlopen(f"{self.web_url}/healthz", timeout=START_S) as answer:  # noqa: S310 - http, ours
            answered_by = int(json.load(answer)["pid"])
        ours = {pid for name, pid in self.pids.items() if name.startswith("web")}
        if os.getsid(answered_by) not in ours:
            raise OutsideError(f"{self.web_url} is answered by process {answered_by}, not by ours.", retry=False)

    # --- while it runs --------------------------------------------------------------------------------------------

    def wait_prompts(self, timeout_s: float = 600.0) -> bool:
        """Wait until the prompts are rendered; False when that failed or takes longer. Calls work meanwhile."""
        prompts = self._children.get("prompts")
        return not isinstance(prompts, Child) or (prompts.wait(timeout_s) and prompts.ended_with == 0)


def private_settings(settings: Settings, data: Path) -> Settings:
    """The same flows, models and modes for a service of its own in ``data``: no ports, servers or accounts."""
    return replace(
        settings,
        public_url=f"http://127.0.0.1:{settings.port}",
        account_sid=LOCAL_ACCOUNT,
        auth_token="",
        carrier_url="",
        redis_url="",
        database_url=sqlite_url(data),
        secret_key="",
        pages_token="",
        port=0,
        data=data,
        smtp_url="",
    )


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound


def _is_listening(line: str) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("event") == "listening"
