"""``ivr voicemail done|assign|export|delete|purge``: what people do with messages, from the command line."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import click

from ivr.inbox import VIEWS, Change, Step, Wanted
from ivr.ports import Audit, OutsideError
from voicemail.inbox import SqlInbox
from voicemail.removal import DAY_S, Removal

MOST_COUNTED = 100_000


class Parts(Protocol):
    """What these commands need from the composition root."""

    @property
    def inbox(self) -> SqlInbox: ...

    @property
    def removal(self) -> Removal: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def now(self) -> Callable[[], float]: ...

    def message_days(self) -> Mapping[str, int]:
        """How long each mailbox keeps its messages, by the flow file; those that keep them for ever are left out."""
        ...


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "the command line"


_ids = click.argument("ids", metavar="ID...", nargs=-1, required=True)
_by = click.option("--by", "who", default=_user, metavar="NAME", help="Who does it (you by default).")
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_yes = click.option("-y", "--yes", is_flag=True, help="Do not ask.")
_mailbox = click.option("--mailbox", default="", help="Only this mailbox.")


@click.command()
@_ids
@click.option("--undo", is_flag=True, help="Open them again.")
@_by
@_json
@click.pass_obj
def done(parts: Parts, ids: tuple[str, ...], undo: bool, who: str, as_json: bool) -> None:
    """Mark messages as done."""
    _change(parts, ids, Change(status="read" if undo else "done"), who, as_json)


@click.command()
@_ids
@click.option("--to", "assignee", required=True, metavar="NAME", help="Who looks after them; '' for nobody.")
@_by
@_json
@click.pass_obj
def assign(parts: Parts, ids: tuple[str, ...], assignee: str, who: str, as_json: bool) -> None:
    """Say who looks after messages."""
    _change(parts, ids, Change(assignee=assignee), who, as_json)


def _change(parts: Parts, ids: Sequence[str], change: Change, who: str, as_json: bool) -> None:
    _must_exist(parts, ids)
    changed = parts.inbox.change(Step(tuple(ids), change), None, who)
    _tell({"changed": changed.count}, f"{changed.count} changed.", as_json)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@_mailbox
@click.option("--view", type=click.Choice(VIEWS), default="all", show_default=True)
@click.option("--search", default="", metavar="WORDS", help="Only what has these words, or digits of the number.")
@_by
@_json
@click.pass_obj
def export(parts: Parts, file: Path, mailbox: str, view: str, search: str, who: str, as_json: bool) -> None:
    """Write messages to FILE: a table when it ends with .csv, the table and all sound when it ends with .zip."""
    wanted = Wanted(view, mailbox, words=search)
    match file.suffix.lower():
        case ".csv":
            pieces: Iterable[bytes] = (line.encode() for line in parts.inbox.csv(wanted, None))
        case ".zip":
            pieces = parts.inbox.zip(wanted, None)
        case _:
            raise click.UsageError("FILE must end with .csv or .zip.")
    try:
        with file.open("wb") as out:
            size = sum(out.write(piece) for piece in pieces)
    except OSError as error:
        raise OutsideError(f"Cannot write {file}: {error.strerror}", retry=False) from error
    parts.audit(who, "exported voicemails", f"{file.name}, {size} bytes")
    _tell({"file": str(file), "bytes": size}, f"{file}: {size:,} bytes.", as_json)


@click.command()
@_ids
@_yes
@_by
@_json
@click.pass_obj
def delete(parts: Parts, ids: tuple[str, ...], yes: bool, who: str, as_json: bool) -> None:
    """Delete messages with their sound, for good. What is on legal hold stays."""
    _must_exist(parts, ids)
    if not yes:
        click.confirm(f"Delete {len(ids)} for good?", abort=True, err=True)
    deleted = parts.inbox.delete(ids, None)
    parts.audit(who, "deleted voicemails", f"{deleted}: {', '.join(ids)}")
    held = [one for one in ids if parts.inbox.message(one, None) is not None]
    more = f" On legal hold: {', '.join(held)}." if held else ""
    _tell({"deleted": deleted, "held": held}, f"{deleted} deleted.{more}", as_json)


@click.command()
@click.option(
    "--older-than", "days", type=click.IntRange(0), metavar="DAYS", help="Instead of what the flow file says."
)
@_mailbox
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
@_yes
@_by
@_json
@click.pass_obj
def purge(parts: Parts, days: int | None, mailbox: str, dry_run: bool, yes: bool, who: str, as_json: bool) -> None:
    """Delete messages that are older than their mailbox keeps them (keep_days), for good.

    The worker does this by itself every minute; with --older-than it is done now, whatever the flow file says.
    """
    kept = _days(parts, days, mailbox)
    old = {name: _count(parts, name, parts.now() - each * DAY_S) for name, each in kept.items()}
    old = {name: count for name, count in old.items() if count}
    if dry_run or not old:
        _tell({"old": old}, _told(old, "to delete"), as_json)
        return
    if not yes:
        click.confirm(f"Delete {_told(old, 'older messages')} for good?", abort=True, err=True)
    gone = dict.fromkeys(old, 0)
    while found := parts.removal.purge({name: kept[name] for name in old}, parts.now()):
        for name, ids in found.items():
            gone[name] += len(ids)
    parts.audit(who, "purged voicemails", _told(gone, "deleted"))
    _tell({"deleted": gone}, _told(gone, "deleted"), as_json)


def _days(parts: Parts, days: int | None, mailbox: str) -> Mapping[str, int]:
    if days is None:
        return {name: each for name, each in parts.message_days().items() if mailbox in {"", name}}
    names = [mailbox] if mailbox else [count.mailbox for count in parts.inbox.counts(None)]
    return dict.fromkeys(names, days)


def _count(parts: Parts, mailbox: str, until_s: float) -> int:
    return len(parts.inbox.messages(Wanted(mailbox=mailbox, until_s=until_s), None, MOST_COUNTED))


def _told(counts: Mapping[str, int], what: str) -> str:
    return ", ".join(f"{name}: {count} {what}" for name, count in counts.items()) or "Nothing is older than it is kept."


def _must_exist(parts: Parts, ids: Sequence[str]) -> None:
    missing = [one for one in ids if parts.inbox.message(one, None) is None]
    if missing:
        raise click.ClickException(f"There is no message {missing[0]!r}. See:  ivr voicemail list")


def _tell(data: Mapping[str, object], text: str, as_json: bool) -> None:
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else text)
