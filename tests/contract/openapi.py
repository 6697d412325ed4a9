"""Holds REST requests and answers against the carrier's own OpenAPI description.

The description allows any further field, and so does the carrier, which passes over a misspelt one in silence. Here a
name that the description does not have is a mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

TAKEN = Path(__file__).resolve().parent / "twilio_oai" / "api.json"
HOME = "urn:carrier"
WATCHED = ("/2010-04-01/", "/v1/Workspaces/")
SOUND = re.compile(r"/Recordings/RE[0-9a-f]{32}(\.wav|\.mp3)?$")
"""A recording's sound is fetched by the address that the carrier gave, which no description has."""


@cache
def _document() -> dict[str, Any]:
    taken: dict[str, Any] = json.loads(TAKEN.read_text(encoding="utf-8"))
    return taken


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry().with_resource(HOME, DRAFT202012.create_resource(_document()))
    return registry


def _wrong(value: object, *steps: str) -> Iterator[str]:
    """What is wrong with ``value`` by the schema at the end of ``steps``."""
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
    schema = {"$ref": f"{HOME}#/{pointer}"}
    for error in Draft202012Validator(schema, registry=_registry()).iter_errors(value):
        where = ".".join(str(part) for part in error.absolute_path)
        yield f"{where or 'all'}: {error.message[:200]}"


def find(path: str) -> tuple[str, dict[str, str]] | None:
    """The described path and its variable parts; the one with the fewest such parts where several fit."""
    for template in sorted(_document()["paths"], key=lambda one: one.count("{")):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        if fits := re.fullmatch(pattern.replace(r"(?P<Sid>[^/]+)\.json", r"(?P<Sid>[^/]+?)\.json"), path):
            return template, fits.groupdict()
    return None


def request_problems(method: str, path: str, fields: Iterable[tuple[str, str]]) -> list[str]:
    """What is wrong with a request; ``fields`` are those of the form or of the query, a name maybe several times."""
    found = find(path)
    method = method.lower()
    if found is None or method not in _document()["paths"][found[0]]:
        return [f"{method} {path}: no such resource"]
    template, parts = found
    described = _document()["paths"][template][method]
    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value)
    problems = list(_wrong_parameters(template, method, parts, given))
    if method == "post":
        known = described["form"].get("properties", {})
        form = {name: _typed(known.get(name, {}), values) for name, values in given.items()}
        problems += _wrong(form, "paths", template, method, "form")
        problems += [f"{name}: no such field" for name in form if not _is_known(name, described["form"])]
    return problems


def answer_problems(method: str, path: str, status: int, answer: object) -> list[str]:
    """What is wrong with an answer, unknown names included."""
    found = find(path)
    if found is None:
        return [f"{path}: no such resource"]
    described = _document()["paths"][found[0]][method.lower()]["answers"]
    if str(status) not in described:
        return [f"status {status}"] if described else []
    problems = list(_wrong(_without_nulls(answer), "paths", found[0], method.lower(), "answers", str(status)))
    return problems + list(_unknown(answer, described[str(status)], ""))


def _wrong_parameters(
    template: str, method: str, parts: Mapping[str, str], given: Mapping[str, list[str]]
) -> Iterator[str]:
    for number, one in enumerate(_document()["paths"][template][method]["parameters"]):
        where, name = one["in"], one["name"]
        values = [parts[name]] if where == "path" and name in parts else given.get(name, []) if where == "query" else []
        if values:
            at = ("paths", template, method, "parameters", str(number), "schema")
            yield from (f"{name}: {problem}" for problem in _wrong(_typed(one["schema"], values), *at))
    if method == "get":
        known = {one["name"] for one in _document()["paths"][template][method]["parameters"] if one["in"] == "query"}
        yield from (f"{name}: no such field" for name in given if name not in known)


def _typed(schema: Mapping[str, Any], values: list[str]) -> object:
    """The value of a form field as JSON has it; what cannot be read as its type stays text and is then refused."""
    kind = schema.get("type", "string")
    if kind == "array":
        return [_typed(schema["items"], [value]) for value in values]
    if len(values) > 1:
        return values
    text = values[0]
    if kind == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return text


def _is_known(name: str, form: Mapping[str, Any]) -> bool:
    patterns = form.get("patternProperties", {})
    return name in form.get("properties", {}) or any(re.search(pattern, name) for pattern in patterns)


def _without_nulls(value: object) -> object:
    """``value`` without fields that are null: the carrier's own examples have them where no description allows it."""
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return value


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _unknown(answer: object, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    schema = _resolved(schema)
    known = schema.get("properties")
    if isinstance(answer, list):
        for one in answer:
            yield from _unknown(one, schema.get("items", {}), where)
    elif isinstance(answer, dict) and known:
        for name, value in answer.items():
            if name in known:
                yield from _unknown(value, known[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}: no such field"


class Watch:
    """Notes every request that was taken though the description does not have it; and, if asked to, odd answers."""

    def __init__(self, *, answers: bool) -> None:
        self._answers = answers
        self.problems: list[str] = []

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        fields = request.query if request.method == "GET" else await request.post()
        response = await handler(request)
        path = request.path
        if not path.startswith(WATCHED) or SOUND.search(path) or not 200 <= response.status < 300:
            return response
        texts = [(name, value) for name, value in fields.items() if isinstance(value, str)]
        found = request_problems(request.method, path, texts)
        if self._answers and not found and isinstance(response, web.Response) and response.text:
            found = answer_problems(request.method, path, response.status, json.loads(response.text))
        self.problems += [f"{request.method} {path}: {problem}" for problem in found]
        return response
