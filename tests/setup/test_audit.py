"""The audit of dependencies fails for what is known to be vulnerable, and for nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, Response, request

from tests.benchmarks.web_thread import serving_app
from tests.conftest import ROOT

VULNERABILITY = "GHSA-1111-2222-3333"


def audited(service: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """The gate as ``./run test`` runs it."""
    command = [sys.executable, ".ci/audit.py", "--service", service, *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603


def database(answer: str | None = None) -> Flask:
    """A database that knows one vulnerability of one version of one package."""
    app = Flask("vulnerabilities")

    @app.post("/v1/querybatch")
    def asked() -> Response | dict[str, object]:
        if answer is not None:
            return Response(answer, status=500 if answer == "broken" else 200)
        queries = request.get_json()["queries"]
        bad = {"package": {"name": "leaky", "ecosystem": "PyPI"}, "version": "1.0"}
        return {"results": [{"vulns": [{"id": VULNERABILITY}]} if one == bad else {} for one in queries]}

    @app.get(f"/v1/vulns/{VULNERABILITY}")
    def about() -> dict[str, str]:
        return {"summary": "It leaks."}

    return app


def test_a_pinned_version_that_is_known_to_be_vulnerable_fails_and_is_named(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text(
        "fine==2.0 \\\n    --hash=sha256:00\nleaky[all]==1.0 ; python_version < '4' \\\n    --hash=sha256:11\n"
    )
    with serving_app(database()) as port:
        done = audited(f"http://127.0.0.1:{port}", pins)
        pins.write_text("fine==2.0\nleaky==1.1\n")
        mended = audited(f"http://127.0.0.1:{port}", pins)
    assert done.returncode == 1
    assert f"leaky 1.0: {VULNERABILITY} It leaks." in done.stdout
    assert "2 packages, 1 known" in done.stdout
    assert (mended.returncode, mended.stdout) == (0, "2 packages, 0 known vulnerabilities, 0 accepted.\n")


@pytest.mark.parametrize("answer", ["broken", "no json", "[]", '{"results": [{}]}', '{"results": [7, {"vulns": 3}]}'])
def test_a_database_that_cannot_be_asked_fails_nothing_and_says_so_in_one_line(tmp_path: Path, answer: str) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text("fine==2.0\nleaky==1.0\n")
    with serving_app(database(answer)) as port:
        done = audited(f"http://127.0.0.1:{port}", pins)
    assert done.returncode == 0
    assert re.fullmatch(r"Not audited: the database of vulnerabilities cannot be asked \(.*\)\.\n", done.stdout)


def test_every_package_that_is_pinned_is_asked_about() -> None:
    pinned = [(ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt")]
    names = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[|==)", "\n".join(pinned), re.MULTILINE))
    done = audited("http://127.0.0.1:1", ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
    assert done.returncode == 0
    from importlib import util

    spec = util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    audit = util.module_from_spec(spec)
    spec.loader.exec_module(audit)
    assert {name for name, _ in audit.pinned(pinned)} == names
    assert len(names) > 100
