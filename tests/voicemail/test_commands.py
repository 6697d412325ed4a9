"""What the operator sees of the messages."""

from __future__ import annotations

import json
from dataclasses import dataclass

import click
import pytest
from click.testing import CliRunner, Result

from ivr import audio
from ivr.speech.canned import CannedEars
from tests.voicemail.conftest import SPEECH
from voicemail.commands import voicemail
from voicemail.jobs import transcribe
from voicemail.store import Voicemails


@dataclass
class Parts:
    voicemails: Voicemails


def run(store: Voicemails, *arguments: str) -> Result:
    return CliRunner().invoke(voicemail, arguments, obj=Parts(store))


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
