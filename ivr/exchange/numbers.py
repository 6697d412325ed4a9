"""The account's telephone numbers, and where each one's calls and texts go."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Number:
    """One number. ``addresses`` are the carrier's fields (``voice_url`` ...); without one the box decides."""

    sid: str
    phone_number: str
    created_s: float
    addresses: dict[str, str] = field(default_factory=dict)

    def address(self, name: str, otherwise: str) -> str:
        """Where this number's business goes."""
        return self.addresses.get(name) or otherwise
