"""Recordings that agents made of calls: the sound as a file, and a row that says it is there."""

from __future__ import annotations

import hashlib
import io
import os
import uuid
import wave
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Float, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ivr.ports import OutsideError, Shelf
from ivr.records.database import Base, Database

MOST_FORGOTTEN = 500
"""At a time: who deletes has other things to do, and comes again."""


class CallRecordingRow(Base):
    """One recording."""

    __tablename__ = "call_recordings"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64), index=True)
    started_s: Mapped[float] = mapped_column(Float(53))
    duration_s: Mapped[float] = mapped_column(Float(53))


def _no_more(session: Session, recording_id: str) -> None:
    """For recordings that are nowhere else."""


class CallRecordings:
    """The recordings in the database, in ``folder`` and on ``shelf``. Every method raises ``OutsideError``."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        shelf: Shelf,
        kept: Callable[[Session, str], None] = _no_more,
        gone: Callable[[Session, str], None] = _no_more,
    ) -> None:
        """``kept`` and ``gone`` are part of the transactions that write a recording down and remove it.

        It is to be settled, and there may be a copy elsewhere.
        """
        self._database = database
        self._folder = folder
        self._shelf = shelf
        self._kept = kept
        self._gone = gone

    def keep(self, call_id: str, mailbox: str, caller: str, at_s: float, wav: bytes, source: str = "") -> str:
        """Keep a finished WAV that ended at ``at_s``; returns its id. The same sound of the same call is kept once."""
        del mailbox, caller, source  # a call has its caller in its own record
        recording_id = "CR" + hashlib.sha256(call_id.encode() + b"\0" + wav).hexdigest()[:32]
        duration_s = _duration_s(wav)
        self._write(self._path(recording_id), wav)
        with self._database.session() as session:
            if session.get(CallRecordingRow, recording_id) is None:
                row = CallRecordingRow(
                    id=recording_id, call_id=call_id, started_s=at_s - duration_s, duration_s=duration_s
                )
                session.add(row)
            self._kept(session, recording_id)
        return recording_id

    def settle(self, recording_id: str) -> None:
        """Bring the sound to where it rests."""
        self._shelf.settle(_file(recording_id))
        if self.get(recording_id) is None:  # deleted meanwhile
            self._shelf.remove(_file(recording_id))

    def of_call(self, call_id: str) -> list[Mapping[str, Any]]:
        """The recordings of a call, the oldest first."""
        wanted = select(CallRecordingRow).where(CallRecordingRow.call_id == call_id)
        with self._database.reading() as session:
            return [_shown(row) for row in session.scalars(wanted.order_by(CallRecordingRow.started_s))]

    def get(self, recording_id: str) -> Mapping[str, Any] | None:
        """One recording, or None."""
        with self._database.reading() as session:
            row = session.get(CallRecordingRow, recording_id)
        return _shown(row) if row else None

    def audio_path(self, recording_id: str) -> Path | None:
        """Its sound; None when there is no such recording."""
        return self._shelf.readable(_file(recording_id)) if self.get(recording_id) else None

    def forget(self, before_s: float, but: Collection[str] = ()) -> Iterator[Mapping[str, Any]]:
        """Delete what ended before then, the oldest first, each as it is taken from here; not all, when there is much.

        Yields what is gone. The recordings of the calls ``but`` these are left.
        """
        ended_s = CallRecordingRow.started_s + CallRecordingRow.duration_s
        wanted = select(CallRecordingRow).where(ended_s < before_s, CallRecordingRow.call_id.not_in(but))
        with self._database.reading() as session:
            rows = session.scalars(wanted.order_by(CallRecordingRow.started_s).limit(MOST_FORGOTTEN))
            old = [_shown(row) for row in rows]
        for recording in old:
            self.delete(recording["id"])
            yield recording

    def delete(self, recording_id: str) -> None:
        """The sound first: a row that has lost it is tried again, a sound without a row would stay for ever."""
        self._shelf.remove(_file(recording_id))
        with self._database.session() as session:
            self._gone(session, recording_id)
            session.execute(delete(CallRecordingRow).where(CallRecordingRow.id == recording_id))

    def _path(self, recording_id: str) -> Path:
        return self._folder / _file(recording_id)

    def _write(self, path: Path, wav: bytes) -> None:
        part = path.with_suffix(f".{uuid.uuid4().hex}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_bytes(wav)
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OutsideError(f"Cannot write the recording {path.name}: {error.strerror}", retry=True) from error


def _file(recording_id: str) -> str:
    return f"{recording_id}.wav"


def _shown(row: CallRecordingRow) -> Mapping[str, Any]:
    return {"id": row.id, "call_id": row.call_id, "started_s": row.started_s, "duration_s": row.duration_s}


def _duration_s(wav: bytes) -> float:
    try:
        with wave.open(io.BytesIO(wav)) as sound:
            frames, rate_hz = int(sound.getnframes()), int(sound.getframerate())
    except (wave.Error, EOFError) as error:
        raise OutsideError(f"The recording is no WAV that can be played: {error}", retry=False) from error
    return frames / max(rate_hz, 1)
