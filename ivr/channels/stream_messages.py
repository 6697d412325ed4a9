"""What comes over a media socket, read strictly: whatever is malformed is a :class:`BadMessageError`."""

from __future__ import annotations

from typing import Any, Protocol

from pydantic_core import from_json

FIRST_MESSAGE_S = 10.0


class Socket(Protocol):
    """The part of a WebSocket that is used here."""

    def receive(self, timeout: float | None = None, gather_s: float = 0.0) -> str | bytes | None: ...

    def send(self, data: str) -> None: ...

    def close(self, reason: int | None = None, message: str | None = None) -> None: ...


class BadMessageError(Exception):
    """The other side does not speak the protocol."""


def start_of(socket: Socket) -> dict[str, Any]:
    """The ``start`` message, which ``connected`` may precede."""
    for _ in range(2):
        message = read_message(socket.receive(timeout=FIRST_MESSAGE_S))
        if message.get("event") == "start":
            start = message.get("start")
            if not isinstance(start, dict) or not start.get("streamSid"):
                raise BadMessageError("the start message is incomplete")
            encoding = part_of(start, "mediaFormat").get("encoding")
            if encoding != "audio/x-mulaw":
                raise BadMessageError(f"cannot hear {encoding!r}")
            return start
        if message.get("event") != "connected":
            break
    raise BadMessageError("there was no start message")


def read_message(text: str | bytes | None) -> dict[str, Any]:
    if text is None:
        raise BadMessageError("nothing came for too long")
    try:
        message = from_json(text)
    except ValueError as error:
        raise BadMessageError("a message is not JSON") from error
    if not isinstance(message, dict):
        raise BadMessageError("a message is not an object")
    return message


def part_of(message: dict[str, Any], name: str) -> dict[str, Any]:
    part = message.get(name)
    if not isinstance(part, dict):
        raise BadMessageError(f"a {name} message without {name}")
    return part
