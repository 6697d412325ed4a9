"""The types of values in a flow file: how text becomes a time, a list of prompts, a target or a condition."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ivr.flows.conditions import Condition, ConditionError, read_condition

UNITS_S = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "min": 60.0, "h": 3600.0}


class Model(BaseModel):
    """A part of the flow file: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True)


def short(value: object) -> str:
    """What was written, cut where it gets long."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def mistake(what: str, instead: str) -> PydanticCustomError:
    """A mistake with a remedy, for validators to raise."""
    return PydanticCustomError("flow_file", "{what}", {"what": what, "instead": instead})


def nearest(word: str, known: Sequence[str]) -> str:
    """The one of ``known`` that ``word`` was probably meant to be; empty when none is near. Takes bounded time.

    >>> nearest("pres", ["press", "hear"])
    'press'
    """
    close = get_close_matches(word[:40], known[:500], n=1, cutoff=0.6)
    return close[0] if close else ""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Looks at a text that was read, and says the same of it in ``schema``, for editors."""

    look: Callable[[str], str]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.look, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), **self.schema}


@dataclass(frozen=True, slots=True, eq=False)
class Or:
    """Tells editors of a shorter way to write the same: as ``schema``, or without one an entry instead of a list."""

    schema: dict[str, Any] | None = None

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        own = handler(core)
        return {"anyOf": [own["items"] if self.schema is None else self.schema, own]}


def shaped(pattern: str, what: str, instead: str) -> Looked:
    """A text that fits ``pattern``; one that does not is not ``what``."""

    def look(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise mistake(f"'{short(value)}' is not {what}.", instead)
        return value

    return Looked(look, {"pattern": f"^({pattern})$", "patternErrorMessage": f"This is not {what}. {instead}"})


def one_of(*words: str) -> Looked:
    """A text that is one of ``words``."""

    def look(value: str) -> str:
        if value not in words:
            close = nearest(value, words)
            guess = f"Did you mean '{close}'? " if close else ""
            raise mistake(f"'{short(value)}' cannot stand here.", f"{guess}Write one of: {', '.join(words)}.")
        return value

    return Looked(look, {"enum": [*words]})


def _seconds(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|min|m|h|)\s*", value)
    if match is None:
        raise mistake(f"'{short(value)}' is not a length of time.", "Write a number with s, m or h:  6s")
    return float(match[1]) * UNITS_S[match[2]]


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _condition(value: Any) -> Any:
    if not isinstance(value, str):
        raise mistake("a condition is one line of text.", "Write for example  if: hours.shop is closed")
    try:
        return Test(value, read_condition(value))
    except ConditionError as error:
        raise mistake(
            f"'{short(value)}' is not a condition: {error}", "For example  order is known and store.open == yes"
        ) from error


class Test:
    """A condition as written and as read."""

    __slots__ = ("condition", "text")

    def __init__(self, text: str, condition: Condition) -> None:
        self.text = text
        self.condition = condition


Seconds: TypeAlias = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "type": "string",
            "title": "time",
            "pattern": r"^\s*\d{1,6}(\.\d{1,3})?\s*(ms|s|min|m|h|)\s*$",
            "patternErrorMessage": "This is not a length of time. Write a number with s, m or h:  6s",
            "examples": ["6s"],
        }
    ),
]
Texts: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1, title="texts"), BeforeValidator(_texts), Or()]
Names: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1, title="names"), BeforeValidator(_texts), Or()]
Count: TypeAlias = Annotated[int, Field(ge=1, le=1000)]
Flow: TypeAlias = Annotated[str, Field(min_length=1, title="flow")]
Key: TypeAlias = Annotated[
    str,
    shaped(r"[0-9*#]", "a key of the telephone", "Write one of 0 to 9, * or #."),
    Field(title="key", json_schema_extra={"minimum": 0, "maximum": 9}),
]
BARGE_IN = ("never", "keys", "matching", "any")
If: TypeAlias = Annotated[
    Test,
    BeforeValidator(_condition),
    PlainSerializer(lambda test: test.text),
    WithJsonSchema({"type": "string", "title": "condition"}),
]


class Leave(Model):
    """A rung of a ladder that leads away: an optional last sentence, then a flow."""

    say: str = Field(default="", description="A last sentence before the caller is led away.")
    go: Flow = Field(description="The flow that the caller is led to.")


def _rungs(value: Any) -> Any:
    """One text or one ``go`` stands for a ladder of one rung."""
    return [value] if isinstance(value, str | dict) else value


def _rung(value: Any) -> Any:
    if isinstance(value, str | Leave):
        return value
    if isinstance(value, dict):
        return Leave.model_validate(value)
    raise mistake("a rung is a sentence or a 'go'.", 'Write  ["Sorry?", {go: operator}]')


Rung: TypeAlias = Annotated[str | Leave, BeforeValidator(_rung)]
Ladder: TypeAlias = Annotated[tuple[Rung, ...], Field(min_length=1, title="ladder"), BeforeValidator(_rungs), Or()]


class Patience(Model):
    """How long a question waits, what it does about silence and misunderstanding, and what may interrupt it."""

    wait: Seconds | None = Field(
        default=None, description="How long to wait for an answer after the question was heard."
    )
    no_input: Ladder | None = Field(
        default=None,
        description="What to do when nothing is heard: a sentence for the first silence, one for the second and so on, "
        "and a last rung that leads to a flow. The question is asked again after each sentence.",
    )
    no_match: Ladder | None = Field(
        default=None, description="The same for answers that are not understood. Silence is counted apart."
    )
    barge_in: Annotated[str, one_of(*BARGE_IN)] | None = Field(
        default=None,
        description="What stops the question while it is spoken: nothing, keys, an answer that fits (matching), or "
        "any sound.",
    )
