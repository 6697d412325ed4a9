"""``ivr users``: an account from its link to its end, and what it leaves in the trail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import Parts
from ivr.accounts.passwords import Passwords
from ivr.commands.users import users
from ivr.settings import Settings
from tests.conftest import MONDAY_NOON, ROOT, SHARED

PASSWORD = "seven green bottles"  # noqa: S105 - made up for the test


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    environment = {**SHARED, "IVR_DATA": str(tmp_path), "PUBLIC_URL": "https://ivr.example.com"}
    made = Parts(Settings.from_env(environment, ROOT), lambda: MONDAY_NOON)
    made.__dict__["_passwords"] = Passwords("scrypt:1024:8:1")  # the same, with less work
    yield made
    made.database.close()


def ivr(parts: Parts, *words: str) -> Result:
    return CliRunner().invoke(users, [*words], obj=parts)


def link_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    link = result.output.split()[-1]
    assert link.startswith("https://ivr.example.com/welcome/")
    return link.rpartition("/")[2]


def test_the_first_account_is_an_admin_with_a_link_and_no_password(parts: Parts) -> None:
    link = link_of(ivr(parts, "add", "dana"))
    told = ivr(parts, "list").output
    assert "dana" in told
    assert "admin  (has a link, no password yet)" in told
    assert "nobody needs to log in" in told
    parts.accounts.join(link, PASSWORD)
    assert ivr(parts, "list").output.split() == ["dana", "admin"]
    link_of(ivr(parts, "add", "ann"))
    assert "agent  (has a link" in ivr(parts, "list").output


def test_a_reset_prints_a_new_link_and_the_password_is_gone(parts: Parts) -> None:
    parts.accounts.join(link_of(ivr(parts, "add", "dana")), PASSWORD)
    link = link_of(ivr(parts, "reset", "dana"))
    assert "password was reset" in ivr(parts, "list").output
    assert parts.accounts.invitation(link)


def test_roles_and_desk_are_changed_apart(parts: Parts) -> None:
    parts.accounts.join(link_of(ivr(parts, "add", "dana")), PASSWORD)
    ivr(parts, "add", "ann", "--role", "agent", "--role", "editor")
    assert ivr(parts, "change", "ann", "--agent", "anna").exit_code == 0
    assert ivr(parts, "change", "ann", "--role", "supervisor").exit_code == 0
    listed = json.loads(ivr(parts, "list", "--json").output)
    assert [(one["name"], one["roles"], one["agent"]) for one in listed] == [
        ("ann", ["supervisor"], "anna"),
        ("dana", ["admin"], "dana"),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "dana"], "already"),
        (["add", "a b"], "A name has"),
        (["add", "ann", "--role", "boss"], "boss"),
        (["reset", "nobody"], "no such account"),
        (["change", "nobody", "--role", "agent"], "no such account"),
        (["remove", "nobody"], "no such account"),
        (["remove", "dana"], "last admin"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(parts: Parts, words: list[str], told: str) -> None:
    parts.accounts.join(link_of(ivr(parts, "add", "dana")), PASSWORD)
    before = ivr(parts, "audit", "--json").output
    result = ivr(parts, *words)
    assert result.exit_code != 0
    assert told in result.output
    assert ivr(parts, "audit", "--json").output == before


def test_the_trail_is_told_in_order_and_without_control_codes(parts: Parts) -> None:
    parts.accounts.join(link_of(ivr(parts, "add", "dana", "--by", "root\x1b[2J")), PASSWORD)
    ivr(parts, "add", "ann", "--by", "dana")
    ivr(parts, "remove", "ann", "--by", "dana")
    told = ivr(parts, "audit").output
    assert [re.split(r" {2,}", line)[2] for line in told.splitlines()] == [
        "added user",
        "chose a password",
        "added user",
        "removed user",
    ]
    assert "\x1b" not in told
    assert [
        one["what"] for one in json.loads(ivr(parts, "audit", "--who", "dana", "--last", "1", "--json").output)
    ] == ["removed user"]
