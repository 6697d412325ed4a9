"""Where nothing can be heard here the carrier records messages; they are fetched and written down all the same.

Their owner hears them by keys. The flow file is that of the recipe in ``docs/how-to.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from app import Parts
from ivr.calling.clients import Exchange, Service
from ivr.calling.watch import Watch
from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from tests.conftest import ROOT
from tests.handbook.blocks import blocks
from tests.setup.processes import eventually

MESSAGE = "hello my package never arrived please call me back this afternoon"
HOW_TO = (ROOT / "docs" / "how-to.md").read_text("utf-8")
PIN = "2580"


def test_a_message_that_the_carrier_records_is_written_down_and_heard_deleted_and_brought_back_by_its_owner(
    tmp_path: Path,
) -> None:
    flows = tmp_path / "owners.yaml"
    flows.write_text(next(one.text for one in blocks(HOW_TO) if one.name == flows.name), "utf-8")
    settings = replace(Settings.from_env({"IVR_SPEECH": "keys"}, ROOT), flows=flows)
    with Supervised(settings, data=tmp_path / "data", fast=True) as running:
        exchange, service = Exchange(running.exchange_url, running.token), Service(running.web_url)
        watch = Watch(exchange, service)
        says = {"say": MESSAGE, "voice": "en-us+f3"}
        script: list[Mapping[str, Any]] = [says, {"press": "#", "now": True}, {"hang_up": True}]
        left = list(watch.place("+15035550100", "+14155550123", script, 60.0))
        assert eventually(lambda: [m["state"] for m in service.voicemails(watch.sid)] == ["transcribed"], 60)
        [message] = service.voicemails(watch.sid)

        parts = Parts(running.settings)
        parts.boxes.set_pin("support", PIN)
        owner = Watch(exchange, service)
        keys: list[Mapping[str, Any]] = [{"press": one} for one in ("100#", f"{PIN}#", "3", "6", "9")]
        heard = [one for one in owner.place("+15035550101", "+15035550177", keys, 60.0) if one.who == "ivr"]
        deleted = frozenset(parts.by_phone.marks.deleted())
        parts.database.close()
        [kept] = service.voicemails(watch.sid)

    asked = [entry.step for entry in left if entry.text.startswith("Please leave a message")]
    assert asked == ["main.0"], "what the carrier speaks for us is told once"
    assert (message["text"], message["ended_by"]) == (MESSAGE, "carrier")
    assert (message["mailbox"], message["caller"]) == ("support", "+14155550123")

    told = iter(entry.text for entry in heard)
    for sentence in (
        "Please enter the number of your mailbox, then pound.",
        "Please enter your PIN, then pound.",
        "You have 1 new message.",
        "(the message)",
        "Deleted. To bring it back, press 6.",
        "There are no more messages.",
        "It is back.",
        "(the message)",
        "Goodbye.",
    ):
        assert sentence in told, f"{sentence} comes in its turn"
    assert min(_played_s(owner)) > message["duration_s"] - 1.0
    assert (kept["id"], deleted) == (message["id"], frozenset())


def _played_s(watch: Watch) -> list[float]:
    """How long each file was played, by the clock of the exchange, on which a second of sound is a second."""
    found = []
    for event, after in pairwise(one for one in watch.events if one["what"] in {"play", "say"}):
        if event["what"] == "play":
            found.append(after["at_s"] - event["at_s"])
    assert len(found) == 2
    return found
