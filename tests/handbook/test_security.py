"""Every promise of docs/security.md names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.conftest import ROOT

ROW = re.compile(r"^\| (?P<promise>.+?) \| (?P<tests>`.+`) \|$", re.MULTILINE)
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


@cache
def defined_in(file: str) -> frozenset[str]:
    """The names of the tests in ``file``; none where there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_promise_names_tests_and_all_of_them_exist() -> None:
    rows = [(found["promise"], found["tests"].strip("`").split("`, `")) for found in ROW.finditer(PAGE)]
    assert len(rows) == len([line for line in PAGE.splitlines() if line.startswith("| ")]) - 1, "a row without a test"
    missing = []
    for promise, named in rows:
        for one in named:
            file, _, test = one.partition("::")
            if not test.startswith("test_") or test not in defined_in(file):
                missing.append(f"{promise}: {one}")
    assert missing == []


def test_a_test_that_is_not_there_would_be_found() -> None:
    assert "test_every_promise_names_tests_and_all_of_them_exist" in defined_in("tests/handbook/test_security.py")
    assert defined_in("tests/nowhere.py") == frozenset()
