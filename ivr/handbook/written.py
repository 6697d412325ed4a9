"""From the types of values to what may be written for them: a flow file's values are text, however YAML reads them.

``press: 1`` and ``length: "6"`` are both fine in a flow file, so an editor that knows YAML's types must not complain.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

TEXT: Schema = {"$ref": "#/definitions/text"}
TEXT_OR_NOTHING: Schema = {"$ref": "#/definitions/text or nothing"}
STEP: Schema = {"$ref": "#/definitions/step"}
_PLAIN: Schema = {"title": "text", "type": ["string", "number"], "errorMessage": "One text is needed here."}


def _unless(*types: str) -> Schema:
    """Said by "not", because editors propose ``true`` and ``false`` wherever "type: boolean" is allowed."""
    return {"not": {"type": list(types)}}


BASIC: Schema = {
    "text": {"anyOf": [_PLAIN, _unless("string", "number", "null", "object", "array")]},
    "text or nothing": {"anyOf": [_PLAIN, _unless("string", "number", "object", "array")]},
}
"""What the references above stand for. ``true`` without quotes is a text, too."""

VALUE = ("type", "pattern", "patternErrorMessage", "minLength", "maxLength", "minimum", "maximum")
YES_NO = ["yes", "no", True, False]


def text(schema: Schema) -> Schema:
    """What may stand where a text is read."""
    about = {key: value for key, value in schema.items() if key not in VALUE}
    if "pattern" in schema:
        return {**about, **{key: schema[key] for key in VALUE if key in schema}, "type": ["string", "number"]}
    if schema.get("default") == "":
        del about["default"]  # nothing to propose
        return {**TEXT_OR_NOTHING, **about}
    return {**TEXT, **about}


def count(schema: Schema) -> Schema:
    """What may stand where a whole number is read."""
    about = {"pattern": r"^\s*\d+\s*$", "errorMessage": "A whole number is needed here. Write it in figures:  6"}
    return {**schema, "type": ["integer", "string"], **about}


def yes_no(schema: Schema) -> Schema:
    """What may stand where yes or no is read."""
    about = {key: value for key, value in schema.items() if key != "type"}
    return {**about, "enum": YES_NO, "errorMessage": "Yes or no is needed here."}


def one_of(branches: list[Schema], about: Schema) -> Schema:
    """One of ``branches``; what is said ``about`` all of them wins.

    Of branches that fit equally badly an editor tells of the first, and a mistake inside a list is worth more than "a
    text is needed here": so texts come last.
    """
    if len(branches) == 1:
        return {**branches[0], **about}
    titles = [branch["title"] for branch in branches if branch.get("type") == "array" and "title" in branch]
    ranked = [_list(branch) for branch in sorted(branches, key=lambda branch: branch == TEXT)]
    return {**({"title": titles[0]} if titles else {}), **about, "anyOf": ranked}


def _list(branch: Schema) -> Schema:
    """A list that may also be one text. Its title must be its own, or editors show that of both."""
    if branch.get("type") != "array":
        return branch
    return {**branch, "title": "list", "errorMessage": "One text or a list is needed here."}


def seconds(value: float) -> str:
    """A length of time as it is written.

    >>> seconds(180.0), seconds(4.0), seconds(0.5)
    ('3m', '4s', '0.5s')
    """
    return f"{value / 60:g}m" if value >= 60 and value % 60 == 0 else f"{value:g}s"
