"""A written conversation as values: what the caller and others do, and what must be heard in answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from ivr.conversations.wording import Wording
from ivr.flows.problems import Place

HEARS, RINGS, TOLD, TEXTS = "hears", "rings", "agent is told", "texts"
"""What a test can expect: a sentence, who is rung, what the agent is told first, a text message."""

DEFAULT_AT = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - the company's own time, whose zone is in the flow file
"""When a call takes place that does not say: a Monday at noon."""

DEFAULT_CALLER = "+14155550123"


@dataclass(frozen=True, slots=True)
class Says:
    """The caller says ``text``, as a recogniser would write it."""

    text: str
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presses:
    """The caller presses ``keys``; a ``#`` after others only ends them."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller gives no answer, so many ``times`` in a row."""

    times: int = 1


@dataclass(frozen=True, slots=True)
class LeavesMessage:
    """The caller speaks after the tone for ``length_s``; 0 is not a word."""

    length_s: float


@dataclass(frozen=True, slots=True)
class AgentDoes:
    """How a transfer ends: ``accepted`` (by ``agent``, when named), or the reason why not."""

    outcome: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ServiceReplies:
    """What an outside service answers."""

    service: str
    ok: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fails:
    """Something outside breaks; ``what`` is for people."""

    what: str


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The caller puts the phone down."""


Act: TypeAlias = Says | Presses | Silence | LeavesMessage | AgentDoes | ServiceReplies | Fails | HangsUp


@dataclass(frozen=True, slots=True)
class Expected:
    """Something of the ``kind`` HEARS, RINGS, TOLD or TEXTS must happen with these words."""

    kind: str
    wording: Wording
    place: Place


@dataclass(frozen=True, slots=True)
class Known:
    """The variable ``name`` must have this value by now; an empty one must not be known."""

    name: str
    wording: Wording
    place: Place


@dataclass(frozen=True, slots=True)
class Turn:
    """One act, as it is ``written``, and what must come of it. The first turn has none: the phone is answered."""

    act: Act | None
    written: str
    place: Place
    expected: tuple[Expected, ...] = ()
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation test. Empty texts were left out by the writer; ``no_stores`` is a company without stores."""

    name: str
    place: Place
    turns: tuple[Turn, ...]
    line: str = ""
    caller: str = DEFAULT_CALLER
    at: datetime = DEFAULT_AT
    ends: str = ""
    at_step: str = ""
    knows: tuple[Known, ...] = ()
    no_stores: bool = False
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where its keys stand, by name."""
