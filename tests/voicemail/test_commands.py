"""What the operator sees of the messages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from ivr import audio
from ivr.inbox import Change, Step
from ivr.speech.canned import CannedEars
from tests.voicemail.conftest import SPEECH
from voicemail.commands import voicemail
from voicemail.inbox import SqlInbox
from voicemail.jobs import transcribe
from voicemail.removal import DAY_S, Removal
from voicemail.store import Voicemails


@dataclass
class Parts:
    voicemails: Voicemails
    inbox: SqlInbox
    removal: Removal
    audit: Callable[..., None]
    now: Callable[[], float] = lambda: 1_000_000.0 + 10 * DAY_S

    def message_days(self) -> dict[str, int]:
        return {"support": 9, "sales": 30}


def run(store: Voicemails, *arguments: str, did: list[str] | None = None) -> Result:
    database = store._database
    inbox = SqlInbox(database, store, lambda topic, data: None)
    trail = [] if did is None else did
    parts = Parts(store, inbox, Removal(database, store), lambda who, what, about="": trail.append(what))
    return CliRunner().invoke(voicemail, arguments, obj=parts)


@pytest.fixture
def message_id(store: Voicemails) -> str:
    kept = store.keep("CA1", "support", "+15035550199", 1_000_000.0, audio.wav_bytes(SPEECH))
    transcribe(kept, store, CannedEars(["please [bold]call[/bold] me back"]))
    return kept


def test_the_list_shows_who_called_and_what_they_said(store: Voicemails, message_id: str) -> None:
    shown = run(store, "list")
    assert shown.exit_code == 0
    row = shown.stdout.splitlines()[1]
    for part in (message_id, "+15035550199", "support", "0:02", "transcribed", "please"):
        assert part in row


def test_the_list_marks_what_is_on_legal_hold(store: Voicemails, message_id: str) -> None:
    assert "legal hold" not in run(store, "list").stdout
    SqlInbox(store._database, store, lambda topic, data: None).change(
        Step((message_id,), Change(hold="case 17")), None, "ann"
    )
    assert "legal hold" in run(store, "list").stdout.splitlines()[1]
    [listed] = json.loads(run(store, "list", "--json").stdout)
    assert listed["held"] is True


def test_one_mailbox_can_be_asked_for(store: Voicemails, message_id: str) -> None:
    assert message_id in run(store, "list", "--mailbox", "support").stdout
    assert run(store, "list", "--mailbox", "sales").stdout == "No messages in sales.\n"


def test_an_empty_mailbox_is_told_kindly(store: Voicemails) -> None:
    shown = run(store, "list")
    assert (shown.exit_code, json.loads(run(store, "list", "--json").stdout)) == (0, [])
    assert shown.stdout.startswith("No messages yet.")


def test_a_message_shows_every_word_with_its_time_and_where_the_sound_is(store: Voicemails, message_id: str) -> None:
    shown = run(store, "show", message_id).stdout
    assert "    0.00 s      0.30 s  1.00  please" in shown
    message = store.message(message_id)
    assert message is not None
    assert f"sound: {store.path(message)}" in shown.replace("\n", "")


def test_machines_get_the_same_as_json(store: Voicemails, message_id: str) -> None:
    listed = json.loads(run(store, "list", "--json").stdout)
    shown = json.loads(run(store, "show", message_id, "--json").stdout)
    assert [message["id"] for message in listed] == [message_id]
    assert shown["words"][0] == {"text": "please", "start_s": 0.0, "end_s": 0.3, "confidence": 1.0}
    assert shown["path"].endswith(f"{message_id}.wav")


def test_an_unknown_message_is_a_failure_with_a_way_on(store: Voicemails) -> None:
    shown = run(store, "show", "VM0")
    assert shown.exit_code == 1
    assert "ivr voicemail list" in shown.output


def test_what_a_caller_says_neither_styles_nor_steers_the_terminal(store: Voicemails) -> None:
    kept = store.keep("CA1", "support", "\x1b[2J[red]evil[/red]", 1_000_000.0, audio.wav_bytes(SPEECH))
    for shown in (run(store, "list").stdout, run(store, "show", kept).stdout):
        assert "?[2J[red]evil[/red]" in click.unstyle(shown)
        assert "\x1b[2J" not in shown


def test_messages_are_done_assigned_and_found_again(store: Voicemails, message_id: str) -> None:
    assert json.loads(run(store, "done", message_id, "--json").stdout) == {"changed": 1}
    assert json.loads(run(store, "list", "--view", "open", "--json").stdout) == []
    assert run(store, "done", message_id, "--undo").stdout == "1 changed.\n"
    assert run(store, "assign", message_id, "--to", "bob").exit_code == 0
    [found] = json.loads(run(store, "list", "--assignee", "bob", "--search", "call", "--json").stdout)
    assert (found["id"], found["status"], found["assignee"]) == (message_id, "read", "bob")
    assert run(store, "list", "--search", "kayak").stdout == "No such messages.\n"
    assert run(store, "done", "VM0").exit_code == 1


def test_messages_are_written_to_a_table_or_an_archive(store: Voicemails, message_id: str, tmp_path: Path) -> None:
    did: list[str] = []
    assert run(store, "export", str(tmp_path / "all.csv"), did=did).exit_code == 0
    assert message_id in (tmp_path / "all.csv").read_text(encoding="utf-8")
    told = json.loads(run(store, "export", str(tmp_path / "all.zip"), "--json", did=did).stdout)
    assert told["bytes"] == (tmp_path / "all.zip").stat().st_size
    assert len(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == 2
    assert run(store, "export", str(tmp_path / "all.txt")).exit_code == 2
    assert did == ["exported voicemails"] * 2


def test_deleting_asks_first_and_is_written_down(store: Voicemails, message_id: str) -> None:
    did: list[str] = []
    assert run(store, "delete", message_id, did=did).exit_code == 1
    assert store.message(message_id)
    assert json.loads(run(store, "delete", message_id, "-y", "--json", did=did).stdout) == {"deleted": 1, "held": []}
    assert store.message(message_id) is None
    assert did == ["deleted voicemails"]


def test_purging_goes_by_the_days_of_the_mailbox_or_those_that_are_said(store: Voicemails, message_id: str) -> None:
    young = store.keep("CA2", "sales", "x", 1_000_000.0, audio.wav_bytes(SPEECH))
    assert json.loads(run(store, "purge", "--dry-run", "--json").stdout) == {"old": {"support": 1}}
    assert store.message(message_id)
    assert json.loads(run(store, "purge", "-y", "--json").stdout) == {"deleted": {"support": 1}}
    assert store.message(message_id) is None
    assert run(store, "purge", "-y").stdout == "Nothing is older than it is kept.\n"
    assert json.loads(run(store, "purge", "--older-than", "10", "-y", "--json").stdout) == {"old": {}}
    assert json.loads(run(store, "purge", "--older-than", "9", "-y", "--json").stdout) == {"deleted": {"sales": 1}}
    assert store.message(young) is None
