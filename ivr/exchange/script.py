"""Scripts: what a scripted party does, read from JSON with every mistake named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ivr.exchange.trouble import OF_A_LINE, Trouble, TroubleError, read_trouble

MAX_ACTS = 500
MAX_TEXT = 2_000
MAX_WAIT_S = 86_400.0
KEYS = "0123456789*#ABCDw"
DEFAULT_VOICE = "en-us+f3"
DEFAULT_LINGER_S = 60.0
DEFAULT_ANSWER_S = 1.0


class ScriptError(Exception):
    """The script cannot be performed; the message says which act and why."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: exactly one of ``say play press beep wait_s hang_up`` is meant, by ``kind``.

    ``now`` means without waiting for one's turn; ``interrupt_s`` means so long after the far end begins to speak.
    """

    kind: str
    say: str = ""
    voice: str = DEFAULT_VOICE
    play: Path | None = None
    press: str = ""
    wait_s: float = 0.0
    now: bool = False
    interrupt_s: float | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """How a phone reacts to ringing: ``status`` answered, busy or no-answer, ``after_s`` seconds."""

    status: str = "answered"
    after_s: float = DEFAULT_ANSWER_S


@dataclass(frozen=True, slots=True)
class Script:
    """What one party does in one call."""

    answering: Answering
    acts: tuple[Act, ...]
    linger_s: float = DEFAULT_LINGER_S
    network: Trouble | None = None


Json: TypeAlias = Mapping[str, Any]


def read_script(acts: object, linger_s: object = DEFAULT_LINGER_S) -> Script:
    """A script from JSON.

    Raises:
        ScriptError: naming the act.

    >>> read_script([{"answer": 2}, {"say": "hello"}]).answering.after_s
    2.0
    """
    if not isinstance(acts, Sequence) or isinstance(acts, str) or len(acts) > MAX_ACTS:
        raise ScriptError(f"a script is a list of at most {MAX_ACTS} acts")
    answering, network, rest = Answering(), None, list(acts)
    if rest and isinstance(rest[0], Mapping) and "network" in rest[0]:
        network = _network(rest.pop(0))
    if rest and isinstance(rest[0], Mapping) and _behaviour(rest[0]):
        answering = _answering(rest.pop(0))
    done = tuple(_act(n, act) for n, act in enumerate(rest, start=1))
    return Script(answering, done, _seconds("linger_s", linger_s), network)


def _network(act: Json) -> Trouble:
    if len(act) > 1:
        raise ScriptError("'network' stands alone")
    try:
        return read_trouble(act["network"], Trouble(), OF_A_LINE)
    except TroubleError as error:
        raise ScriptError(f"'network': {error}") from error


_BEHAVIOURS = ("answer", "busy", "no_answer", "decline")


def _behaviour(act: Json) -> str:
    return next((name for name in _BEHAVIOURS if name in act), "")


def _answering(act: Json) -> Answering:
    name = _behaviour(act)
    if len(act) > 1:
        raise ScriptError(f"{name!r} stands alone")
    if name == "answer":
        return Answering("answered", _seconds("answer", act["answer"]))
    if act[name] is not True:
        raise ScriptError(f"write {{{name!r}: true}}")
    return Answering({"no_answer": "no-answer"}.get(name, "busy"), DEFAULT_ANSWER_S if name == "decline" else 0.02)


_KINDS = ("say", "play", "press", "beep", "pause", "wait", "hang_up")
_OPTIONS = ("voice", "now", "interrupt")


def _act(number: int, act: object) -> Act:
    if not isinstance(act, Mapping):
        raise ScriptError(f"act {number} is not an object")
    kinds = [name for name in _KINDS if name in act]
    unknown = [str(name) for name in act if name not in _KINDS + _OPTIONS]
    if len(kinds) != 1 or unknown:
        wrong = f"{unknown[0]!r} is unknown" if unknown else "it needs exactly one of " + ", ".join(_KINDS)
        raise ScriptError(f"act {number}: {wrong}")
    try:
        return _read(kinds[0], act)
    except ScriptError as error:
        raise ScriptError(f"act {number}: {error}") from error


def _read(kind: str, act: Json) -> Act:
    value = act[kind]
    interrupt_s = _seconds("interrupt", act["interrupt"]) if "interrupt" in act else None
    now = act.get("now") is True
    voice = _text("voice", act.get("voice", DEFAULT_VOICE))
    match kind:
        case "say":
            return Act("say", say=_text("say", value), voice=voice, now=now, interrupt_s=interrupt_s)
        case "play":
            return Act("play", play=Path(_text("play", value)), now=now, interrupt_s=interrupt_s)
        case "press":
            keys = _text("press", str(value))
            if any(key not in KEYS for key in keys):
                raise ScriptError(f"keys are of {KEYS}")
            return Act("press", press=keys, now=now, interrupt_s=interrupt_s)
        case "beep":
            return Act("beep", wait_s=_seconds("beep", value), now=True)
        case "hang_up":
            return Act("hang_up", now=now, interrupt_s=interrupt_s)
        case _:
            return Act(kind, wait_s=_seconds(kind, value), now=True)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise ScriptError(f"{name!r} needs a text of at most {MAX_TEXT} characters")
    return value


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_WAIT_S:
        raise ScriptError(f"{name!r} needs a number of seconds")
    return float(value)
