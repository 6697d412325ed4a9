"""Text messages the service sends: nobody reads them but the timeline and the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Message:
    """A text; ``status`` is queued, sent, delivered."""

    sid: str
    to: str
    from_: str
    body: str
    status: str
    created_s: float
    direction: str = "outbound-api"
