"""A carrier that is not there: remembers what it was asked for. For tests and for trying things without a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.ports import OutsideError


@dataclass(frozen=True, slots=True)
class Ring:
    """One call that was placed."""

    sid: str
    to: str
    caller_id: str
    url: str
    status_url: str
    ring_s: float
    parameters: Mapping[str, str]


@dataclass(slots=True)
class CannedCarrier:
    """Implements ``ivr.ports.CarrierCalls``. Numbers in ``broken`` cannot be rung; ``gone`` calls do not exist.

    One that is ``away`` tells nothing.
    """

    broken: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    away: bool = False
    sounds: dict[str, bytes] = field(default_factory=dict)
    rings: list[Ring] = field(default_factory=list)
    redirects: list[tuple[str, str]] = field(default_factory=list)
    hung_up: list[str] = field(default_factory=list)
    texts: list[tuple[str, str, str]] = field(default_factory=list)

    def ring(
        self,
        to: str,
        caller_id: str,
        url: str,
        status_url: str,
        ring_s: float,
        parameters: Mapping[str, str],
    ) -> str:
        """Note the ring; its sid counts up."""
        if to in self.broken:
            raise OutsideError(f"{to} cannot be rung.", retry=False)
        sid = f"CA{len(self.rings) + 1:032x}"
        self.rings.append(Ring(sid, to, caller_id, url, status_url, ring_s, dict(parameters)))
        return sid

    def redirect(self, call_sid: str, url: str) -> None:
        """Note the redirect."""
        if call_sid in self.gone:
            raise OutsideError(f"There is no call {call_sid}.", retry=False)
        self.redirects.append((call_sid, url))

    def hang_up(self, call_sid: str) -> None:
        """Note the end of the call."""
        self.hung_up.append(call_sid)

    def status(self, call_sid: str) -> str:
        """``completed`` for calls that are gone."""
        if self.away:
            raise OutsideError("The carrier cannot be reached.", retry=True)
        return "completed" if call_sid in self.gone or call_sid in self.hung_up else "in-progress"

    def send_text(self, to: str, sender: str, body: str, status_url: str = "") -> str:
        """Note the message."""
        self.texts.append((to, sender, body))
        return f"SM{len(self.texts):032x}"

    def recording(self, url: str) -> bytes:
        """The sound put into ``sounds``."""
        if url not in self.sounds:
            raise OutsideError(f"There is no recording at {url}.", retry=False)
        return self.sounds[url]
