"""What a caller from outside talks to: the exchange's control interface and the service's API, over HTTP."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ivr.ports import OutsideError

ANSWER_S = 60.0
"""A scripted call is answered when all its sentences have been rendered: some seconds for long ones."""

LOOK_S = 15.0
"""The service looks things up at once, but a loaded machine or a first request may need its time."""

ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s?#]*)?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?", re.ASCII
)

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Http:
    """JSON in, JSON out, below one address."""

    url: str
    token: str
    patience_s: float = ANSWER_S

    def ask(self, path: str, body: Json | None = None) -> Any:
        """The answer; None when there is no such thing.

        Raises:
            OutsideError: when nobody answers, or what is asked is refused.
        """
        answer = self.fetch(path, body)
        try:
            return None if answer is None else json.loads(answer)
        except ValueError as error:
            raise OutsideError(f"{self.url}{path} does not answer in JSON", retry=False) from error

    def fetch(self, path: str, body: Json | None = None) -> bytes | None:
        """As :meth:`ask`, whatever kind of answer it is."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        if not ADDRESS.fullmatch(self.url):
            raise OutsideError(f"{self.url!r} is no address; one is  http://127.0.0.1:5200", retry=False)
        request = urllib.request.Request(self.url + path, data, headers)  # noqa: S310 - http, as was just seen
        try:
            with urllib.request.urlopen(request, timeout=self.patience_s) as answer:  # noqa: S310 - as above
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                if error.code == 401:
                    hint = "it is that of a service with another data folder (IVR_DATA) or account"
                    raise OutsideError(f"{self.url} does not let us in: {hint}", retry=False) from error
                raise OutsideError(f"{self.url}{path}: {_why(error)}", retry=error.code >= 500) from error
        except (OSError, http.client.HTTPException) as error:
            raise OutsideError(f"{self.url} does not answer: {error}", retry=True) from error


def _why(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"HTTP status {error.code}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The telephone exchange in a box at ``url``; ``token`` is the carrier account's."""

    url: str
    token: str

    @property
    def _http(self) -> _Http:
        return _Http(self.url, self.token)

    def status(self) -> Json:
        """What the exchange is doing, and which service it rings (``app_url``)."""
        return dict(self._http.ask("/exchange/status") or {})

    def connect_phone(self, address: str, *scripts: Sequence[Json], linger_s: float = 60.0) -> None:
        """Somebody answers at ``address``, by one script a call."""
        body = {"address": address, "scripts": [list(script) for script in scripts], "linger_s": linger_s}
        self._http.ask("/exchange/phones", body)

    def place_call(self, line: str, caller: str, script: Sequence[Json], linger_s: float) -> str:
        """``caller`` rings ``line``; returns the call's id."""
        body = {"line": line, "from": caller, "script": list(script), "linger_s": linger_s}
        return str(self._http.ask("/exchange/calls", body)["sid"])

    def call(self, sid: str) -> Json:
        """How a call is: ``status``, ``wav`` and more."""
        return dict(self._http.ask(f"/exchange/calls/{sid}") or {})


@dataclass(frozen=True, slots=True)
class Service:
    """The service at ``url``, as its API shows it; ``token`` is that of its pages, where one is needed."""

    url: str
    token: str = ""

    def _http(self, patience_s: float = LOOK_S) -> _Http:
        return _Http(self.url, self.token, patience_s)

    def pid(self) -> int:
        """The process that answers."""
        return int(self._http().ask("/healthz")["pid"])

    def call(self, sid: str, patience_s: float = LOOK_S) -> Json | None:
        """The call with transcript, values and transfers; None before the service knows it."""
        found = self._http(patience_s).ask(f"/api/v1/calls/{sid}")
        return None if found is None else dict(found)

    def voicemails(self, sid: str) -> list[Json]:
        """The messages left in a call, oldest first."""
        found = self._http().ask("/api/v1/voicemails?limit=500")["voicemails"]
        ids = [one["id"] for one in reversed(found) if one["call_id"] == sid]
        return [dict(self._http().ask(f"/api/v1/voicemails/{voicemail_id}")) for voicemail_id in ids]

    def voicemail_sound(self, voicemail_id: str) -> bytes:
        """A message as WAV; empty when there is none."""
        return self._http().fetch(f"/api/v1/voicemails/{voicemail_id}/audio") or b""
