"""Turns a call on record into a conversation test: the same acts on the core, and what is heard in answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from ivr.conversations import script
from ivr.conversations.happenings import ASIDE, Happening
from ivr.conversations.play import play
from ivr.conversations.reading import read_conversations
from ivr.conversations.script import (
    HEARS,
    Act,
    AgentDoes,
    Conversation,
    Fails,
    HangsUp,
    LeavesMessage,
    Presses,
    Says,
    ServiceReplies,
)
from ivr.conversations.talk import Talk
from ivr.conversations.yaml_text import scalar
from ivr.flows.actions import Listen
from ivr.flows.book import FlowBook
from ivr.flows.call import MASK
from ivr.flows.events import (
    Answered,
    Event,
    Failed,
    Heard,
    HungUp,
    Pressed,
    Recorded,
    Reply,
    Silence,
    Started,
    Unavailable,
    event_from_json,
)
from ivr.flows.interpreter import step
from ivr.flows.problems import FlowFileError, Place
from ivr.ports import OutsideError

MADE_UP = "# made up: the answer was given in confidence"
SURE = 0.995
"""From here a confidence is 1 in a file that people read."""


def record(kept: Mapping[str, Any], book: FlowBook) -> str:
    """The recorded call ``kept`` as the text of a file, which passes with ``book``.

    Raises:
        OutsideError: when there is nothing to make a test of.
    """
    events = [event_from_json(dict(event)) for event in kept.get("events", ())]
    if not events or not isinstance(events[0], Started):
        raise OutsideError(f"the record of {kept.get('id', 'this call')} has no events", retry=False)
    started = events[0]
    # The file knows whole seconds; the company's own clock is what it shows.
    at = datetime.fromtimestamp(int(started.at_s), ZoneInfo(book.company.timezone)).replace(tzinfo=None)
    name = f"call of {at:%Y-%m-%d %H:%M:%S}"
    talk = Talk(book, Conversation(name, Place("", 1, 1), (), line=started.line, caller=started.caller, at=at))
    lines = [
        f"# From the call {kept.get('id', '')}.".replace("\n", " "),
        f"{scalar(name)}:",
        f"  line: {scalar(started.line)}",
        f"  from: {scalar(started.caller)}",
        f"  at: {at:%Y-%m-%d %H:%M:%S}",
        "  call:",
        *(f"    - {line}" for line in _entries(talk, events[1:])),
        *_end(talk),
    ]
    text = "\n".join(lines) + "\n"
    _prove(text, book)
    return text


def _prove(text: str, book: FlowBook) -> None:
    try:
        conversations = read_conversations(text, "the recorded call")
    except FlowFileError as error:
        raise OutsideError(f"this call cannot be written down: {error}", retry=False) from error
    for conversation in conversations:
        result = play(conversation, book)
        if not result.passed:
            raise OutsideError(f"this call cannot be repeated: {result.difference}", retry=False)


def _entries(talk: Talk, events: Sequence[Event]) -> Iterator[str]:
    yield from _heard(talk.begin())
    acts = [(act, made_up) for event in events for act, made_up in _act(event)]
    for (act, made_up), after in zip_longest(acts, [act for act, _ in acts[1:]]):
        meant = _made_up(talk, act) if made_up else act
        if talk.refusal(meant):
            continue  # it came too late and changed nothing then either
        meant = _short(talk, meant) if isinstance(meant, Says) else meant
        yield f"{_written(meant)}  {MADE_UP}" if made_up else _written(meant)
        yield from _heard([*talk.do(meant), *talk.settle(after)])


def _heard(happened: Sequence[Happening]) -> Iterator[str]:
    for one in happened:
        if one.kind != ASIDE:
            yield f"{one.kind}: {scalar(one.text if one.kind != HEARS else ' '.join(one.text.split()))}"


def _end(talk: Talk) -> Iterator[str]:
    if talk.call.ended:
        yield f"  ends: {scalar(talk.call.outcome)}"
    else:
        yield f"  at step: {scalar(talk.call.step)}"


# --- from events to acts --------------------------------------------------------------------------------------------


def _act(event: Event) -> Iterator[tuple[Act, bool]]:
    """The act that an event was, and whether its words were kept from the record."""
    match event:
        case Heard(text=text, confidence=confidence, alternatives=alternatives):
            sure = 1.0 if confidence >= SURE else round(confidence, 2)
            yield Says(text.lower().strip(), sure, alternatives), text == MASK
        case Pressed(keys=keys):
            yield Presses(keys), keys == MASK
        case Silence():
            yield script.Silence(), False
        case Recorded(duration_s=duration_s):
            yield LeavesMessage(round(duration_s, 1)), False
        case Answered(agent=agent):
            yield AgentDoes("accepted", agent), False
        case Unavailable(reason=reason):
            yield AgentDoes(reason), False
        case Reply(service=service, ok=ok, data=data):
            yield ServiceReplies(service, ok, _texts(data) if ok else {}), False
        case Failed(what=what):
            yield Fails(what or "something"), False
        case HungUp():
            yield HangsUp(), False
        case _:
            return


def _texts(value: Any) -> Any:
    """Data as a file can hold it: everything but lists and names is text."""
    match value:
        case dict():
            return {str(name): _texts(part) for name, part in value.items()}
        case list() | tuple():
            return [_texts(part) for part in value]
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case _:
            return str(value)


def _made_up(talk: Talk, act: Act) -> Act:
    """An answer of the right shape in place of one that nobody may know."""
    last = talk.actions[-1] if talk.actions else None
    length = last.max_keys if isinstance(last, Listen) else 0
    return Presses("1" * length) if length else (Presses("1") if isinstance(act, Presses) else Says("one"))


def _short(talk: Talk, said: Says) -> Says:
    """``said`` without what makes no difference here."""

    def comes_to(one: Says) -> object:
        heard = Heard(talk.now_s, one.text, one.confidence, one.alternatives)
        call, actions = step(talk.call, heard, talk.book)
        learned = {name: value for name, value in call.variables.items() if not name.endswith("_confidence")}
        return actions, learned, call.stack, call.ended

    whole = comes_to(said)
    shorter = (Says(said.text), replace(said, alternatives=()))
    return next((one for one in shorter if comes_to(one) == whole), said)


def _written(act: Act) -> str:
    match act:
        case Says(text, confidence, alternatives):
            return f"says: {_saying(text, confidence, alternatives)}"
        case Presses(keys):
            return f"presses: {scalar(keys)}"
        case script.Silence(times):
            return f"silence: {times}"
        case LeavesMessage(length_s):
            return f"leaves a message: {length_s:g}s"
        case AgentDoes(outcome, agent):
            return f"agent: {scalar(f'{outcome} by {agent}' if agent else outcome)}"
        case ServiceReplies(service, ok, data):
            return f"service {service}: {_flow(data) if data and ok else 'ok' if ok else 'failed'}"
        case Fails(what):
            return f"fails: {scalar(what)}"
        case HangsUp():
            return "hangs up: yes"


def _saying(text: str, confidence: float, alternatives: Sequence[str]) -> str:
    if confidence == 1.0 and not alternatives:
        return scalar(text)
    parts = [f"text: {scalar(text, inside=True)}", f"confidence: {confidence:g}"]
    if alternatives:
        parts.append(f"alternatives: {_flow(list(alternatives))}")
    return f"{{{', '.join(parts)}}}"


def _flow(value: Any) -> str:
    """Data on one line."""
    match value:
        case dict() | Mapping():
            return f"{{{', '.join(f'{scalar(name, inside=True)}: {_flow(part)}' for name, part in value.items())}}}"
        case list():
            return f"[{', '.join(_flow(part) for part in value)}]"
        case _:
            return scalar(str(value), inside=True)
