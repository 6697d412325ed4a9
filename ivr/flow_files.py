"""Flow files on disk: the main file with all it includes as one text, and whether any of them changed since."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TypeAlias

from ivr.flows.bundle import bundled
from ivr.flows.documents import beside
from ivr.flows.problems import FlowFileError, Place, Problem
from ivr.flows.source import MAX_BYTES, decode

Stamp: TypeAlias = tuple[int, int] | None


def read_flow_file(path: Path, shown: str = "") -> str:
    """The flow file at ``path`` and what it includes; ``shown`` is its name in messages.

    Raises:
        FlowFileError: when one of the files cannot be read.
        OSError: when there is no main file, or nobody may read it.
    """
    return FlowFiles(path, shown).read()


def shown_name(path: Path) -> str:
    """A file as people call it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def leads_away(main: Path, name: str) -> bool:
    """Whether the file ``name`` beside ``main`` is in truth outside the folder of ``main``.

    Links inside the folder are how some systems swap a whole configuration at once.
    """
    folder = os.path.realpath(main.parent)
    return os.path.commonpath((folder, os.path.realpath(main.parent / name))) != folder


def raw_lines(main: Path, name: str = "") -> list[str]:
    """The lines of ``main``, or of the file ``name`` beside it, as far as they can be shown, though it is no text."""
    path = main.parent / name if name else main
    if not path.is_file() or (name and leads_away(main, name)):
        return []
    with path.open("rb") as file:
        return file.read(MAX_BYTES).decode("utf-8-sig", "replace").splitlines()


class FlowFiles:
    """The main file at ``path``, and the files beside it that the last reading came across."""

    def __init__(self, path: Path, shown: str = "") -> None:
        self._path = path
        self._shown = shown or str(path)
        self._stamps: dict[Path, Stamp] = {}

    def read(self) -> str:
        """All of it as one text.

        Raises:
            FlowFileError: when one of the files cannot be read.
            OSError: when there is no main file, or nobody may read it.
        """
        self._note(self._path)
        text = decode(self._path.read_bytes(), self._shown)
        return bundled(text, self._beside, self._shown)

    @property
    def changed(self) -> bool:
        """Whether there may be another text since the last reading; true before the first."""
        return not self._stamps or any(_stamp(path) != was for path, was in self._stamps.items())

    def _note(self, path: Path) -> None:
        """Look at a file before it is read: an edit made meanwhile is then noticed as one."""
        self._stamps[path] = _stamp(path)

    def _beside(self, name: str) -> str | None:
        """The included file ``name``; None when there is none. Links must not lead out of the folder."""
        path, shown = self._path.parent / name, beside(self._shown, name)
        self._note(path)
        try:
            if leads_away(self._path, name):
                raise _refused(shown, "it is a link out of this folder.", "Put the file itself there.")
            data = _read(os.path.realpath(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(shown, f"{error.strerror}.", "Check its name, and who may read it.") from error
        if data is None:
            raise _refused(shown, "it is not a file.", "Name a file with flows in it.")
        if len(data) > MAX_BYTES:
            raise FlowFileError([Problem(Place(shown, 1, 1), "F004", "the file is too large.", "Split it.")])
        return decode(data, shown)


def _refused(shown: str, why: str, instead: str) -> FlowFileError:
    return FlowFileError([Problem(Place(shown, 1, 1), "F000", f"the file cannot be read: {why}", instead)])


def _read(path: str) -> bytes | None:
    """What is in a file, as far as it matters; None when it is no file but something that may never end."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(MAX_BYTES + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
