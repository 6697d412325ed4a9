"""What the core asks of the world. The list is closed: a new ability of the phone is a new action here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the caller may answer: its ``name``, other ``phrases`` that mean it, and the ``key`` for it."""

    name: str
    phrases: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Speak ``text`` (already filled in; data, never a template)."""

    text: str
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Play:
    """Play the recorded prompt ``file`` (a name under the prompts folder, or :func:`silence_file`)."""

    file: str


def silence_file(length_s: float) -> str:
    """The name of a built-in prompt that is silent for ``length_s``.

    >>> silence_file(2)
    'silence-2.0s.wav'
    """
    return f"silence-{length_s:.1f}s.wav"


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the caller's answer to one question.

    ``expect`` is the kind of answer (menu, yes_no, digits, zip, place, name, text ...), ``choices`` what may be
    chosen by name, phrase or key (options and ``anywhere`` commands). ``words`` are further words of the answer
    (digits, city names). ``closed`` says that choices and words are all there is, so a recogniser may be held
    to them; otherwise the answer is free speech. ``wait_s`` of nothing is silence. ``max_keys`` keys end the
    answer at once (0 = open-ended), as does ``finish_key``.
    """

    expect: str
    choices: tuple[Choice, ...] = ()
    words: tuple[str, ...] = ()
    closed: bool = True
    wait_s: float = 6.0
    max_keys: int = 1
    finish_key: str = "#"
    barge_in: str = "matching"
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Record a message for ``mailbox`` after a beep until ``finish_keys``, ``silence_s`` or ``max_s``.

    ``warn_s`` before that the caller hears ``warning``, or a tone when that is empty (0: no warning).
    """

    mailbox: str
    max_s: float = 180.0
    silence_s: float = 4.0
    finish_keys: str = "#"
    warn_s: float = 0.0
    warning: str = ""
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to ``to`` (``queue NAME``, ``agent NAME`` or an E.164 number).

    ``brief`` is whispered to the agent; ``context`` goes along as call parameters and to the desk. ``offers`` are the
    exits that a caller who waits in line may choose by key.
    """

    to: str
    brief: str
    context: dict[str, str] = field(default_factory=dict)
    ring_s: float = 20.0
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Ask the outside ``service`` (for example ``sms``) and continue with its ``Reply``."""

    service: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Action: TypeAlias = Say | Play | Listen | Record | Transfer | Request | HangUp
ACTION_TYPES: dict[str, type[Action]] = {
    cls.__name__: cls for cls in (Say, Play, Listen, Record, Transfer, Request, HangUp)
}


def action_from_json(kind: str, data: dict[str, Any]) -> Action:
    """An action from the name of its type and its fields."""
    if kind == "Listen":
        choices = tuple(Choice(one["name"], tuple(one["phrases"]), one["key"]) for one in data["choices"])
        data = {**data, "choices": choices, "words": tuple(data["words"])}
    if kind == "Transfer":
        data = {**data, "offers": tuple(data.get("offers", ()))}
    return ACTION_TYPES[kind](**data)
