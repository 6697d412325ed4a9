"""The last good list of stores, kept so that one that breaks later stays out of use, also over a restart."""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LastGood:
    """The copy of ``file``, which may be a folder of JSON files, below ``folder``."""

    file: Path
    folder: Path

    @property
    def kept(self) -> Path | None:
        """The copy, of the kind that ``file`` is; None while there is none."""
        path = self._path
        return path if path.exists() else None

    def keep(self) -> None:
        """Copy it, whole or not at all; without a copy a restart with a broken list would be refused, nothing else."""
        to = self._path
        part = to.with_name(f".{to.name}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self.file.is_dir():
                shutil.copyfile(self.file, part)
                part.replace(to)
                return
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            for one in self.file.glob("*.json"):
                shutil.copyfile(one, part / one.name)
            if to.exists():
                shutil.rmtree(to)
            part.rename(to)
        except OSError as error:
            log.warning("the list of stores cannot be kept: %s", error)

    @property
    def _path(self) -> Path:
        mark = hashlib.sha256(str(self.file).encode()).hexdigest()[:16]
        kind = "" if self.file.is_dir() else self.file.suffix.lower()
        return self.folder / f"good-{mark}{kind}"
