"""``ivr bench messages``: many messages, while the processes that take and transcribe them are killed at random.

All is real: the database, Redis, the worker with its recogniser, HTTP to a carrier that has some of the recordings,
and SIGKILL. The seed decides what is said and when which process dies.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

from sqlalchemy import select

from ivr import audio
from ivr.benchmarks.report import Bar, Figure, Report
from ivr.benchmarks.setting import Setting
from ivr.ports import OutsideError
from ivr.redis_server import RedisServer
from ivr.settings import ROOT, Settings, sqlite_url
from ivr.speech import Pyttsx3Voice
from ivr.wiring.message_trial_web import BEGUN, TOLD, wav_of
from ivr.wiring.people import People
from voicemail.mailbox import Message, State
from voicemail.tables import VoicemailRow, message_of

COUNT = 200
SEED = 7
WEB_LIVES_S = (0.3, 2.5)
WORKER_LIVES_S = (0.5, 8.0)
"""How long a process lives, from when it has begun, before it is killed."""
LIMIT_S = 900.0
POLL_S = 0.2
FLOWS = """
lines: {"+15035550100": message}
mailboxes: {support: {}}
flows: {message: [{voicemail: support}]}
"""
SAID = (
    "hello this is dana please call me back this afternoon",
    "my package never arrived can somebody look into it",
    "i would like to change my order before it goes out",
    "please tell sam that the meeting is moved to friday",
    "the store was closed when i came i would like a refund",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there was when all had been taken, and how often a process was killed meanwhile."""

    messages: tuple[Message, ...]
    files: int
    cut_off: int
    kills: Counter[str]


def messages(setting: Setting) -> Report:
    """200 messages; with less than a minute to measure, as many fewer."""
    count = COUNT if setting.seconds >= 60 else max(4, int(setting.seconds))
    with tempfile.TemporaryDirectory(prefix="ringdown-messages-") as folder:
        setting.tell(f"{count} messages are taken and transcribed; the processes are killed")
        came = run(setting.settings, Path(folder), count)
    calls = Counter(one.call_id[-24:] for one in came.messages)
    written = sum(one.state is State.TRANSCRIBED for one in came.messages)
    exactly = Bar(count, at_least=True)
    figures = (
        Figure("messages left", count, "messages", count),
        Figure("records", len(came.messages), "records", count, bar=exactly),
        Figure("files of sound", came.files, "files", count, bar=exactly),
        Figure("transcripts", written, "transcripts", count, bar=exactly),
        Figure("messages taken twice", sum(number > 1 for number in calls.values()), "messages", count, bar=Bar(0)),
        Figure("callers cut off before a word, who rang again", came.cut_off, "callers", count),
        Figure("kills of the taking process", came.kills["web"], "kills", came.kills.total()),
        Figure("kills of the worker", came.kills["worker"], "kills", came.kills.total()),
    )
    notes = (
        f"Seed {SEED}. Every second message is recorded by the carrier: told of at least twice and fetched over HTTP.",
        "Killed is SIGKILL. A message that was under way is kept as far as it was spoken.",
    )
    return Report("messages", figures, notes)


def run(settings: Settings, folder: Path, count: int, limit_s: float = LIMIT_S) -> Outcome:
    """Have ``count`` messages taken and transcribed in ``folder``, seeded and with kills."""
    rng = random.Random(SEED)  # noqa: S311 - the same deaths in every run
    _speak(folder, count, rng)
    with RedisServer(folder / "redis") as redis, _carrier(folder / "said") as carrier_url:
        data = folder / "data"
        flows = folder / "flows.yaml"
        flows.write_text(FLOWS)
        own = replace(
            settings,
            flows=flows,
            data=data,
            redis_url=redis.url,
            database_url=sqlite_url(data),
            carrier_url=carrier_url,
        )
        parts = People(replace(own, auth_token=own.auth_token or "trial"))
        begun = folder / BEGUN
        web = _Mortal(
            "ivr.wiring.message_trial_web",
            (str(folder), str(count)),
            parts.settings,
            lambda: rng.uniform(*WEB_LIVES_S),
            lambda pid: begun.exists() and begun.read_text() == str(pid),
        )
        worker = _Mortal(
            "app", ("worker",), parts.settings, lambda: rng.uniform(*WORKER_LIVES_S), partial(_is_worker, parts)
        )
        try:
            _until_all_is_done(parts, folder, count, web, worker, time.monotonic() + limit_s)
            return _outcome(parts, data, Counter(web=web.kills, worker=worker.kills))
        finally:
            web.stop()
            worker.stop()
            parts.database.close()


class _Mortal:
    """A program that is killed at random moments and started again."""

    def __init__(
        self,
        module: str,
        arguments: tuple[str, ...],
        settings: Settings,
        lives_s: Callable[[], float],
        has_begun: Callable[[int], bool],
    ) -> None:
        """``lives_s`` tells how long the next one lives from when it ``has_begun``, by its process's number."""
        self._command = [sys.executable, "-m", module, *arguments]
        self._settings = settings
        self._lives_s = lives_s
        self._has_begun = has_begun
        self._process: subprocess.Popen[bytes] | None = None
        self._dies_at_s: float | None = None
        self.kills = 0
        self.finished = False

    def look(self, *, kill: bool) -> None:
        """Start it when it is gone, kill it when its time has come."""
        now_s = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            self.finished = self._process.returncode == 0
            self._process = None
        if self._process is None and not self.finished:
            environment = {**os.environ, **self._settings.as_environment()}
            self._process = subprocess.Popen(self._command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
            self._dies_at_s = None
        elif self._process is not None and self._dies_at_s is None:
            if self._has_begun(self._process.pid):
                self._dies_at_s = now_s + self._lives_s()
        elif self._process is not None and self._dies_at_s is not None and kill and now_s >= self._dies_at_s:
            self.stop()
            self.kills += 1

    def stop(self) -> None:
        """Kill it and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _until_all_is_done(parts: People, folder: Path, count: int, web: _Mortal, worker: _Mortal, until_s: float) -> None:
    while time.monotonic() < until_s:
        taking = not web.finished
        web.look(kill=taking)
        worker.look(kill=taking or worker.kills < MOST_LATE_KILLS)
        if not taking and len(_of_state(parts, State.TRANSCRIBED)) >= count and not _of_state(parts, *UNFINISHED):
            return
        time.sleep(POLL_S)
    told = (folder / TOLD).read_text().split() if (folder / TOLD).exists() else []
    raise OutsideError(f"not all was done in time: {len(told)} told by the carrier", retry=True)


def _is_worker(parts: People, pid: int) -> bool:
    """Whether the process waits for jobs."""
    names = cast("set[bytes]", parts.redis.smembers("rq:workers"))
    return any(parts.redis.hget(name.decode(), "pid") == str(pid).encode() for name in names)


UNFINISHED = (State.RECORDING, State.RECORDED, State.TRANSCRIBING)
MOST_LATE_KILLS = 5
"""When all is taken, the worker may finish; until then it was killed at least so often."""


def _of_state(parts: People, *states: State) -> list[Message]:
    with parts.database.reading() as session:
        rows = session.scalars(select(VoicemailRow).where(VoicemailRow.state.in_(states)))
        return [message_of(row) for row in rows]


def _outcome(parts: People, data: Path, kills: Counter[str]) -> Outcome:
    kept = _of_state(parts, *(state for state in State if state is not State.EMPTY))
    found = {path.name for path in (data / "recordings").iterdir()} & {message.file for message in kept}
    return Outcome(tuple(kept), len(found), len(_of_state(parts, State.EMPTY)), kills)


def _speak(folder: Path, count: int, rng: random.Random) -> None:
    voice = Pyttsx3Voice()
    sounds = [audio.mulaw_decode(voice.render(text, "en-US")) for text in SAID]
    wav_of(folder, 0).parent.mkdir(parents=True)
    for number in range(count):
        audio.write_wav(wav_of(folder, number), rng.choice(sounds) + audio.silence(rng.uniform(0.1, 0.5)))


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads this."""


@contextmanager
def _carrier(folder: Path) -> Iterator[str]:
    """A carrier that has the recordings."""
    folder_of_urls = folder.parent / "carrier"
    folder_of_urls.mkdir()
    (folder_of_urls / "Recordings").symlink_to(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder_of_urls)))
    threading.Thread(target=server.serve_forever, name="carrier", daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
