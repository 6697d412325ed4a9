"""Reads conversation files as strictly as flow files: every mistake at once, with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails

from ivr.conversations.script import (
    DEFAULT_AT,
    DEFAULT_CALLER,
    HEARS,
    RINGS,
    TEXTS,
    TOLD,
    Act,
    AgentDoes,
    Conversation,
    Expected,
    Fails,
    HangsUp,
    Known,
    LeavesMessage,
    Presses,
    Says,
    ServiceReplies,
    Silence,
    Turn,
)
from ivr.conversations.wording import Wording, WordingError, read_wording
from ivr.flows.fields import Model, Names, Seconds, mistake
from ivr.flows.problems import FlowFileError, Problem
from ivr.flows.source import Path, Source, read_source

AGENT = re.compile(r"(accepted)(?: by (\w[\w .-]*))?|no answer|declined|busy|failed|closed")
SERVICE = re.compile(r"service ([a-z][a-z_]*)")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", re.ASCII)
EXPECTED = (HEARS, RINGS, TOLD, TEXTS)


def _wording(written: Any) -> Any:
    if not isinstance(written, str):
        raise mistake("here must be one text.", "Write the sentence as it is heard.")
    try:
        return read_wording(written)
    except WordingError as error:
        raise mistake(
            f"{written} is not a pattern: {error}.", "Write the sentence, with ... for what may vary."
        ) from error


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _said(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _agent(value: Any) -> Any:
    match = AGENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise mistake(
            f"an agent cannot do '{value}'.", "Write accepted, accepted by NAME, no answer, declined, busy or failed."
        )
    return AgentDoes(match[1] or value, match[2] or "")


def _yes(value: Any) -> Any:
    if value != "yes":
        raise mistake("the caller can only hang up.", "Write  hangs up: yes")
    return HangsUp()


def _time(value: Any) -> Any:
    try:
        if isinstance(value, str) and TIME.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass  # the 30th of February: told like any other text that is no time
    raise mistake(f"'{value}' is not a date and time.", "Write it like  at: 2026-11-23 12:00")


def _keys(value: str) -> str:
    if not re.fullmatch("[0-9*#]{1,50}", value):
        raise mistake(f"'{value}' are not keys of the telephone.", "Write for example  presses: 94107#")
    return value


def _none(value: Any) -> Any:
    if value != "none":
        raise mistake("only a company without stores can be made up.", "Write  stores: none")
    return value


def _reply(value: Any) -> Any:
    if value not in ("ok", "failed") and not isinstance(value, dict):
        raise mistake(
            f"'{value}' is not a reply.", "Write ok, failed, or the data of the reply as  name: value  lines."
        )
    return value


Sentence: TypeAlias = Annotated[Wording, BeforeValidator(_wording)]
Sentences: TypeAlias = Annotated[tuple[Sentence, ...], Field(min_length=1), BeforeValidator(_listed)]


class Saying(Model):
    """What the caller says, and how surely it is heard."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    alternatives: Names = ()


class Replying(Model):
    """``service NAME: ok``, taken apart."""

    name: str
    reply: Annotated[Any, BeforeValidator(_reply)]


class Entry(Model):
    """One line of a call: exactly one of these words."""

    hears: Sentences | None = None
    rings: Sentence | None = None
    agent_is_told: Sentence | None = Field(default=None, alias="agent is told")
    texts: Sentence | None = None
    knows: dict[str, Sentence] | None = None
    says: Annotated[Saying, BeforeValidator(_said)] | None = None
    presses: Annotated[str, AfterValidator(_keys)] | None = None
    silence: Annotated[int, Field(ge=1, le=20)] | None = None
    leaves_a_message: Seconds | None = Field(default=None, alias="leaves a message")
    agent: Annotated[AgentDoes, BeforeValidator(_agent)] | None = None
    service: Replying | None = Field(default=None, alias="service NAME")
    fails: str | None = None
    hangs_up: Annotated[HangsUp, BeforeValidator(_yes)] | None = Field(default=None, alias="hangs up")

    @model_validator(mode="before")
    @classmethod
    def _one_word(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not value:
            raise mistake(
                "this is nothing that happens in a call.", f"Begin with a word and a colon: {', '.join(WORDS)}."
            )
        if len(value) > 1:
            second = list(value)[1]
            raise mistake(f"'{second}' needs a line of its own.", f"Write  - {second}: ...  below this one.")
        (word, written), *_ = value.items()
        match = SERVICE.fullmatch(str(word))
        return {"service NAME": {"name": match[1], "reply": written}} if match else value


class Written(Model):
    """One conversation as it is written."""

    line: str = ""
    caller: str = Field(default=DEFAULT_CALLER, alias="from")
    at: Annotated[datetime, BeforeValidator(_time)] = DEFAULT_AT
    stores: Annotated[str, BeforeValidator(_none)] = ""
    call: Annotated[tuple[Entry, ...], Field(min_length=1)]
    ends: str = ""
    knows: dict[str, Sentence] = Field(default={})
    at_step: str = Field(default="", alias="at step")


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


WORDS = _names(Entry)
FILE: TypeAdapter[dict[str, Written]] = TypeAdapter(dict[str, Written])


def read_conversations(text: str, file: str) -> tuple[Conversation, ...]:
    """The conversations of a file; ``file`` is only a name for messages.

    Raises:
        FlowFileError: with all mistakes, never only the first.
    """
    try:
        source = read_source(text, file)
    except FlowFileError as error:
        raise FlowFileError([_not_of_flows(problem) for problem in error.problems]) from error
    try:
        written = FILE.validate_python(source.tree)
    except ValidationError as error:
        problems = [*source.problems, *_problems(source, error)]
        raise FlowFileError(list(dict.fromkeys(problems))) from error
    if source.problems:
        raise FlowFileError(source.problems)
    return tuple(_conversation(name, one, source) for name, one in written.items())


# --- from what is written to what is meant --------------------------------------------------------------------------


def _conversation(name: str, written: Written, source: Source) -> Conversation:
    def known(names: dict[str, Wording], path: Path) -> tuple[Known, ...]:
        return tuple(Known(one, wording, source.place((*path, one), key=True)) for one, wording in names.items())

    turns = [Turn(None, "", source.place((name, "call")))]
    for index, entry in enumerate(written.call):
        path: Path = (name, "call", index)
        act = _act(entry)
        if act is not None:
            turns.append(Turn(act, _shown(source, path), source.place(path)))
        expected = (*turns[-1].expected, *_expected(entry, source, path))
        now_known = (*turns[-1].known, *known(entry.knows or {}, (*path, "knows")))
        turns[-1] = replace(turns[-1], expected=expected, known=now_known)
    return Conversation(
        name,
        source.place((name,), key=True),
        tuple(turns),
        line=written.line,
        caller=written.caller,
        at=written.at,
        ends=written.ends,
        at_step=written.at_step,
        knows=known(written.knows, (name, "knows")),
        no_stores=written.stores == "none",
        places={key: source.place((name, key), key=True) for key in _names(Written)},
    )


def _act(entry: Entry) -> Act | None:
    match entry:
        case Entry(says=Saying(text=text, confidence=confidence, alternatives=alternatives)):
            return Says(text.lower().strip(), confidence, tuple(alternatives))
        case Entry(presses=str(keys)):
            return Presses(keys)
        case Entry(silence=int(times)):
            return Silence(times)
        case Entry(leaves_a_message=float(length_s)):
            return LeavesMessage(length_s)
        case Entry(service=Replying(name=name, reply=reply)):
            return ServiceReplies(name, reply != "failed", reply if isinstance(reply, dict) else {})
        case Entry(fails=str(what)):
            return Fails(what)
        case _:
            return entry.agent or entry.hangs_up


def _expected(entry: Entry, source: Source, path: Path) -> Iterator[Expected]:
    for index, sentence in enumerate(entry.hears or ()):
        yield Expected(HEARS, sentence, source.place((*path, HEARS, index)))
    for kind, wording in ((RINGS, entry.rings), (TOLD, entry.agent_is_told), (TEXTS, entry.texts)):
        if wording is not None:
            yield Expected(kind, wording, source.place((*path, kind)))


def _shown(source: Source, path: Path) -> str:
    """An act as one short line."""
    node: Any = source.tree
    for element in path:
        node = node[element]
    ((word, value),) = node.items()
    if isinstance(value, dict):
        more = ", ".join(f"{key} {part}" for key, part in value.items() if key != "text")
        value = f"{value.get('text', '')} ({more})".strip() if more else value.get("text", "")
    return f"{word}: {value}"


# --- mistakes -------------------------------------------------------------------------------------------------------


def _not_of_flows(problem: Problem) -> Problem:
    """The reader of files speaks of flows; here are none."""
    if problem.code != "F005":
        return problem
    return replace(
        problem,
        what="there are no calls in this file.",
        instead="Begin with what the first call shows:  a caller finds a store:",
    )


def _problems(source: Source, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        # A list whose entries are all mistakes is too short for the validator: that is not another mistake.
        if detail["type"] != "too_short" or not detail["input"]:
            yield _problem(source, detail)


def _problem(source: Source, detail: ErrorDetails) -> Problem:
    path = tuple(detail["loc"])
    last = str(path[-1]) if path else ""
    place = source.place(path)
    match detail["type"]:
        case "flow_file":
            context = detail["ctx"]
            return Problem(place, "T101", str(context["what"]), str(context["instead"]))
        case "extra_forbidden":
            return _unknown_word(source, path, last)
        case "missing":
            return Problem(
                source.place(path[:-1], key=True), "T103", f"'{last}' is missing here.", f"Add a line  {last}: ..."
            )
        case "too_short":
            return Problem(place, "T104", "this is empty.", "Write at least one entry.")
        case "tuple_type" | "list_type":
            return Problem(
                place, "T105", "here must be a list.", "Write each entry on its own line, beginning with  - "
            )
        case "dict_type" | "model_type" | "model_attributes_type":
            return Problem(place, "T106", "here must be 'name: value' lines.", "Indent lines  name: value  below it.")
        case _:
            written = detail["input"]
            shown = f"'{written}'" if isinstance(written, str) else "this"
            return Problem(place, "T107", f"{shown} cannot stand here: {detail['msg'].lower()}.", _example(path))


def _unknown_word(source: Source, path: Path, word: str) -> Problem:
    known = WORDS if len(path) == 4 and path[1] == "call" else _names(Saying) if "says" in path else _names(Written)
    close = get_close_matches(word[:40], known, n=1, cutoff=0.6)
    instead = f"Did you mean '{close[0]}'?" if close else f"Known here: {', '.join(known)}."
    return Problem(source.place(path, key=True), "T102", f"I do not know '{word}' here.", instead)


def _example(path: Path) -> str:
    examples = {
        "silence": "Write how many times, 1 to 20:  silence: 1",
        "confidence": "Write a number from 0 to 1:  confidence: 0.4",
    }
    return examples.get(str(path[-1]), "Write one text.")
