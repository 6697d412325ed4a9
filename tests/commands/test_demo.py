"""``ivr demo`` shows the whole job, and does not say so when it is not done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import app
from ivr.audio import level_db
from ivr.calling import demo_story as story
from ivr.calling.bystander import Bystander
from ivr.calling.clients import Service
from ivr.calling.demo_stages import STAGES, judged
from ivr.calling.evidence import Evidence
from ivr.calling.sound import TwoSides
from ivr.commands.demo import demo
from ivr.settings import Settings
from tests.conftest import ROOT, SHARED
from tests.setup.processes import descendants, eventually, left_of


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The demo, in which the web process is killed, as machines see it."""
    folder = tmp_path_factory.mktemp("data")
    parts = app.Parts(Settings.from_env({**SHARED, "IVR_DATA": str(folder)}, ROOT))
    result = CliRunner().invoke(demo, ["--fast", "--kill", "--json"], obj=parts)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def stage(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in document["stages"] if one["name"] == name)
    return found


def test_every_stage_is_shown_and_every_one_is_as_it_should_be(shown: dict[str, Any]) -> None:
    assert [one["name"] for one in shown["stages"]] == list(STAGES)
    assert [one["name"] for one in shown["stages"] if not one["ok"]] == []
    assert shown["ok"]


def test_the_message_was_written_down_word_for_word_with_the_time_of_every_word(shown: dict[str, Any]) -> None:
    message = stage(shown, "message")
    assert message["evidence"]["word_errors"] <= 2
    words = message["evidence"]["words"]
    assert [word["text"] for word in words] == message["got"].split()
    assert all(word["start_s"] < word["end_s"] for word in words)


def test_the_agent_saw_what_the_caller_said_before_accepting(shown: dict[str, Any]) -> None:
    screen = stage(shown, "screen")["evidence"]
    assert screen["before_accepting_s"] > 0
    assert screen["collected"]["where"] == story.ZIP
    assert story.ZIP_SPOKEN in screen["caller_said"]


def test_each_turn_tells_what_was_said_heard_how_sure_and_how_soon(shown: dict[str, Any]) -> None:
    assert len(shown["turns"]) == 5
    for turn in shown["turns"]:
        assert turn["said"]
        assert turn["text"]
        assert 0 < turn["confidence"] <= 1
        assert 0 < turn["latency_s"] < 3
        assert turn["step"]


def test_the_sound_of_everybody_lies_where_it_says(shown: dict[str, Any]) -> None:
    assert set(shown["audio"]) == {"caller", "maria", "sam", "voicemail"}
    for name in ("caller", "sam"):
        sides = TwoSides.read(Path(shown["audio"][name]))
        assert level_db(sides.said.tobytes()) > -45
        assert level_db(sides.heard.tobytes()) > -45
    assert Path(shown["audio"]["voicemail"]).stat().st_size > 30_000


def test_nobody_hears_an_echo_a_hum_or_too_much(shown: dict[str, Any]) -> None:
    sides = {name: TwoSides.read(Path(shown["audio"][name])) for name in ("caller", "sam", "maria")}
    for name, side in sides.items():
        heard = side.heard.astype(np.int32)
        assert np.abs(heard).max() < 32000, f"{name}: clipped"
        assert abs(heard.mean()) < 50, f"{name}: no rest at zero"
        frames = np.abs(heard[: len(heard) // 160 * 160]).reshape(-1, 160).max(axis=1)
        assert np.median(frames[frames < 300]) == 0, f"{name}: between words there is nothing, not a hum"
    said = next(one for one in shown["transcript"] if one["kind"] == "said" and one["text"] == story.TO_SAM)
    assert level_db(sides["caller"].heard_between(said["at_s"] + 0.2, said["at_s"] + 1.2)) < -60, "one's own voice"


def test_no_process_is_left(shown: dict[str, Any]) -> None:
    assert shown
    assert eventually(lambda: not [p for p in descendants(os.getpid()) if _is_ours(p.pid)], 5)


def _is_ours(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    # Other tests of this run may keep a Redis of their own; a service's lies in a folder named for it.
    return b"gunicorn" in command or b"app.py" in command or (b"redis-server" in command and b"ringdown-" in command)


def test_who_stops_the_demo_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    environment = {**os.environ, "IVR_DATA": str(tmp_path / "data"), "TMPDIR": str(tmp_path)}
    command = [sys.executable, str(ROOT / "app.py"), "demo"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:  # noqa: S603 - ours
        assert eventually(lambda: len(descendants(process.pid)) >= 4, 60), "redis, exchange, web and worker"
        started = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 128 + signal.SIGTERM
    assert eventually(lambda: not left_of(started), 5)
    assert not list(tmp_path.glob("ringdown-*"))


def test_a_service_that_does_something_else_is_found_out(tmp_path: Path) -> None:
    flows = (ROOT / "flows.yaml").read_text(encoding="utf-8")
    flows = flows.replace("near {where}, store {store.name}.", "and that is all.")
    flows = flows.replace("Thank you for calling. Goodbye.", "We are done here.")
    changed = tmp_path / "flows.yaml"
    changed.write_text(flows.replace("stores.csv", str(ROOT / "stores.csv")), encoding="utf-8")
    settings = Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path / "data"), "IVR_FLOWS": str(changed)}, ROOT)
    result = CliRunner().invoke(demo, ["--fast"], obj=app.Parts(settings))
    assert result.exit_code == 1
    wrong = [line.removeprefix("NOT ") for line in result.stdout.splitlines() if line.startswith("NOT ")]
    assert wrong == [STAGES["brief"][0], STAGES["goodbye"][0]]
    assert "gunicorn" in result.stderr, "what the processes wrote is shown when something is wrong"
    assert "gunicorn" not in result.stdout


def test_of_a_call_that_never_happened_no_stage_is_well() -> None:
    nobody = Service("http://127.0.0.1:9")
    ears = app.Parts(Settings.from_env({}, ROOT)).ears
    evidence = Evidence([], [], {}, [], {}, {}, Bystander(nobody, "", victim=nobody.pid), {}, ears)
    stages = judged(evidence)
    assert [one.name for one in stages] == list(STAGES)
    assert not any(one.ok for one in stages)
