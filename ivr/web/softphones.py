"""Telephones in pages: where their socket is, which phone a page may be, and what its browser must be told.

The sound goes straight between browser and exchange: through this process each call would hold a thread of those that
serve callers, and every frame would be copied once more. On one machine that is the exchange's own port; a page that
was reached by another name finds the socket under that name, where the proxy in front leads to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from flask import Response, request

from ivr.phone_token import phone_token
from ivr.web.headers import policy

PATH = "/exchange/phone"


class AgentPhones(Protocol):
    """The telephones in the pages of agents, whatever carries them."""

    @property
    def kind(self) -> str:
        """Which of the page's telephones it is: ``exchange`` or ``carrier``."""
        ...

    @property
    def exist(self) -> bool: ...

    @property
    def for_accounts(self) -> bool:
        """Whether only who has logged in may have one."""
        ...

    def place(self, address: str) -> dict[str, str]:
        """What the page connects with to be the phone at ``address``. Ask first whether it may be."""
        ...

    def allow(self, response: Response) -> Response:
        """Let the page in ``response`` reach what carries the telephone."""
        ...


@dataclass(frozen=True, slots=True)
class Softphones:
    """``exchange_url`` is empty where the carrier is no exchange of ours: then there are none."""

    exchange_url: str
    secret: str = field(repr=False)
    kind: str = "exchange"
    for_accounts: bool = False

    @property
    def exist(self) -> bool:
        return bool(self.exchange_url and self.secret)

    def place(self, address: str) -> dict[str, str]:
        """What ``softphone.js`` connects with to be the phone at ``address``. Ask first whether it may be."""
        return {"url": self._url(), "token": phone_token(self.secret, address), "address": address}

    def allow(self, response: Response) -> Response:
        """Let the page in ``response`` open the socket."""
        if self.exist:
            response.headers["Content-Security-Policy"] = policy(self._url())
        return response

    def _url(self) -> str:
        if urlsplit(f"//{request.host}").hostname in {"localhost", urlsplit(self.exchange_url).hostname}:
            return "ws" + self.exchange_url.removeprefix("http") + PATH
        return f"{'wss' if request.is_secure else 'ws'}://{request.host}{PATH}"
