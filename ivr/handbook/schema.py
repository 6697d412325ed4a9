"""The flow language as JSON Schema, for editors: what may stand where, what it means, what fits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from ivr.flows.language import FlowFile
from ivr.flows.skills import Kind
from ivr.flows.source import read_source
from ivr.flows.steps import STEP_TYPES
from ivr.flows.steps.base import StepBase
from ivr.handbook.help_texts import about_kind, marked, plain
from ivr.handbook.written import BASIC, STEP, Schema, count, one_of, seconds, text, yes_no

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The newest draft that the YAML support of every editor understands."""

BENT = re.compile(r"^[^\w/(]|[:#]\s|[{}\[\]]|^$")
"""What YAML would read as something else without quotes."""

STEP_CLASSES = {cls.__name__: cls for cls in STEP_TYPES.values()}


class _Untitled(GenerateJsonSchema):
    """Without titles made from names: a title that is there was written by somebody, and names a type of value."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def flow_schema(kinds: Mapping[str, Kind]) -> Schema:
    """The JSON Schema of a flow file whose slots may be of ``kinds``."""
    raw = FlowFile.model_json_schema(by_alias=True, ref_template="#/definitions/{model}", schema_generator=_Untitled)
    writer = _Writer(kinds)
    models = {name: writer.schema({**model, "title": ""}) for name, model in raw.pop("$defs").items()}
    return {
        "$schema": DRAFT,
        "$comment": "Written by `ivr schema` from the types of the flow language: change those.",
        **writer.schema({**raw, "title": ""}),
        "definitions": {
            **BASIC,
            "step": _step(models),
            **{name: model for name, model in models.items() if name not in STEP_CLASSES},
        },
    }


# --- steps ----------------------------------------------------------------------------------------------------------


def _step(models: Mapping[str, Schema]) -> Schema:
    """A step: one word of many. Only a few (``if``) have other words beside it.

    One mapping with all words tells an editor more than a choice of mappings would: which word is wrong, and which
    words there are. What stands beside a word is only offered, and needed, where that word is.
    """
    words = {cls.word: _word(cls, models) for cls in STEP_CLASSES.values()}
    beside: dict[str, Schema] = {}
    needs: dict[str, Any] = {}
    for name, cls in STEP_CLASSES.items():
        more = {key: value for key, value in models[name]["properties"].items() if key != cls.word}
        beside |= {key: {**value, "doNotSuggest": True} for key, value in more.items()}
        needs |= {key: [cls.word] for key in more}
        needs[cls.word] = {"properties": more, "required": models[name]["required"]} if more else {"maxProperties": 1}
    return {
        "type": "object",
        "minProperties": 1,
        "errorMessage": f"This is not a step. Begin with a word and a colon: {', '.join(STEP_TYPES)}.",
        "properties": {**words, **beside},
        "dependencies": needs,
        "additionalProperties": False,
        "defaultSnippets": [_snippet(cls) for cls in STEP_TYPES.values() if cls.example],
    }


def _word(step: type[StepBase], models: Mapping[str, Schema]) -> Schema:
    """The value of a step's word, with the help of the whole step."""
    value = models[step.__name__]["properties"][step.word]
    example = f"\n\n```yaml\n{step.example.strip()}\n```" if step.example else ""
    about: Schema = {"description": plain(step.__doc__), "markdownDescription": f"{marked(step.__doc__)}{example}"}
    body = models.get(value.get("$ref", "").rpartition("/")[2], {})
    if step.example and body.get("type") == "object" and "required" not in body:
        about["defaultSnippets"] = [{"body": _snippet(step)["body"][step.word]}]  # or nothing of it would be put in
    return {**value, **about}


def _snippet(step: type[StepBase]) -> Schema:
    """The example of a step, to be put in whole."""
    steps = read_source(f"steps:\n{step.example.strip()}\n", "example").tree["steps"]
    body = next(one for one in steps if step.word in one)
    return {"label": f"{step.word}: example", "description": plain(step.__doc__), "body": _as_typed(body)}


def _as_typed(value: Any) -> Any:
    """An editor puts texts in as they are: those that YAML would bend need their quotes."""
    match value:
        case dict():
            return {key: _as_typed(one) for key, one in value.items()}
        case list():
            return [_as_typed(one) for one in value]
        case _:
            return json.dumps(value, ensure_ascii=False) if BENT.search(value) else value


# --- values ---------------------------------------------------------------------------------------------------------


class _Writer:
    """Turns the schema of values that were read into that of values as they are written."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds

    def schema(self, raw: Mapping[str, Any]) -> Schema:
        """``raw`` as it is written."""
        about = _about(raw)
        if "$ref" in raw:
            return {"$ref": raw["$ref"], **about}
        if _is_step(raw):
            return dict(STEP)
        if "anyOf" in raw:
            return one_of([self.schema(one) for one in raw["anyOf"] if not _stands_for_absence(one, raw)], about)
        match raw.get("type"):
            case "string" if raw.get("title") == "kind":
                enum = {"enum": [*self.kinds], "markdownEnumDescriptions": [about_kind(k) for k in self.kinds.values()]}
                return {"type": "string", **about, **enum}
            case "string" if "enum" not in raw:
                return text({**raw, **about})
            case "integer":
                return count({**raw, **about})
            case "boolean":
                return yes_no({**raw, **about})
            case "array":
                bare = {key: value for key, value in raw.items() if key != "default"}
                return {**bare, "items": self.schema(raw.get("items", {})), **about}
            case "object":
                return self._object(raw, about)
            case _:
                return {**raw, **about}

    def _object(self, raw: Mapping[str, Any], about: Schema) -> Schema:
        inside: Schema = {"type": "object", **about}
        if "properties" in raw:
            inside["properties"] = {name: self.schema(one) for name, one in raw["properties"].items()}
        more = raw.get("additionalProperties", True)
        inside["additionalProperties"] = self.schema(more) if isinstance(more, dict) else more
        names = raw.get("propertyNames", {}).get("enum", ())
        if names:  # written out they can be offered
            inside |= {
                "properties": dict.fromkeys(names, inside["additionalProperties"]),
                "additionalProperties": False,
            }
        return {**inside, **{key: raw[key] for key in ("required", "minProperties") if key in raw}}


def _about(raw: Mapping[str, Any]) -> Schema:
    """What is said about a value; what only repeats its type is left out."""
    about = {key: raw[key] for key in ("title", "examples") if raw.get(key)}
    if raw.get("description"):
        about |= {"description": plain(raw["description"]), "markdownDescription": marked(raw["description"])}
    match raw.get("default"):
        case None | list() | dict():
            return about
        case float() as default:
            return {**about, "default": seconds(default)}
        case default:
            return {**about, "default": default}


def _stands_for_absence(branch: Mapping[str, Any], raw: Mapping[str, Any]) -> bool:
    """In the types None is "not written"; nobody can write it."""
    return branch.get("type") == "null" and "default" in raw and raw["default"] is None


def _is_step(raw: Mapping[str, Any]) -> bool:
    return any(str(one.get("$ref", "")).endswith("/SayStep") for one in raw.get("oneOf", ()))
