"""Telephones in pages on a carrier account: its Voice SDK runs in the page, with a token that lets it be one agent.

The SDK is not ours: the operator says where its script is, a file of this machine or an address. That address and the
hosts that the SDK documents are all that the page may reach besides us.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask import Response, url_for

from ivr.web.headers import policy

CLIENT = "client:"

SIGNALLING = ("https://eventgw.twilio.com", "wss://voice-js.roaming.twilio.com")
SOUNDS = "https://sdk.twilio.com"
"""Where version 2 of the SDK connects to and has its ringing from, by its own documentation."""


@dataclass(frozen=True, slots=True)
class CarrierPhones:
    """``script`` is an address or a file, empty for no telephones; ``token_of`` makes an identity's access token."""

    script: str
    token_of: Callable[[str], str]
    kind: str = "carrier"
    for_accounts: bool = True

    @property
    def exist(self) -> bool:
        return bool(self.script)

    @property
    def origin(self) -> str:
        """Where the script comes from when it is not a file of ours.

        >>> CarrierPhones("https://files.example/sdk/twilio.min.js", str).origin
        'https://files.example'
        """
        parts = urlsplit(self.script)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def place(self, address: str) -> dict[str, str]:
        script = self.script if self.origin else url_for("desk.voice_sdk")
        return {"script": script, "token": self.token_of(address.removeprefix(CLIENT)), "address": address}

    def allow(self, response: Response) -> Response:
        if self.exist:
            scripts = (self.origin,) if self.origin else ()
            said = policy(*SIGNALLING, SOUNDS, scripts=scripts, media=("mediastream:", SOUNDS))
            response.headers["Content-Security-Policy"] = said
        return response

    def file(self) -> Response | None:
        """The script, when it is a file of this machine."""
        path = Path(self.script)
        if self.origin or not path.is_file():
            return None
        return Response(path.read_bytes(), mimetype="text/javascript")


__all__ = ["CLIENT", "CarrierPhones"]
