"""Findings in SARIF 2.1.0, which code hosts show next to the lines of a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivr.flows.lints import Lint
from ivr.flows.problems import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(problems: Sequence[Problem], lints: Mapping[str, Lint], version: str) -> dict[str, Any]:
    """One run with all ``problems``; ``version`` is that of the program."""
    codes = sorted({*lints, *(problem.code for problem in problems)})
    driver = {"name": "ringdown", "version": version, "rules": [_rule(code, lints.get(code)) for code in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, lint: Lint | None) -> dict[str, Any]:
    if lint is None:
        return {"id": code, "shortDescription": {"text": "A mistake in the flow file"}}
    return {
        "id": code,
        "shortDescription": {"text": lint.title},
        "fullDescription": {"text": lint.why},
        "defaultConfiguration": {"level": LEVELS[lint.severity]},
    }


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    place = problem.place
    region = {"startLine": place.line, "startColumn": place.column}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": LEVELS[problem.severity],
        "message": {"text": "\n".join(text for text in (problem.what, problem.instead) if text)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": place.file.replace("\\", "/")}, "region": region}}
        ],
    }
