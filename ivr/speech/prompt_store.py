"""Sound for what the service says: recorded prompts by name, spoken texts rendered once.

A prompt is known by its content (text, language and version of the voice). Texts rendered ahead are kept on disk for
every process; a text that comes up in a call may hold what the caller said, so it stays in memory.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from collections import OrderedDict
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from ivr import audio
from ivr.flows.actions import Play, Say
from ivr.ports import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_MEMORY_BYTES = 48_000_000  # 100 minutes of prompts


def _none(name: str) -> None:
    """There are no other recordings."""
    del name


class VersionedVoice(Protocol):
    """A voice whose ``version`` changes when the same text would sound different."""

    @property
    def version(self) -> str: ...

    def render(self, text: str, language: str) -> bytes: ...


_SILENCE = re.compile(r"silence-(\d{1,2}\.\d)s\.wav")
"""The built-in prompt for ``pause`` (see ``ivr.flows.actions.silence_file``)."""


class PromptStore:
    """Prompts spoken by ``voice``, kept under ``folder``; recorded ones lie in ``prompts_dir``."""

    def __init__(
        self,
        voice: VersionedVoice,
        folder: Path,
        prompts_dir: Path,
        *,
        memory_bytes: int = _MEMORY_BYTES,
        recordings: Callable[[str], bytes | None] = _none,
    ) -> None:
        """``recordings`` gives mu-law for names that are not of files in ``prompts_dir``, None for all others."""
        self.voice = voice
        self.folder = folder
        self.prompts_dir = prompts_dir
        self._recordings = recordings
        self._memory = _Memory(memory_bytes)
        self._turns = _Turns()

    def audio(self, action: Say | Play) -> bytes:
        """Mu-law for a prompt.

        Raises:
            OutsideError: when it cannot be made (no voice, no such file).
        """
        match action:
            case Say():
                return self._spoken(action, keep=False)
            case Play():
                silent = _SILENCE.fullmatch(action.file)
                if silent:
                    return bytes([audio.MULAW_SILENCE]) * int(float(silent[1]) * audio.RATE_HZ)
                mulaw = self._recordings(action.file)
                return self._recorded(action.file) if mulaw is None else mulaw

    def render_ahead(self, says: Iterable[Say]) -> Iterator[bool]:
        """Render each prompt to disk, as the iterator is drawn from; yields whether it was new.

        Raises:
            OutsideError: when there is no voice or the folder cannot be written.
        """
        for say in says:
            new = not self._path(say).is_file()
            self._spoken(say, keep=True)
            yield new

    def _spoken(self, say: Say, *, keep: bool) -> bytes:
        key = self._key(say)
        with self._turns.of(key):
            mulaw = self._memory.get(key)
            if mulaw is None:
                mulaw = _read(self._path(say))
            on_disk = mulaw is not None and self._path(say).is_file()
            if mulaw is None:
                mulaw = self.voice.render(say.text, say.language)
            if keep and not on_disk:
                _write(self._path(say), mulaw)
            self._memory.put(key, mulaw)
            return mulaw

    def _recorded(self, name: str) -> bytes:
        """A file of the prompts folder; whatever the name says, nothing outside of it is read."""
        home = self.prompts_dir.resolve()
        try:
            path = (home / name).resolve()
            inside = path.is_relative_to(home) and path.is_file()
            key = f"{path}:{path.stat().st_mtime_ns}" if inside else ""
        except (OSError, ValueError) as error:
            raise OutsideError(f"there is no recorded prompt {name!r}", retry=False) from error
        if not inside:
            raise OutsideError(f"there is no recorded prompt {name!r} in {home}", retry=False)
        with self._turns.of(key):
            mulaw = self._memory.get(key)
            if mulaw is None:
                try:
                    mulaw = audio.mulaw_encode(audio.read_audio(path))
                except audio.AudioError as error:
                    raise OutsideError(
                        f"the recorded prompt {name!r} cannot be played: {error}", retry=False
                    ) from error
                self._memory.put(key, mulaw)
            return mulaw

    def _key(self, say: Say) -> str:
        content = "\0".join((self.voice.version, say.language, say.text))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    def _path(self, say: Say) -> Path:
        key = self._key(say)
        return self.folder / key[:2] / f"{key}.ulaw"


def _read(path: Path) -> bytes | None:
    """The file's content; None when there is none (an empty file is what a power cut may leave)."""
    try:
        return path.read_bytes() or None
    except OSError:
        return None


def _write(path: Path, mulaw: bytes) -> None:
    """Write so that other processes see all of it or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(mulaw)
            os.replace(temporary, path)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise OutsideError(f"prompts cannot be kept in {path.parent}: {error}", retry=True) from error


class _Memory:
    """The prompts used last, up to a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._prompts: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._prompts:
                self._prompts.move_to_end(key)
            return self._prompts.get(key)

    def put(self, key: str, mulaw: bytes) -> None:
        with self._lock:
            self._bytes += len(mulaw) - len(self._prompts.pop(key, b""))
            self._prompts[key] = mulaw
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._prompts.popitem(last=False)[1])


class _Turns:
    """One thread at a time for each key, so that a prompt is rendered once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        with self._lock:
            turn, waiting = self._busy.get(key, (threading.Lock(), 0))
            self._busy[key] = (turn, waiting + 1)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, waiting = self._busy.pop(key)
                if waiting > 1:
                    self._busy[key] = (turn, waiting - 1)
