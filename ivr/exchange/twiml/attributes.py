"""Reads an element's attributes one by one and refuses what is left: the grammar and its checks in one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ivr.exchange.refusals import INVALID_URL, SCHEMA, Refusal
from ivr.exchange.twiml.document import Node

MAX_URL_CHARS = 4000
MAX_WHOLE = 10**9
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f<>\"]")


class Attributes:
    """The attributes of ``node``. Each reader takes the carrier's error number for a value it refuses."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._left = dict(node.attributes)

    def text(self, name: str, default: str = "", *, pattern: str = "", number: int = SCHEMA) -> str:
        value = self._left.pop(name, None)
        if value is None:
            return default
        if pattern and not re.fullmatch(pattern, value):
            raise self._refusal(name, value, number)
        return value

    def whole(self, name: str, default: int, least: int, most: int, number: int = SCHEMA) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self._left.pop(name, None)
        if value is None:
            return default
        # [0-9] and not \d: the carrier reads ASCII digits only
        if not re.fullmatch(r"\s*[0-9]{1,9}\s*", value) or not least <= int(value) <= most:
            raise self._refusal(name, value, number, f"write a whole number from {least} to {most}")
        return int(value)

    def flag(self, name: str, default: bool = False, number: int = SCHEMA) -> bool:
        return self.choice(name, "true" if default else "false", ("true", "false"), number) == "true"

    def choice(self, name: str, default: str, allowed: Sequence[str], number: int = SCHEMA) -> str:
        """One of ``allowed``, in any case; given back as in ``allowed``."""
        value = self._left.pop(name, default)
        for choice in allowed:
            if choice.lower() == value.strip().lower():
                return choice
        raise self._refusal(name, value, number, f"write one of {', '.join(allowed)}")

    def several(self, name: str, default: Sequence[str], allowed: Sequence[str], number: int) -> tuple[str, ...]:
        """Words of ``allowed`` with spaces between."""
        value = self._left.pop(name, None)
        if value is None:
            return tuple(default)
        words = value.split()
        if not words or any(word not in allowed for word in words):
            raise self._refusal(name, value, number, f"write some of {' '.join(allowed)}")
        return tuple(dict.fromkeys(words))

    def method(self, name: str = "method", number: int = SCHEMA) -> str:
        return self.choice(name, "POST", ("GET", "POST"), number)

    def url(self, name: str, number: int = INVALID_URL) -> str:
        """An absolute http(s) URL or a relative one; empty when not written."""
        return self.optional_url(name, number) or ""

    def optional_url(self, name: str, number: int = INVALID_URL) -> str | None:
        """As :meth:`url`, with None for "not written" where the empty text means something."""
        value = self._left.pop(name, None)
        if value is not None and not is_url(value):
            raise self._refusal(name, value, number, "write an http or https URL, or a relative one")
        return value

    def done(self) -> None:
        """Refuse attributes nobody asked for."""
        for name in self._left:
            raise Refusal(SCHEMA, f"<{self._node.name}> has no attribute {name[:40]!r}")

    def _refusal(self, name: str, value: str, number: int, hint: str = "") -> Refusal:
        says = f"<{self._node.name}>: invalid {name} value {value[:80]!r}"
        return Refusal(number, f"{says}; {hint}" if hint else says)


def is_url(value: str) -> bool:
    """Whether the carrier could fetch ``value``: http(s), or relative to the document.

    >>> is_url("/turn/2?a=b"), is_url("https://x.example/"), is_url("ftp://x.example/"), is_url("https://")
    (True, True, False, False)
    """
    if len(value) > MAX_URL_CHARS or _UNSAFE_IN_URL.search(value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) if parts.scheme in ("http", "https") else not parts.scheme and not parts.netloc


def text_only(node: Node) -> str:
    """The text of an element that may not have child elements."""
    for child in node.children:
        raise Refusal(SCHEMA, f"<{child.name[:40]}> is not allowed inside <{node.name}>")
    return node.own_text


def no_text(node: Node) -> None:
    """Refuse text in an element that holds elements only."""
    if node.own_text:
        raise Refusal(SCHEMA, f"Text is not allowed directly inside <{node.name}>: {node.own_text[:40]!r}")
