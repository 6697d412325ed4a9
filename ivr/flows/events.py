"""What can happen to a call. Every event says when it happened, so the core never reads a clock."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; ``start_s``/``end_s`` count from the start of the utterance."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Started:
    """The phone was picked up. ``line`` is the number dialled, ``caller`` who dials (both E.164 where known).

    ``place`` is where the caller's number is from, as the carrier tells it: a ZIP code or a town and its state.
    """

    at_s: float
    line: str
    caller: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller said ``text``: lower case, as the recogniser writes it (digits may be words or figures)."""

    at_s: float
    text: str
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller keyed ``keys`` (0-9 * #), without the finishing key."""

    at_s: float
    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller gave no answer in the time the question allows."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording ended. ``ended_by`` is key, silence, limit or hangup; an empty one has ``duration_s`` 0."""

    at_s: float
    recording: str
    duration_s: float
    ended_by: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An outside service answered a ``Request``; ``ok`` is false when it failed or was too slow."""

    at_s: float
    service: str
    ok: bool
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """A transfer was accepted by ``agent`` and the conversation with the agent is over."""

    at_s: float
    agent: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A transfer did not happen. ``reason``: no answer, declined, busy, failed or closed."""

    at_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Something outside broke in this turn (``what`` is for operators); the caller must hear a way on."""

    at_s: float
    what: str


Event: TypeAlias = Started | Heard | Pressed | Silence | Recorded | Reply | Answered | Unavailable | HungUp | Failed
EVENT_TYPES: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (Started, Heard, Pressed, Silence, Recorded, Reply, Answered, Unavailable, HungUp, Failed)
}


def event_to_json(event: Event) -> dict[str, Any]:
    """The event as a JSON-able mapping; the key ``event`` names its type."""
    return {"event": type(event).__name__, **asdict(event)}


def event_from_json(data: dict[str, Any]) -> Event:
    """The inverse of :func:`event_to_json`."""
    fields = {key: value for key, value in data.items() if key != "event"}
    if data["event"] == "Heard":
        fields["alternatives"] = tuple(fields.get("alternatives", ()))
        fields["words"] = tuple(Word(**word) for word in fields.get("words", ()))
    return EVENT_TYPES[data["event"]](**fields)
