"""How long and how often one request to the service is tried: the carrier's connection overrides.

They stand behind ``#`` in a URL and are neither sent nor signed: ``rc`` how often it is asked again, ``rp`` after
which failures, ``ct`` connect, ``rt`` read (to the first byte and between bytes) and ``tt`` total milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

POLICIES = ("4xx", "5xx", "ct", "rt", "all")
"""What can be asked again after: answers of 400 and 500, no connection, no answer in time, anything."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The carrier's defaults, or what a URL says instead."""

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0
    retries: int = 1
    policy: tuple[str, ...] = ("ct",)

    @classmethod
    def of(cls, url: str) -> Limits:
        """The limits written behind ``#``; what is out of range or unknown counts as not written.

        >>> Limits.of("http://x.example/#rc=3&rp=5xx")
        Limits(connect_s=5.0, read_s=15.0, total_s=15.0, retries=3, policy=('5xx',))
        """
        given = dict(parse_qsl(urldefrag(url).fragment))
        return cls(
            connect_s=_number(given, "ct", 100, 10_000, 5_000) / 1000,
            read_s=_number(given, "rt", 100, 15_000, 15_000) / 1000,
            total_s=_number(given, "tt", 100, 15_000, 15_000) / 1000,
            retries=_number(given, "rc", 0, 5, 1),
            policy=tuple(word for word in given.get("rp", "").split(",") if word in POLICIES) or ("ct",),
        )

    def retried(self, reason: str) -> bool:
        """Whether a failure for ``reason`` (one of :data:`POLICIES`, or another word: never) is tried again."""
        return reason in POLICIES and (reason in self.policy or "all" in self.policy)


def _number(given: Mapping[str, str], name: str, least: int, most: int, default: int) -> int:
    value = given.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and least <= int(value) <= most else default
