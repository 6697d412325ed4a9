"""Tickets: a browser cannot show the account's token, so the service fetches it a ticket for one phone."""

from __future__ import annotations

import hmac
import secrets
import time

VALID_WALL_S = 60.0
MAX_TICKETS = 1000


class Tickets:
    """One-time keys, each for one address."""

    def __init__(self) -> None:
        self._tickets: dict[str, tuple[str, float]] = {}

    def issue(self, address: str) -> str:
        """A ticket for ``address``, good once and for a minute."""
        now_s = time.monotonic()
        self._tickets = {key: kept for key, kept in self._tickets.items() if kept[1] > now_s}
        while len(self._tickets) >= MAX_TICKETS:
            del self._tickets[next(iter(self._tickets))]
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (address, now_s + VALID_WALL_S)
        return ticket

    def redeem(self, ticket: str, address: str) -> bool:
        """Use ``ticket`` up; whether it was good for ``address``."""
        known, until_s = self._tickets.pop(ticket, ("", 0.0))
        return bool(known) and hmac.compare_digest(known.encode(), address.encode()) and time.monotonic() < until_s
