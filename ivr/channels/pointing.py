"""Where a number's calls and texts should go, and what would have to be changed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.ports import CarrierNumber

RETRIES = "#rc=2&rp=ct,5xx"
"""Behind the address, for the carrier alone: try twice more when we cannot be reached or answer 5xx. Every post of ours
may be repeated."""


def wanted(public_url: str, number: CarrierNumber) -> Mapping[str, str]:
    """The carrier's fields for a number that is ours."""
    addresses = {
        "voice_url": f"{public_url}/voice/incoming{RETRIES}",
        "voice_method": "POST",
        "voice_fallback_url": f"{public_url}/voice/fallback",
        "voice_fallback_method": "POST",
        "status_callback": f"{public_url}/voice/status",
        "status_callback_method": "POST",
    }
    texts = {"sms_url": f"{public_url}/sms/incoming{RETRIES}", "sms_method": "POST"}
    return addresses | texts if number.takes_texts else addresses


@dataclass(frozen=True, slots=True)
class Pointed:
    """How a number stands: ``changes`` are old and new by field; ``problem`` is what we cannot change."""

    number: str
    sid: str
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_right(self) -> bool:
        return not self.changes and not self.problem


def look_at(public_url: str, number: CarrierNumber) -> Pointed:
    """What would have to change."""
    changes = {
        name: (number.addresses.get(name, ""), value)
        for name, value in wanted(public_url, number).items()
        if number.addresses.get(name, "") != value
    }
    taken = f"its calls go to {number.elsewhere} instead: take that off the number first" if number.elsewhere else ""
    return Pointed(number.number, number.sid, changes, taken)


def missing(lines: Sequence[str], numbers: Sequence[CarrierNumber]) -> list[Pointed]:
    """The lines that are not numbers of this account."""
    known = {one.number for one in numbers}
    return [Pointed(line, "", problem="it is not a number of this account") for line in lines if line not in known]
