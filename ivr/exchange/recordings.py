"""Recordings: collected as the sound comes, written as WAV, announced to the service when the file is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ivr.audio import RATE_HZ


@dataclass(slots=True)
class RecordingInfo:
    """A recording; ``path`` is set once the file can be fetched (status ``completed``)."""

    sid: str
    call_sid: str
    conference_sid: str
    status: str
    duration_s: float
    channels: int
    source: str
    started_s: float
    path: Path | None = None


class UnderWay(Protocol):
    """A recording that can be paused, gone on with and ended."""

    @property
    def info(self) -> RecordingInfo: ...
    @property
    def over(self) -> bool: ...
    def pause(self, *, skips: bool) -> None: ...
    def go_on(self) -> None: ...
    def stop(self) -> None: ...


class Tape:
    """Sound being recorded, mono or (``channels=2``) interleaved."""

    def __init__(self, max_s: float, channels: int = 1) -> None:
        self._pcm = bytearray()
        self._channels = channels
        self._max_bytes = int(max_s * RATE_HZ) * 2 * channels

    def add(self, pcm: bytes) -> None:
        self._pcm += pcm[: max(0, self._max_bytes - len(self._pcm))]

    @property
    def full(self) -> bool:
        return len(self._pcm) >= self._max_bytes

    @property
    def pcm(self) -> bytes:
        return bytes(self._pcm)

    @property
    def length_s(self) -> float:
        return len(self._pcm) / (2 * self._channels * RATE_HZ)
