"""Messages to take along: a table for spreadsheets, and an archive of the table with the sound of all messages."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from voicemail.mailbox import Message

COLUMNS = (
    "id", "time", "mailbox", "caller", "caller_name", "number_named", "topic", "length_s", "status", "urgent",
    "assignee", "state", "sure", "transcript", "notes", "file",
)  # fmt: skip

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that begins so, whatever a caller has said."""

PIECE = 1 << 16
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")

Noted = tuple[Message, Sequence[Mapping[str, Any]]]
"""A message, with what people noted about it."""


def defused(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula.

    >>> defused("=1+1"), defused("+15035550100"), defused("call me - soon")
    ("'=1+1", "'+15035550100", 'call me - soon')
    """
    text = str(cell).replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def table(messages: Iterable[Noted]) -> Iterator[str]:
    """The lines of a CSV file, the first names the columns."""
    yield _line(COLUMNS)
    for message, notes in messages:
        yield _line(_cells(message, notes))


def archive(messages: Iterable[Noted], sound: Callable[[Message], Path | None]) -> Iterator[bytes]:
    """The pieces of a ZIP file: ``messages.csv`` and a WAV for every message whose sound is there."""
    out = _Pieces()
    lines = [_line(COLUMNS)]
    with zipfile.ZipFile(out, "w") as packed:
        for message, notes in messages:
            lines.append(_line(_cells(message, notes)))
            yield from _pack(packed, out, message, sound(message))
        packed.writestr("messages.csv", "".join(lines), zipfile.ZIP_DEFLATED)
    yield out.taken()


def file_name(message: Message) -> str:
    """A name that says what it is, on every kind of disk."""
    at = datetime.fromtimestamp(message.at_s, UTC).strftime("%Y-%m-%d_%H%M%S")
    parts = (at, message.mailbox, message.caller, message.id[-8:])
    return "_".join(UNSAFE.sub("-", part).strip("-")[:40] or "unknown" for part in parts) + ".wav"


def _pack(packed: zipfile.ZipFile, out: _Pieces, message: Message, path: Path | None) -> Iterator[bytes]:
    if path is None:
        return  # the table still tells of the message
    try:
        with path.open("rb") as sound, packed.open(file_name(message), "w", force_zip64=True) as inside:
            while piece := sound.read(PIECE):
                inside.write(piece)
                yield out.taken()
    except FileNotFoundError:
        return


def _cells(message: Message, notes: Sequence[Mapping[str, Any]]) -> list[object]:
    noted = "\n".join(f"{note['who']}: {note['text']}" for note in notes)
    at = datetime.fromtimestamp(message.at_s, UTC).isoformat(timespec="seconds")
    return [
        message.id, at, message.mailbox, message.caller, message.caller_name, message.number_named, message.topic,
        f"{message.duration_s:.1f}", message.status, "yes" if message.urgent else "no", message.assignee,
        message.state, f"{message.confidence:.2f}", message.text, noted, file_name(message),
    ]  # fmt: skip


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([defused(cell) for cell in cells])
    return line.getvalue()


class _Pieces(io.RawIOBase):
    """What is written, until it is taken: an archive of any size needs little memory and no disk."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._kept += data
        return len(data)

    def taken(self) -> bytes:
        taken = bytes(self._kept)
        self._kept.clear()
        return taken
