"""Fetch a model: a download that goes on where it stopped, is checked, and is unpacked with care."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ivr.ports import OutsideError
from ivr.speech.models import OFFICIAL_URL, holds_model, is_model_name

_TIMEOUT_S = 30.0  # without one byte
_PIECE = 1 << 18
_MOST_FILES = 5000  # the largest official model has some 30
_MOST_BYTES = 12 * 10**9  # the largest official model unpacks to 4 GB
_LIST_BYTES = 5 * 10**6

Progress = Callable[[int, int], None]
"""Told the bytes that are here and those there will be (0 when unknown)."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the download must add up to: ``kind`` is ``md5`` (the makers' list) or ``sha256``."""

    kind: str
    value: str

    def fits(self, path: Path) -> bool:
        """Whether the file at ``path`` is the right one."""
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.new(self.kind, usedforsecurity=False)).hexdigest() == (
                self.value.lower()
            )


def pull(
    name: str, folder: Path, progress: Progress, *, base_url: str = OFFICIAL_URL, checksum: Checksum | None = None
) -> Path:
    """Put the model ``name`` under ``folder``; an interrupted download goes on. Returns its directory.

    Without ``checksum`` the one in the server's ``model-list.json`` is used.

    Raises:
        OutsideError: saying what went wrong and whether trying again helps.
    """
    if not is_model_name(name):
        raise OutsideError(f"{name!r} is not the name of a model", retry=False)
    if not base_url.startswith(("https://", "http://")):
        raise OutsideError(f"{base_url!r} is not the address of a server (https://...)", retry=False)
    target = folder / name
    if holds_model(target):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    checksum = checksum or _listed_checksum(name, base_url)
    package = folder / f"{name}.zip.part"
    for fresh in (False, True):  # what was left by an earlier try may be of another version
        if fresh:
            package.unlink(missing_ok=True)
        _download(f"{base_url}/{name}.zip", package, progress)
        if checksum.fits(package):
            _unpack(package, name, target)
            package.unlink()
            return target
    package.unlink()
    raise OutsideError(f"the download of {name} is damaged: its {checksum.kind} is wrong", retry=True)


def _listed_checksum(name: str, base_url: str) -> Checksum:
    try:
        with _open(f"{base_url}/model-list.json") as answer:
            listed = json.loads(answer.read(_LIST_BYTES))
        entry: dict[str, Any] = next(entry for entry in listed if entry["name"] == name)
        md5 = str(entry["md5"])
    except StopIteration:
        raise OutsideError(f"{base_url} offers no model {name!r}", retry=False) from None
    except (ValueError, KeyError, TypeError) as error:
        raise OutsideError(f"the list of models at {base_url} has no checksum for {name}", retry=False) from error
    return Checksum("md5", md5)


def _download(url: str, path: Path, progress: Progress) -> None:
    """Fetch ``url`` into ``path``, from where the file ends if the server can."""
    here = path.stat().st_size if path.exists() else 0
    try:
        answer = _open(url, start=here)
    except _NothingLeftError:
        return
    with closing(answer):
        if answer.status != http.client.PARTIAL_CONTENT:
            here = 0
        left = int(answer.headers.get("Content-Length") or 0)
        total = here + left if left else 0
        _check_space(path.parent, left)
        with path.open("ab" if here else "wb") as file:
            progress(here, total)
            while piece := _receive(answer, url):
                file.write(piece)
                here += len(piece)
                progress(here, total)
    if total and here < total:
        raise OutsideError(f"{url} stopped at {here} of {total} bytes: try again to go on from there", retry=True)


def _receive(answer: http.client.HTTPResponse, url: str) -> bytes:
    try:
        return answer.read(_PIECE)
    except (OSError, http.client.HTTPException) as error:
        raise OutsideError(f"{url} broke off ({error}): try again to go on from there", retry=True) from error


class _NothingLeftError(Exception):
    """The server says there is nothing after what we have."""


def _open(url: str, start: int = 0) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310 - http(s)
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310 - http(s)
    except urllib.error.HTTPError as error:
        error.close()
        if start and error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise _NothingLeftError from error
        raise OutsideError(
            f"{url}: the server answered {error.code} {error.reason}", retry=error.code >= 500
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutsideError(f"{url} cannot be reached: {error}", retry=True) from error
    return answer


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OutsideError(f"{folder} has {free // 10**6} MB free, {needed // 10**6} MB are needed", retry=False)


def _unpack(package: Path, name: str, target: Path) -> None:
    """Unpack beside ``target`` and move it there when all is well."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{name}-") as folder:
        try:
            with zipfile.ZipFile(package) as archive:
                members = _safe_members(archive)
                _check_space(target.parent, sum(member.file_size for member in members))
                for member in members:
                    archive.extract(member, folder)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise OutsideError(f"the package of {name} cannot be unpacked: {error}", retry=False) from error
        unpacked = Path(folder) / name
        if not holds_model(unpacked):
            raise OutsideError(f"the package of {name} holds no speech model", retry=False)
        if target.is_dir():
            shutil.rmtree(target)
        unpacked.replace(target)


def _safe_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The archive's files, if they stay inside, are plain, and are not too many or too large."""
    members = archive.infolist()
    if len(members) > _MOST_FILES or sum(member.file_size for member in members) > _MOST_BYTES:
        raise zipfile.BadZipFile("it is too large")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise zipfile.BadZipFile(f"{member.filename!r} would be written outside of its folder")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise zipfile.BadZipFile(f"{member.filename!r} is not a plain file")
    return members
