"""Asks a public database of vulnerabilities about the exact versions that are pinned; exits with 1 if it knows one.

One question for all packages together. Where the database cannot be asked, one line says so and nothing fails: whoever
has no network must be able to run the tests. What was looked at and does not concern us is listed in ACCEPTED.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

SERVICE = "https://api.osv.dev"
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
CONNECT_S, ANSWER_S = 4.0, 10.0
ACCEPTED: Mapping[str, str] = {}
"""Vulnerabilities by their id, and why they are none of ours."""


class CannotAskError(Exception):
    """The database cannot be reached, or its answer makes no sense."""


def pinned(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Names and versions in requirements files."""
    return sorted({found for text in texts for found in PINNED.findall(text)})


def known(service: str, packages: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Vulnerabilities of ``packages``: name, version, id."""
    asked = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    answer = _json(requests.post, f"{service}/v1/querybatch", {"queries": asked})
    results = answer.get("results")
    if not isinstance(results, list) or len(results) != len(packages):
        raise CannotAskError("its answer is none")
    found = zip(packages, results, strict=True)
    return [(*package, str(one["id"])) for package, result in found for one in (result or {}).get("vulns", ())]


def told(service: str, vulnerability: str) -> str:
    """What it is about, in a line; empty when that cannot be had."""
    try:
        return str(_json(requests.get, f"{service}/v1/vulns/{vulnerability}").get("summary", ""))
    except CannotAskError:
        return ""


def _json(ask: Any, url: str, body: object = None) -> dict[str, Any]:
    try:
        answer = ask(url, json=body, timeout=(CONNECT_S, ANSWER_S))
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise CannotAskError(type(error).__name__) from error
    if not isinstance(found, dict):
        raise CannotAskError("its answer is none")
    return found


def main() -> int:
    """Look at the files that are named."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--service", default=SERVICE)
    arguments = asked.parse_args()
    packages = pinned(file.read_text(encoding="utf-8") for file in arguments.files)
    try:
        found = known(arguments.service, packages)
    except (CannotAskError, TypeError, KeyError, AttributeError) as error:
        sys.stdout.write(f"Not audited: the database of vulnerabilities cannot be asked ({error}).\n")
        return 0
    bad = [one for one in found if one[2] not in ACCEPTED]
    for name, version, vulnerability in bad:
        sys.stdout.write(f"{name} {version}: {vulnerability} {told(arguments.service, vulnerability)}\n")
    sys.stdout.write(f"{len(packages)} packages, {len(bad)} known vulnerabilities, {len(found) - len(bad)} accepted.\n")
    if bad:
        sys.stdout.write("Renew a package:  .ci/pin --upgrade-package NAME\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
