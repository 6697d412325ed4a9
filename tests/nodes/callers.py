"""Callers by key through the carrier: each answers what is asked, however often; what breaks is tried again."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from ivr.benchmarks.carrier_posts import CarrierPosts, call_form, new_call_id
from ivr.channels.carriers.twilio import SORRY
from ivr.ports import OutsideError

LINE = "+15035550100"
PATIENCE_S = 60.0
"""The carrier gives up after 15 s; machines that are loaded with tests take longer to start a node."""
MOST_TURNS = 40
_NUMBERS = count(1000)
"""Of one number there may not be so many calls in an hour."""
_ACTION = re.compile(r'<(Gather|Record)[^>]*? action="([^"]+)"')
_NOTED = re.compile(r'recordingStatusCallback="([^"]+)"')
_REDIRECT = re.compile(r"<Redirect[^>]*>([^<]+)</Redirect>")


@dataclass
class KeyCaller:
    """One call, by key; ``wants`` is the first key."""

    posts: CarrierPosts
    account: str
    recordings_url: str
    wants: str = "1"
    call_id: str = field(default_factory=new_call_id)
    number: str = field(default_factory=lambda: f"+1415555{next(_NUMBERS):04}")
    heard: list[str] = field(default_factory=list)

    def talk(self) -> None:
        """The whole call, to the hang-up."""
        said = self.post("/voice/incoming", CallStatus="ringing")
        for _ in range(MOST_TURNS):
            self.heard.append(said)
            step = _ACTION.search(said)
            if step is None:
                onward = _REDIRECT.search(said)
                if "<Hangup" in said or onward is None:
                    break
                said = self.post(onward[1])
            elif step[1] == "Record":
                said = self.leave_message(said, step[2])
            else:
                said = self.post(step[2], Digits=self.key(said))
        self.post("/voice/status", CallStatus="completed")

    @property
    def story(self) -> list[str]:
        """What was said, without the markup around it."""
        return [" ".join(re.findall(r"<Say[^>]*>([^<]+)", said)) or said[-300:] for said in self.heard]

    @property
    def said_sorry(self) -> bool:
        """Whether the call was given up for something that broke."""
        return SORRY in " ".join(self.heard)

    def key(self, said: str) -> str:
        if "How can I help" in said or "Find a store, track" in said:
            return self.wants
        if "anything else" in said:
            return "9"
        return "94107" if "ZIP" in said else ""  # who says nothing has heard enough of stores

    def leave_message(self, said: str, action: str) -> str:
        """The recording is ready when the caller has gone on, and the carrier tells it twice."""
        sid = f"RE{self.call_id[2:]}"
        noted = _NOTED.search(said)
        fields = {"RecordingSid": sid, "RecordingUrl": f"{self.recordings_url}/{sid}", "RecordingDuration": "3"}
        answer = self.post(action, **fields, Digits="#")
        if noted:
            for _ in range(2):
                self.post(noted[1], **fields, RecordingStatus="completed")
        return answer

    def post(self, url: str, **fields: str) -> str:
        """As the carrier: a connection that breaks is tried once more, then the fallback address is asked."""
        form = call_form(self.account, self.call_id, LINE, **fields, From=self.number, Caller=self.number)
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.posts.post(path.replace("&amp;", "&"), form).text
            except OutsideError:
                if time.monotonic() > deadline:
                    raise
                if path.startswith("/voice/turn"):
                    path, form = "/voice/fallback", {**form, "ErrorCode": "11205"}
