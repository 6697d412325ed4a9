"""``ivr voicemail``: the messages, for the operator. The composition root adds it to the command line."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any, Protocol

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.inbox import VIEWS, Wanted
from voicemail import inbox_commands
from voicemail.inbox import SqlInbox
from voicemail.mailbox import Message, State, message_to_json
from voicemail.pin_command import set_pin
from voicemail.store import Voicemails

PIPE_COLUMNS = 200
"""How wide a table is where there is no terminal, so that nothing is cut before grep sees it."""

WAITING = {
    State.RECORDING: "(the caller is speaking)",
    State.RECORDED: "(waits to be transcribed)",
    State.TRANSCRIBING: "(is being transcribed)",
    State.TRANSCRIBED: "(no words recognised)",
}


class Parts(Protocol):
    """What these commands need from the composition root."""

    @property
    def voicemails(self) -> Voicemails: ...

    @property
    def inbox(self) -> SqlInbox: ...


@click.group()
def voicemail() -> None:
    """The messages callers left."""


voicemail.add_command(set_pin)

for _command in ("done", "assign", "export", "delete", "purge"):
    voicemail.add_command(getattr(inbox_commands, _command))


@voicemail.command("list")
@click.option("--mailbox", default="", help="Only this mailbox.")
@click.option("--view", type=click.Choice(VIEWS), default="all", show_default=True, help="'open' is what is not done.")
@click.option("--search", default="", metavar="WORDS", help="Only what has these words, or digits of the number.")
@click.option("--assignee", default="", metavar="NAME", help="Only what NAME looks after.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many messages."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def list_messages(parts: Parts, mailbox: str, view: str, search: str, assignee: str, limit: int, as_json: bool) -> None:
    """List the newest messages first. Empty ones (silence, hang-ups) are left out."""
    wanted = Wanted(view, mailbox, assignee, words=search)
    messages = parts.inbox.messages(wanted, None, limit)
    listed = parts.inbox.listed(messages)
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False))
        return
    if not messages:
        click.echo(_nothing(wanted))
        return
    table = Table("time", "message", "caller", "mailbox", "length", "status", "state", "transcript", box=None)
    for message, shown in zip(messages, listed, strict=True):
        caller = f"{message.caller} ({message.caller_name})" if message.caller_name else message.caller
        cells = (_time(message.at_s), message.id, caller, message.mailbox, _length(message))
        status = f"{_status(message)}{' legal hold' if shown['held'] else ''}"
        table.add_row(*(_plain(cell) for cell in (*cells, status, message.state, _text(message))))
    _console().print(table)


@voicemail.command("show")
@click.argument("message_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def show_message(parts: Parts, message_id: str, as_json: bool) -> None:
    """Show the message ID with the time and confidence of every word, and where its sound is."""
    message = parts.voicemails.message(message_id)
    if message is None:
        raise click.ClickException(f"There is no message {message_id!r}. See:  ivr voicemail list")
    sound = parts.voicemails.path(message)
    if as_json:
        data: dict[str, Any] = {**(parts.inbox.get(message_id, None) or message_to_json(message)), "path": str(sound)}
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    console = _console()
    console.print(_plain(f"{message.caller} for {message.mailbox}, {_time(message.at_s)}, {_length(message)}"))
    console.print(_plain(f"{message.state}: {_text(message)}"))
    for word in message.words:
        console.print(_plain(f"{word.start_s:8.2f} s  {word.end_s:8.2f} s  {word.confidence:4.2f}  {word.text}"))
    console.print(_plain(f"sound: {sound}"), soft_wrap=True)


def _nothing(wanted: Wanted) -> str:
    if wanted.words or wanted.assignee or wanted.view != "all":
        return "No such messages."
    return (
        f"No messages in {wanted.mailbox}."
        if wanted.mailbox
        else "No messages yet. Callers leave them by 'voicemail:'."
    )


def _status(message: Message) -> str:
    urgent, whose = ("!" if message.urgent else ""), (f" {message.assignee}" if message.assignee else "")
    return f"{message.status}{urgent}{whose}"


def _text(message: Message) -> str:
    if message.text:
        return message.text
    return WAITING.get(message.state, message.reason) + (
        f" {message.reason}" if message.state is State.RECORDED else ""
    )


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS, highlight=False)


def _plain(value: object) -> Text:
    """What callers say and send is text: no markup for rich, no control codes for the terminal."""
    return Text("".join(letter if letter.isprintable() else "?" for letter in str(value)))


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "seconds")


def _length(message: Message) -> str:
    seconds = round(message.duration_s)
    return f"{seconds // 60}:{seconds % 60:02}"
