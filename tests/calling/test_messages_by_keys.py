"""Where nothing can be heard here the carrier records messages; they are fetched and written down all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ivr.calling.clients import Exchange, Service
from ivr.calling.watch import Watch
from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from tests.conftest import ROOT
from tests.setup.processes import eventually

MESSAGE = "hello my package never arrived please call me back this afternoon"


def test_a_message_recorded_by_the_carrier_is_fetched_and_written_down(tmp_path: Path) -> None:
    settings = Settings.from_env({"IVR_SPEECH": "keys"}, ROOT)
    with Supervised(settings, data=tmp_path, fast=True) as running:
        service = Service(running.web_url)
        watch = Watch(Exchange(running.exchange_url, running.token), service)
        says = {"say": MESSAGE, "voice": "en-us+f3"}
        script: list[Mapping[str, Any]] = [{"press": "3"}, says, {"press": "#", "now": True}, {"hang_up": True}]
        entries = list(watch.place("+15035550100", "+14155550123", script, 60.0))
        assert eventually(lambda: [m["state"] for m in service.voicemails(watch.sid)] == ["transcribed"], 60)
        [message] = service.voicemails(watch.sid)
    asked = [(entry.who, entry.step) for entry in entries if entry.text.startswith("How can I help?")]
    assert asked == [("ivr", "main.0")], "what the carrier speaks for us is told once"
    assert (message["text"], message["ended_by"]) == (MESSAGE, "carrier")
    assert (message["mailbox"], message["caller"]) == ("support", "+14155550123")
