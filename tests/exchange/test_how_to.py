"""The how-to of docs/exchange.md, done as it says: an application that is not ours, a caller, one command."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.serving import make_server

from ivr.commands.exchange import exchange
from ivr.settings import Settings
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "exchange.md").read_text("utf-8")
HERE = "http://127.0.0.1:8000"


def block(kind: str, begins: str) -> str:
    """The first block of the page in the language ``kind`` that has ``begins`` in it."""
    blocks: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return next(text for language, text in blocks if language == kind and begins in text)


def application(folder: Path, code: str) -> Flask:
    path = folder / "weather.py"
    path.write_text(code, "utf-8")
    spec = importlib.util.spec_from_file_location("weather", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app: Flask = module.app
    return app


@contextmanager
def running(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ring(folder: Path, url: str, order: str, *options: str) -> Result:
    (folder / "caller.json").write_text(order, "utf-8")
    settings = Settings.from_env({"TWILIO_AUTH_TOKEN": "a-secret", "IVR_DATA": str(folder)}, ROOT)
    arguments = ["--app-url", url, "--voice-url", "/voice", "--call", str(folder / "caller.json"), "--fast", *options]
    done = CliRunner().invoke(exchange, arguments, obj=SimpleNamespace(settings=settings))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def lines(text: str, url: str = HERE) -> list[str]:
    """What was told, without the times: they are the voice's."""
    return [re.sub(r"^ *\d+\.\d\d", "0.00", line).replace(url, HERE) for line in text.splitlines()]


def test_the_call_of_the_page_goes_as_the_page_shows(tmp_path: Path) -> None:
    app = application(tmp_path, block("python", "VoiceResponse"))
    with running(app) as url:
        done = ring(tmp_path, url, block("json", "Will it rain?"))
    shown = block("", "--call caller.json").split("--fast\n")[1]
    assert lines(done.stdout, url) == lines(shown)
    assert done.exit_code == 0


def test_a_mistake_is_told_with_the_carriers_number_and_the_command_fails(tmp_path: Path) -> None:
    app = Flask("wrong")
    app.post("/voice")(lambda: "<Response><Say>Hello.</Response>")
    with running(app) as url:
        done = ring(tmp_path, url, '{"script": []}')
    assert lines(done.stdout, url) == lines(block("", "error  12100"))
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("nonsense", "--call"),
        ("[]", "an order is an object"),
        ('{"script": [{"sing": 1}]}', "act 1"),
        ('{"line": "home"}', "'line' needs a number"),
        ('{"phones": {"+15035550123": []}}', "1 to 50 scripts"),
        ('{"caller": "x"}', "'caller' is unknown"),
    ],
)
def test_an_order_that_cannot_be_placed_is_refused_with_its_mistake(tmp_path: Path, order: str, told: str) -> None:
    done = ring(tmp_path, HERE, order)
    assert done.exit_code == 2
    assert told in done.output


def test_the_help_has_the_two_ways_to_begin() -> None:
    written = CliRunner().invoke(exchange, ["--help"]).output
    assert "--call caller.json --fast" in written
    assert "curl" in written
    assert "docs/exchange.md" in written
