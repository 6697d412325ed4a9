"""What is shown for more than one machine runs what the Procfile runs, with settings that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from ivr.settings import Settings
from tests.conftest import ROOT

OURS = set(Settings.from_env({}, ROOT).as_environment()) | {"PYTHONUNBUFFERED"}
DEPLOYMENTS = ("ringdown-web", "ringdown-worker")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ["web", "worker"])
def test_nodes_of_the_compose_file_are_given_settings_that_exist(name: str) -> None:
    given = set(compose()["services"][name]["environment"])
    assert given <= OURS
    assert {"PUBLIC_URL", "SECRET_KEY", "REDIS_URL", "DATABASE_URL"} <= given, "nothing is kept only in a process"


def test_the_image_serves_as_the_procfile_does() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    procfile = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines())
    serves = re.search(r'"exec (.*)"\]', dockerfile)
    assert serves
    assert re.sub(r'["\']', "", serves[1]) == re.sub(r'"|\$\{HOST:-|}', "", procfile["web"])
    assert " ".join(compose()["services"]["worker"]["command"]) == procfile["worker"]
    assert set(re.findall(r"([A-Z_]+)=", dockerfile.partition("ENV ")[2].partition("\n")[0])) <= OURS


def test_the_kubernetes_example_asks_addresses_that_answer_and_runs_the_worker() -> None:
    text = (ROOT / "docs/deploy/kubernetes.yaml").read_text(encoding="utf-8")
    documents = {one["metadata"]["name"]: one for one in YAML(typ="safe", pure=True).load_all(text)}
    web, worker = (documents[name]["spec"]["template"]["spec"]["containers"][0] for name in DEPLOYMENTS)
    assert web["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert web["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert worker["command"] == compose()["services"]["worker"]["command"]
    assert documents["ringdown"]["spec"]["ports"][0]["targetPort"] == web["ports"][0]["containerPort"]
