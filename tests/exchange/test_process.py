"""The exchange as a process: it says where it is, and ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

import pytest
import soundfile

from tests.exchange.world import CALLER, LINE

ROOT = Path(__file__).parent.parent.parent
TOKEN = "token-of-the-process"  # noqa: S105 - made up
START = (
    "import sys, click; from types import SimpleNamespace as N; from ivr.settings import Settings; import os;"
    "from ivr.commands.exchange import exchange;"
    "exchange(sys.argv[1:], obj=N(settings=Settings.from_env(os.environ)))"
)


@contextmanager
def service(told: list[dict[str, str]], ended: Event) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.append({"path": self.path, **dict(parse_qsl(body))})
            answer = b"<Response><Say>You are on hold.</Say><Pause length='3600'/></Response>"
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            if self.path == "/voice/status":
                ended.set()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(url, data, {"Authorization": f"Bearer {TOKEN}"}), timeout=10) as reply:  # noqa: S310
        answer: dict[str, Any] = json.load(reply)
        return answer


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_exchange_hangs_up_saves_the_sound_and_leaves_no_process(tmp_path: Path, how: int) -> None:
    told: list[dict[str, str]] = []
    ended = Event()
    with service(told, ended) as url:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", START, "--app-url", url, "--data", str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "TWILIO_AUTH_TOKEN": TOKEN},
            start_new_session=True,
        )
        assert process.stdout is not None
        with process:
            listening = json.loads(process.stdout.readline())
            assert listening["event"] == "listening"
            box = listening["url"]
            script = [{"wait": 3000}]
            sid = ask(f"{box}/exchange/calls", {"line": LINE, "from": CALLER, "script": script})["sid"]
            after = 0
            while not any(event["what"] == "far end began" for event in ask(f"{box}/exchange/calls/{sid}")["events"]):
                news = ask(f"{box}/exchange/events?after={after}")["events"]
                after = news[-1]["n"] if news else after
            process.send_signal(how)
            assert process.wait(10) == 0
        assert ended.is_set()
        assert told[-1]["CallStatus"] == "completed"
    samples, _ = soundfile.read(str(tmp_path / "calls" / f"{sid}.wav"))
    assert abs(samples[:, 1]).max() > 0.05
    with pytest.raises(ProcessLookupError):  # nor any child of its
        os.killpg(process.pid, 0)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(box.rsplit(":", 1)[1]))) != 0


def test_without_a_token_the_exchange_does_not_start() -> None:
    env = {name: value for name, value in os.environ.items() if name != "TWILIO_AUTH_TOKEN"}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", START], capture_output=True, cwd=ROOT, env=env, timeout=30, check=False
    )
    assert done.returncode == 2
    assert b"TWILIO_AUTH_TOKEN" in done.stderr
