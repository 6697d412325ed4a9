"""Web processes are killed while a caller is at a question; the caller is asked again and the call goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ivr.calling.bystander import Bystander
from ivr.calling.sound import TwoSides, recognised
from ivr.calling.watch import Watch
from ivr.ports import Ears
from tests.calling.conftest import Running, running_service

LINE, CALLER = "+15035550100", "+14155550123"
WITHIN_S = 20.0
"""A new process imports everything and loads the model: 2-4 s on an idle machine."""

ZIP_BY_VOICE: list[Mapping[str, Any]] = [
    {"press": "1", "interrupt": 0.3},
    {"pause": 3},
    {"press": "w"},  # no key: from here on the caller waits to be asked again
    {"say": "nine four one zero seven", "voice": "en-us+m3"},
    {"pause": 3},
    {"hang_up": True},
]


def worker(running: Running) -> Callable[[], int]:
    return running.service.pid


def master(running: Running) -> Callable[[], int]:
    return lambda: running.supervised.pids["web"]


@pytest.mark.parametrize(("victim", "fast"), [(worker, False), (master, True)])
def test_the_caller_is_asked_again_and_the_call_goes_on_at_the_same_turn(
    victim: Callable[[Running], Callable[[], int]], fast: bool, tmp_path: Path, ears: Ears
) -> None:
    with running_service(tmp_path, fast=fast) as running:
        bystander = Bystander(running.service, "", victim=victim(running))
        watch = Watch(running.exchange, running.service, bystander)
        entries = list(watch.place(LINE, CALLER, ZIP_BY_VOICE, 60.0))

        assert bystander.killed_pid
        assert running.service.pid() != bystander.killed_pid
        again = next(e for e in watch.events if started_stream(e) and e["wall_s"] > bystander.killed_wall_s)
        assert again["wall_s"] - bystander.killed_wall_s < WITHIN_S

        heard = heard_from(watch, again["at_s"], ears)
        assert "sorry let me repeat that what is your" in heard, "the same question, after an apology"
        assert turns_of_streams(watch) == ["1", "2"], "the key answered turn 1; the question it led to is asked again"
        asked = [line["text"] for line in watch.record["transcript"] if line["who"] == "ivr"]
        assert asked.count("What is your ZIP code or city?") == 1, "for the service it is one and the same turn"
        assert [entry.text for entry in entries if entry.kind == "heard"] == ["pressed 1", "nine four one zero seven"]
        assert watch.record["variables"]["where"] == "94107"
        assert watch.record["variables"]["store"]["name"]
        assert watch.status == "completed"


def started_stream(event: object) -> bool:
    return isinstance(event, dict) and event["what"] == "stream" and event["state"] == "started"


def turns_of_streams(watch: Watch) -> list[str]:
    bodies = [event["body"] for event in watch.events if event["what"] == "twiml" and "<Stream" in event["body"]]
    return [body.partition('name="turn" value="')[2].partition('"')[0] for body in bodies]


def heard_from(watch: Watch, begin_s: float, ears: Ears) -> str:
    answered_s = next(e["at_s"] for e in watch.events if e.get("status") == "in-progress")
    says_s = next(e["at_s"] for e in watch.events if e["what"] == "says")
    sides = TwoSides.read(Path(watch.exchange.call(watch.sid)["wav"]))
    return recognised(ears, sides.heard_between(begin_s - answered_s, says_s - answered_s))
