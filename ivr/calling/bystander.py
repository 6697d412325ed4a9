"""Somebody who sits beside the agent during the demo, and may pull a plug."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ivr.calling.clients import Json, Service
from ivr.calling.event_stream import Event
from ivr.ports import OutsideError


@dataclass(slots=True)
class Bystander:
    """Reads what the service's API shows when the phone at ``address`` rings.

    Kills the process ``victim`` (if any) when the caller's first answer has been answered.

    It is told of each event in the thread that reads them: what it sees is what there was at that moment.
    """

    service: Service
    address: str
    victim: Callable[[], int] | None = None
    killed_pid: int = 0
    killed_wall_s: float = 0.0
    screen: Json = field(default_factory=dict)
    screen_wall_s: float = 0.0
    _call: str = ""

    def __call__(self, event: Event) -> None:
        with suppress(OutsideError):  # the screen stays empty, or the process alive: the stages say so
            self._notice(event)

    def _notice(self, event: Event) -> None:
        match event["what"]:
            case "latency" if self.victim and not self.killed_pid:
                self.killed_pid = self.victim()
                os.kill(self.killed_pid, signal.SIGKILL)
                self.killed_wall_s = time.time()
            case "status" if event["to"] == self.address and event["status"] == "queued":
                self._call = str(event.get("parameters", {}).get("call", ""))
            case "status" if event["to"] == self.address and event["status"] == "ringing" and self._call:
                self.screen = self.service.call(self._call) or {}
                self.screen_wall_s = time.time()
            case _:
                pass
