"""Somebody who sits beside the agent during the demo, and may pull a plug."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field

from ivr.calling.clients import Json, Service
from ivr.calling.event_stream import Event
from ivr.ports import OutsideError


@dataclass(slots=True)
class Bystander:
    """Reads what the service's API shows when the phone at ``address`` rings; kills the web process once if asked.

    It is told of each event in the thread that reads them: what it sees is what there was at that moment.
    """

    service: Service
    address: str
    kills: bool = False
    killed_pid: int = 0
    killed_wall_s: float = 0.0
    screen: Json = field(default_factory=dict)
    screen_wall_s: float = 0.0
    _call: str = ""

    def __call__(self, event: Event) -> None:
        try:
            self._notice(event)
        except OutsideError:
            pass  # the screen stays empty, or the process alive: the stages say so

    def _notice(self, event: Event) -> None:
        match event["what"]:
            case "latency" if self.kills and not self.killed_pid:  # the caller's first answer has been answered
                self._kill()
            case "status" if event["to"] == self.address and event["status"] == "queued":
                self._call = str(event.get("parameters", {}).get("call", ""))
            case "status" if event["to"] == self.address and event["status"] == "ringing" and self._call:
                self.screen = self.service.call(self._call) or {}
                self.screen_wall_s = time.time()
            case _:
                pass

    def _kill(self) -> None:
        self.killed_pid = self.service.pid()
        os.kill(self.killed_pid, signal.SIGKILL)
        self.killed_wall_s = time.time()
