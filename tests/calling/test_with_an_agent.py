"""What agents do with a caller, on a whole service with real sound: who hears whom is heard in the legs' recordings."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import requests
import soundfile

from ivr.audio import tone, write_wav
from ivr.calling.sound import TwoSides, likeness_to_music
from tests.calling.conftest import Running, running_service
from tests.exchange.world import loud_hz

LINE, CALLER, BOSS = "+15035550100", "+14155550123", "+15035550177"
HUMS_HZ = {"caller": 460, "maria": 700, "sam": 1000, BOSS: 1300}
"""Everybody hums a note of their own all the time."""
WITHIN_S, SPAN_S = 40.0, 1.6


@dataclass
class Desk:
    """What the agents' pages do, and what the telephones heard meanwhile."""

    running: Running
    call: str
    web: requests.Session
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    legs: dict[str, str] = field(default_factory=dict)

    def room(self) -> Mapping[str, Any]:
        answer = self.web.get(f"{self.running.supervised.web_url}/api/v1/calls/{self.call}/room", timeout=WITHIN_S)
        return dict(answer.json()) if answer.ok else {"phase": "", "people": []}

    def do(self, do: str, **how: str) -> requests.Response:
        url = f"{self.running.supervised.web_url}/api/v1/calls/{self.call}/controls"
        return self.web.post(url, json={"do": do, **how}, timeout=WITHIN_S)

    @property
    def kept(self) -> str:
        return f"{self.running.supervised.web_url}/api/v1/calls/{self.call}/recordings"

    def recordings(self) -> list[Mapping[str, Any]]:
        """What is kept of the call."""
        return list(self.web.get(self.kept, timeout=WITHIN_S).json()["recordings"])

    def is_inside(self, who: str) -> bool:
        inside = {one["who"]: one["call"] for one in self.room()["people"] if one["place"] == "in"}
        self.legs |= inside
        return who in inside

    def now_s(self) -> float:
        return float(self.running.exchange.status()["now_s"])

    def listen(self, name: str) -> None:
        """Let some time pass in which nothing changes; it is listened to afterwards."""
        begin_s = self.now_s() + 0.3
        until(lambda: self.now_s() > begin_s + SPAN_S)
        self.spans[name] = (begin_s, begin_s + SPAN_S)

    def heard(self, who: str, name: str) -> set[str]:
        """Whom ``who`` heard then; ``music`` is the hold music."""
        call = self.running.exchange.call(self.legs[who])
        answered_s = next(event["at_s"] for event in call["events"] if event.get("status") == "in-progress")
        begin_s, end_s = (at_s - answered_s for at_s in self.spans[name])
        sides = TwoSides.read(Path(call["wav"]))
        if likeness_to_music(sides.heard_between(begin_s, end_s)) > 0.9:
            return {"music"}
        notes = loud_hz(sides.heard.astype(np.float64) / 32768, begin_s, end_s)
        return {one for one, hz in HUMS_HZ.items() if hz in notes}


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not done():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.05)


def humming(folder: Path, who: str) -> Mapping[str, Any]:
    path = folder / f"{HUMS_HZ[who]}.wav"
    write_wav(path, tone([HUMS_HZ[who]], 90.0, level=0.2))
    return {"play": str(path), "now": True}


def begun(running: Running, folder: Path) -> Desk:
    """Maria has the caller; everybody hums."""
    exchange, web = running.exchange, requests.Session()
    web.headers["X-Page-Token"] = web.get(f"{running.supervised.web_url}/api/v1/flows", timeout=WITHIN_S).json()[
        "token"
    ]
    exchange.connect_phone("client:maria", [{"answer": 0.1}, {"press": "1"}, humming(folder, "maria")], linger_s=90)
    exchange.connect_phone("client:sam", [{"answer": 0.1}, humming(folder, "sam")], linger_s=90)
    exchange.connect_phone(BOSS, [{"answer": 0.1}, humming(folder, BOSS)], linger_s=90)
    script: list[Mapping[str, Any]] = [{"press": "4", "interrupt": 0.3}, {"pause": 0.5}, humming(folder, "caller")]
    desk = Desk(running, exchange.place_call(LINE, CALLER, script, 90), web)
    until(lambda: desk.is_inside("maria"))
    return desk


def test_everybody_hears_whom_they_are_to_hear_and_the_caller_never_falls_out(tmp_path: Path) -> None:
    with running_service(tmp_path / "data", fast=False) as running:
        desk = begun(running, tmp_path)
        desk.listen("talk")
        assert desk.do("hold").ok
        desk.listen("hold")
        assert desk.do("resume").ok
        assert desk.do("listen", **{"as": BOSS}).ok
        until(lambda: desk.is_inside(BOSS))
        desk.listen("listening in")
        assert desk.do("whisper", **{"as": BOSS}).ok
        desk.listen("whispering")
        assert desk.do("hang up", **{"as": BOSS}).ok
        assert desk.do("record").ok
        assert desk.do("consult", to="agent sam").ok
        assert desk.do("pause").json()["recording"] == "paused"
        until(lambda: desk.is_inside("sam"))
        desk.listen("consulting")
        assert desk.do("record").json()["recording"] == "on"
        assert desk.do("merge").ok
        desk.listen("three")
        assert desk.do("leave").ok
        desk.listen("passed on")
        assert desk.do("leave").status_code == 409, "nobody would be with the caller"
        assert desk.do("hang up").ok
        until(lambda: running.exchange.call(desk.call)["status"] == "completed")
        said = [event["text"] for event in running.exchange.call(desk.call)["events"] if event["what"] == "says"]
        until(lambda: desk.room()["phase"] == "over")
        until(desk.recordings)
        [recording] = desk.recordings()
        answer = desk.web.get(f"{desk.kept}/{recording['id']}", timeout=WITHIN_S)
        assert answer.headers["Content-Type"] == "audio/wav"
        assert_paused_while_consulting(desk, answer.content)

        assert desk.heard("caller", "talk") == {"maria"}
        assert desk.heard("caller", "hold") == {"music"}
        assert desk.heard("maria", "hold") == set()
        assert desk.heard(BOSS, "listening in") == {"caller", "maria"}
        assert desk.heard("caller", "listening in") == {"maria"}
        assert desk.heard("maria", "whispering") == {"caller", BOSS}
        assert desk.heard("caller", "whispering") == {"maria"}
        assert desk.heard("caller", "consulting") == {"music"}
        assert desk.heard("maria", "consulting") == {"sam"}
        assert desk.heard("sam", "consulting") == {"maria"}
        assert desk.heard("caller", "three") == {"maria", "sam"}
        assert desk.heard("caller", "passed on") == {"sam"}
        assert "Thank you for calling. Goodbye." in (desk.web.get(transcript(desk), timeout=WITHIN_S).text + str(said))


def assert_paused_while_consulting(desk: Desk, wav: bytes) -> None:
    """What the caller said is on the recording before and after the pause, and nothing at all of what was within."""
    sound, rate_hz = soundfile.read(io.BytesIO(wav))
    events = running_events(desk)
    began_s = next(event["at_s"] for event in events if event.get("status") == "in-progress")
    begin_s, end_s = (at_s - began_s for at_s in desk.spans["consulting"])
    assert sound.shape[1] == 2
    assert not sound[int(begin_s * rate_hz) : int(end_s * rate_hz)].any()
    assert HUMS_HZ["caller"] in loud_hz(sound[:, 0], end_s + 1.0, len(sound) / rate_hz)
    assert {HUMS_HZ["maria"], HUMS_HZ["sam"]} <= set(loud_hz(sound[:, 1], end_s + 1.0, len(sound) / rate_hz))


def running_events(desk: Desk) -> list[Mapping[str, Any]]:
    """What happened to the recording of the call, oldest first."""
    return [event for event in desk.running.exchange.call(desk.call)["events"] if event["what"] == "recording"]


def transcript(desk: Desk) -> str:
    return f"{desk.running.supervised.web_url}/api/v1/calls/{desk.call}"


def test_a_caller_is_passed_on_with_what_the_agent_adds(tmp_path: Path) -> None:
    with running_service(tmp_path / "data", fast=False) as running:
        desk = begun(running, tmp_path)
        assert desk.do("transfer", to="+1 503 555").status_code == 409
        assert desk.do("transfer", to="agent sam", note="Has the wrong tent.").ok
        until(lambda: len(desk.web.get(transcript(desk), timeout=WITHIN_S).json()["transfers"]) > 1)
        onward = desk.web.get(transcript(desk), timeout=WITHIN_S).json()["transfers"][-1]
        assert onward["to"] == "agent sam"
        assert onward["brief"].startswith("From maria: Has the wrong tent.")
        assert onward["collected"]["note"] == "Has the wrong tent."
