"""Reads the fields of a REST request, refusing the wrong ones with the carrier's numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ivr.exchange.refusals import INVALID_METHOD, UNKNOWN_FIELDS, Refusal
from ivr.exchange.twiml.attributes import is_url

E164 = r"\+[1-9][0-9]{1,14}"
CLIENT = r"client:[^\s?]{1,256}(\?\S{0,1024})?"
SIP = r"sips?:[^\s@?]{1,255}@[^\s@?/]{1,255}(\?\S{0,1024})?"


class Form:
    """The fields of a request by name; a name may come several times."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name, []).append(value)

    def only(self, known: Collection[str]) -> None:
        """Refuse fields this exchange does not know: the carrier ignores a misspelt one, and nobody notices."""
        for name in self._fields:
            if name not in known:
                raise Refusal(UNKNOWN_FIELDS, f"Unknown parameter {name[:40]!r}, or one this exchange does not perform")

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str, default: str = "") -> str:
        return self._fields.get(name, [default])[-1]

    def required(self, name: str, number: int) -> str:
        value = self.text(name)
        if not value.strip():
            raise Refusal(number, f"No '{name}' given")
        return value

    def matching(self, name: str, pattern: str, number: int, default: str = "") -> str:
        """A text that is absent or fits ``pattern``."""
        value = self.text(name, default)
        if name in self and not re.fullmatch(pattern, value):
            raise Refusal(number, f"Invalid '{name}': {value[:80]!r}")
        return value

    def url(self, name: str, number: int, default: str = "") -> str:
        """An absolute http(s) URL; empty when absent."""
        value = self.text(name, default)
        if value and not (is_url(value) and value.startswith(("http://", "https://"))):
            raise Refusal(number, f"Invalid '{name}': {value[:80]!r} is not an http or https URL")
        return value

    def whole(self, name: str, default: int, least: int, most: int, number: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Refusal(number, f"Invalid '{name}': {value[:40]!r}; write a whole number from {least} to {most}")
        return int(value)

    def flag(self, name: str) -> bool | None:
        """Yes, no, or None when absent."""
        value = self.matching(name, "(?i)true|false", UNKNOWN_FIELDS)
        return value.lower() == "true" if value else None

    def method(self, name: str = "Method") -> str:
        return self.matching(name, "(?i)get|post", INVALID_METHOD, "POST").upper()

    def several(self, name: str, allowed: Collection[str], default: tuple[str, ...], number: int) -> tuple[str, ...]:
        """The values of a field that may come several times."""
        values = tuple(self._fields.get(name, default))
        for value in values:
            if value not in allowed:
                raise Refusal(number, f"Invalid '{name}': {value[:40]!r}; write some of {', '.join(allowed)}")
        return values
