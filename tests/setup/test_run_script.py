"""``./run`` with a tiny program and no packages to install, so that it needs neither network nor a minute."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ivr.settings import ROOT

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "a clone with spaces"
    folder.mkdir()
    shutil.copy(ROOT / "run", folder / "run")
    for name in REQUIREMENTS:
        (folder / name).write_text("# nothing\n", "utf-8")
    (folder / "app.py").write_text("import sys\nprint('app:', *sys.argv[1:])\n", "utf-8")
    return folder


def start(clone: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own script
        [str(clone / "run"), *arguments],
        cwd=clone.parent,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(clone: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(clone, *arguments)
    output, said = process.communicate(timeout=120)
    return process.returncode, output, said


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_every_shell_can_read_it(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        assert shell != "sh"
        return
    for script in ("run", ".ci/run", ".ci/pin"):
        if script != ".ci/run" or shell == "bash":
            checked = subprocess.run([program, "-n", ROOT / script], capture_output=True, check=False)  # noqa: S603
            assert (checked.returncode, checked.stderr) == (0, b"")


def test_two_first_starts_side_by_side_install_once_and_both_run(clone: Path) -> None:
    first, second = start(clone, "ivr", "check", "one two"), start(clone, "ivr", "check")
    outputs = [process.communicate(timeout=120) for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0]
    assert [output for output, _ in outputs] == ["app: check one two\n", "app: check\n"]
    assert sum(said.count("Making .venv") for _, said in outputs) == 1
    assert sum(said.count("Installing 0 Python packages") for _, said in outputs) == 1

    assert run(clone, "ivr", "check") == (0, "app: check\n", ""), "a second start has nothing to say"
    assert run(clone) == (0, "app: run\n", "")
    assert run(clone, "demo", "--fast") == (0, "app: demo --fast\n", "")
    inside = subprocess.run([clone / ".venv/bin/ivr", "check"], capture_output=True, check=True, text=True)  # noqa: S603
    assert inside.stdout == "app: check\n"

    (clone / "requirements.txt").write_text("# nothing else\n", "utf-8")
    assert "Installing 0" in run(clone, "ivr", "check")[2]

    (clone / ".venv" / "bin" / "python").unlink()
    (clone / ".venv" / "bin" / "python").symlink_to("/nonexistent")  # as after an update of the system
    code, output, said = run(clone, "ivr", "check")
    assert (code, output) == (0, "app: check\n")
    assert "Making .venv" in said


def test_help_installs_nothing_and_an_unknown_word_is_refused(clone: Path) -> None:
    code, output, _ = run(clone, "help")
    assert code == 0
    for way in ("./run demo", "./run test", "./run ivr"):
        assert way in output
    code, _, said = run(clone, "tset")
    assert code == 2
    assert "tset" in said
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_package_is_pinned_with_a_hash_and_no_address(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    text = "\n".join(lines)
    assert "://" not in text
    assert not [line for line in lines if line.startswith("-")]
    for package in re.split(r"\n(?=\S)", text):
        if not package.startswith("#"):
            assert re.match(r"[\w.-]+==[\w.]+", package), package
            assert "--hash=sha256:" in package, package
