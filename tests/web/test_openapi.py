"""The description of the API tells of every route that is there, and of no other."""

from __future__ import annotations

import re
from collections.abc import Callable

from ivr.web.openapi import MORE, PREFIX
from tests.web.flows_house import ORIGIN, Editor
from tests.web.test_flows import make

__all__ = ["make"]


def test_every_route_of_the_api_is_described_once(make: Callable[..., Editor]) -> None:
    editor = make()
    told = editor.client.get("/api/openapi.json", base_url=ORIGIN).get_json()
    rules = [rule for rule in editor.client.application.url_map.iter_rules() if rule.rule.startswith(f"{PREFIX}/")]
    there = {
        (method.lower(), re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(method, path) for path, methods in told["paths"].items() for method in methods}
    assert described == there
    assert {(method, f"{PREFIX}{path}") for method, path in MORE} <= described, "what is said more is about a route"
    operations = [one for methods in told["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for path, methods in told["paths"].items():
        for one in methods.values():
            named = {parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path)), path
