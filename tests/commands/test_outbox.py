"""``ivr outbox``, and the steps that send by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import Parts
from ivr.commands.outbox import outbox as command
from ivr.outbox import Errand, State
from ivr.ports import REQUEST_KEY, OutsideError
from ivr.settings import Settings
from tests.conftest import MONDAY_NOON, ROOT, SHARED

LETTER = {"to": "support@northwind.example", "subject": "Hello", "text": "It is urgent."}


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = Parts(Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path)}, ROOT), lambda: MONDAY_NOON)
    yield made
    made.database.close()


def ivr(parts: Parts, *words: str) -> Result:
    return CliRunner().invoke(command, [*words], obj=parts)


def test_what_is_parked_is_listed_without_what_it_says_and_can_be_sent_again_or_dropped(parts: Parts) -> None:
    for key in ("a-1", "a-2"):
        parts.outbox.put(Errand(key, "email", LETTER, "CA1"))
    assert ivr(parts, "list").exit_code == 0
    parts.delivery.run_due()
    listed = ivr(parts, "list")
    assert listed.exit_code == 1
    assert "SMTP_URL is not set" in listed.output
    assert "urgent" not in listed.output
    told = json.loads(ivr(parts, "list", "--json").output)
    assert [(one["key"], one["state"], one["about"]) for one in told] == [
        ("a-1", "parked", "CA1"),
        ("a-2", "parked", "CA1"),
    ]
    assert "data" not in told[0]
    assert json.loads(ivr(parts, "retry", "--all", "--json").output) == ["a-1", "a-2"]
    assert ivr(parts, "list").exit_code == 0
    assert ivr(parts, "drop", "a-1").output == "Dropped.\n"
    assert ivr(parts, "drop", "a-1").exit_code == 1
    assert ivr(parts, "retry", "a-1").exit_code == 1
    assert ivr(parts, "retry").exit_code == 2
    assert [entry.what for entry in parts.audit.entries(10)][:1] == ["dropped an errand"]


def test_a_step_that_cannot_send_fails_and_leaves_nothing_for_people_to_look_at(parts: Parts) -> None:
    with pytest.raises(OutsideError, match="SMTP_URL"):
        parts.send_email({**LETTER, REQUEST_KEY: "CA1-3"})
    [errand] = parts.outbox.latest(10)
    assert (errand.key, errand.about, errand.state) == ("email-CA1-3", "CA1", State.DROPPED)
