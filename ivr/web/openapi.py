"""``/api/openapi.json``: the API for programs, described from the routes there are, so that none is forgotten.

What a route is for is the docstring of its view. What it takes besides its address stands in ``MORE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from werkzeug.routing import Rule

from ivr.accounts import Role
from ivr.inbox import LONGEST_NOTE, LONGEST_WHY, STATUSES, VIEWS
from ivr.web.access import Access

PREFIX = "/api/v1"
TEXT: Mapping[str, Any] = {"type": "string"}
IDS: Mapping[str, Any] = {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 500}


def _asked(**names: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters behind the question mark."""
    return {"parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in names.items()]}


def _sent(required: list[str], **names: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object."""
    schema = {"type": "object", "properties": names, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


LOOKED_FOR: Mapping[str, Mapping[str, Any]] = {
    "view": {"type": "string", "enum": list(VIEWS), "default": "all"},
    "mailbox": TEXT,
    "assignee": TEXT,
    "caller": TEXT,
    "q": {"type": "string", "maxLength": 200, "description": "Words of the transcript, or digits of the number."},
    "since": {"type": "string", "description": "A day (2026-11-22), or seconds since 1970."},
    "until": {"type": "string", "description": "The last day, or seconds since 1970."},
}
LIMIT = {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}

MORE: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("get", "/voicemails"): _asked(**LOOKED_FOR, limit=LIMIT, after={**TEXT, "description": "'next' of an answer."}),
    ("get", "/voicemails/export.csv"): _asked(**LOOKED_FOR),
    ("get", "/voicemails/export.zip"): _asked(**LOOKED_FOR),
    ("get", "/voicemails/{voicemail_id}/audio"): _asked(download={"type": "string", "enum": ["1"]}),
    ("post", "/voicemails/changes"): _sent(
        ["ids"],
        ids=IDS,
        status={"type": "string", "enum": list(STATUSES)},
        urgent={"type": "boolean"},
        assignee=TEXT,
        mailbox={**TEXT, "description": "Forwards them."},
        hold={
            "type": "string",
            "maxLength": LONGEST_WHY,
            "description": "Why they are put on legal hold; empty releases them. For supervisors.",
        },
    ),
    ("post", "/voicemails/undo"): _sent(["undo"], undo={**TEXT, "description": "'undo' of the answer to a change."}),
    ("post", "/voicemails/delete"): _sent(["ids"], ids=IDS),
    ("post", "/voicemails/{voicemail_id}/notes"): _sent(["text"], text={**TEXT, "maxLength": LONGEST_NOTE}),
    ("post", "/voicemails/{voicemail_id}/call-back"): _sent(["queue"], queue=TEXT),
    ("get", "/calls"): _asked(limit=LIMIT),
    ("get", "/callbacks"): _asked(limit=LIMIT, open={"type": "string", "enum": ["1"]}),
}


def add_openapi(app: Flask, access: Access) -> None:
    """Put the description on ``app``, for everybody who may log in."""
    blueprint = Blueprint("openapi", __name__)
    blueprint.before_request(access.guard(*Role))
    blueprint.add_url_rule("/api/openapi.json", "openapi", lambda: _answer(current_app))
    app.register_blueprint(blueprint)


def _answer(app: Flask) -> Response:
    return jsonify(described(app))


def described(app: Flask) -> dict[str, Any]:
    """The API of ``app`` as OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{PREFIX}/"):
            path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
            paths.setdefault(path, {}).update(_operations(app, rule, path))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ringdown", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


def _operations(app: Flask, rule: Rule, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    told = (app.view_functions[rule.endpoint].__doc__ or "").strip().splitlines()
    named = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in sorted(rule.arguments)]
    for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}):
        more = MORE.get((method.lower(), path.removeprefix(PREFIX)), {})
        yield (
            method.lower(),
            {
                "operationId": f"{method.lower()}_{rule.endpoint.replace('.', '_')}",
                "summary": told[0] if told else rule.endpoint.rpartition(".")[2].replace("_", " "),
                "responses": {
                    "200": {"description": "Done."},
                    "4XX": {"description": "Refused: 'error' says why."},
                    "503": {"description": "Something outside does not work just now."},
                },
                **more,
                **({"parameters": [*named, *more.get("parameters", [])]} if named or "parameters" in more else {}),
            },
        )
