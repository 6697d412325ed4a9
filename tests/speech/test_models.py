"""Finding and fetching models, against a server of our own that can break off, lie and go on."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from ivr.commands.models import models
from ivr.ports import OutsideError
from ivr.speech.fetching import Checksum, pull
from ivr.speech.models import find_model, installed_models
from tests.speech.conftest import MODEL

NAME = "vosk-model-small-xx-0.1"


def a_package(extra: dict[str, bytes] | None = None, name: str = NAME) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}/am/final.mdl", bytes(range(256)) * 2000)
        archive.writestr(f"{name}/conf/model.conf", b"--beam=11\n")
        for path, content in (extra or {}).items():
            archive.writestr(path, content)
    return file.getvalue()


class ModelServer(ThreadingHTTPServer):
    """Offers one package with ranges; ``breaks_after`` bytes it hangs up, once."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.packages: dict[str, bytes] = {}
        self.listed: object = []
        self.breaks_after: int | None = None
        self.ranges: list[str] = []
        self.knows_ranges = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/vosk/models"

    def offer(self, package: bytes, name: str = NAME) -> None:
        self.packages[f"/vosk/models/{name}.zip"] = package
        self.listed = [{"name": name, "md5": hashlib.md5(package, usedforsecurity=False).hexdigest()}]


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self) -> None:
        if self.path == "/vosk/models/model-list.json":
            self._send(200, json.dumps(self.server.listed).encode())
        elif self.path in self.server.packages:
            self._send_package(self.server.packages[self.path])
        else:
            self.send_error(404)

    def _send_package(self, package: bytes) -> None:
        wanted = self.headers.get("Range", "")
        self.server.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-") or 0) if self.server.knows_ranges else 0
        if start >= len(package):
            self.send_error(416)
            return
        self._send(206 if start else 200, package[start:])

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path.endswith(".zip"):
            body, self.server.breaks_after = body[: self.server.breaks_after], None
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fetch(server: ModelServer, folder: Path, checksum: Checksum | None = None) -> Path:
    return pull(NAME, folder, lambda _here, _total: None, base_url=server.url, checksum=checksum)


def test_a_model_is_fetched_checked_and_unpacked(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    seen: list[tuple[int, int]] = []
    path = pull(NAME, tmp_path / "models", lambda here, total: seen.append((here, total)), base_url=server.url)
    assert path == tmp_path / "models" / NAME
    assert (path / "am" / "final.mdl").stat().st_size == 512000
    assert seen[-1] == (len(a_package()), len(a_package()))
    assert [entry.name for entry in path.parent.iterdir()] == [NAME]


def test_a_model_that_is_here_is_not_fetched_again(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    assert fetch(server, tmp_path) == fetch(server, tmp_path)
    assert len(server.ranges) == 1


def test_a_broken_download_goes_on_where_it_stopped(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    server.breaks_after = 300_000
    with pytest.raises(OutsideError, match="try again to go on") as error:
        fetch(server, tmp_path)
    assert error.value.retry
    here = (tmp_path / f"{NAME}.zip.part").stat().st_size
    assert 0 < here <= 300_000
    assert fetch(server, tmp_path).is_dir()
    assert server.ranges == ["", f"bytes={here}-"]


def test_a_server_without_ranges_is_asked_for_everything(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    server.knows_ranges = False
    (tmp_path / f"{NAME}.zip.part").write_bytes(a_package()[:1000])
    assert fetch(server, tmp_path).is_dir()


def test_a_finished_download_that_was_not_unpacked_is_used(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    (tmp_path / f"{NAME}.zip.part").write_bytes(a_package())
    assert fetch(server, tmp_path).is_dir()
    assert server.ranges == [f"bytes={len(a_package())}-"]


def test_the_rest_of_another_version_is_thrown_away(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    (tmp_path / f"{NAME}.zip.part").write_bytes(b"x" * 1000)
    assert fetch(server, tmp_path).is_dir()
    assert server.ranges == ["bytes=1000-", ""]


def test_a_wrong_checksum_leaves_nothing_behind(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    with pytest.raises(OutsideError, match="sha256 is wrong"):
        fetch(server, tmp_path, Checksum("sha256", "0" * 64))
    assert list(tmp_path.iterdir()) == []


def test_a_checksum_of_ones_own_needs_no_list(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    server.listed = []
    with pytest.raises(OutsideError, match="offers no model"):
        fetch(server, tmp_path)
    server.listed = [{"name": NAME}]
    with pytest.raises(OutsideError, match="has no checksum"):
        fetch(server, tmp_path)
    assert fetch(server, tmp_path, Checksum("sha256", hashlib.sha256(a_package()).hexdigest())).is_dir()


def a_link() -> bytes:
    file = io.BytesIO(a_package())
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo(f"{NAME}/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


@pytest.mark.parametrize(
    ("package", "why"),
    [
        (a_package({"../escaped.txt": b"x"}), "outside"),
        (a_package({f"{NAME}/../../escaped.txt": b"x"}), "outside"),
        (a_package({"/tmp/escaped.txt": b"x"}), "outside"),  # noqa: S108 - a name in a bad package
        (a_package({"..\\escaped.txt": b"x"}), "outside"),
        (a_link(), "not a plain file"),
        (a_package({f"{NAME}/{number}": b"" for number in range(5001)}), "too large"),
        (a_package(name="another-model"), "holds no speech model"),
        (b"this is not a package", "cannot be unpacked"),
        (a_package()[:-100], "cannot be unpacked"),
    ],
)
def test_a_bad_package_is_refused_whole(server: ModelServer, tmp_path: Path, package: bytes, why: str) -> None:
    server.offer(package)
    folder = tmp_path / "data" / "models"
    with pytest.raises(OutsideError, match=why):
        fetch(server, folder)
    assert not (folder / NAME).exists()
    assert not list(tmp_path.rglob("escaped*"))


@pytest.mark.parametrize("name", ["../evil", "a/b", "", ".hidden", "a..b", "x" * 200])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutsideError, match="not the name of a model"):
        pull(name, tmp_path, lambda _here, _total: None)


def test_a_server_that_is_not_there_or_not_one_is_named(server: ModelServer, tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="404"):
        pull(NAME, tmp_path, lambda _h, _t: None, base_url=f"{server.url}/wrong", checksum=Checksum("md5", ""))
    with pytest.raises(OutsideError, match="not the address"):
        pull(NAME, tmp_path, lambda _h, _t: None, base_url="file:///etc")
    with pytest.raises(OutsideError, match="cannot be reached"):
        pull(NAME, tmp_path, lambda _h, _t: None, base_url="http://127.0.0.1:1")


def test_models_are_found_by_name_and_by_directory(tmp_path: Path) -> None:
    root = MODEL.parents[1]
    assert find_model("telephony-en-8k", root, tmp_path) == MODEL
    assert find_model(str(MODEL), tmp_path, tmp_path) == MODEL
    assert find_model("models/telephony-en-8k", root, tmp_path) == MODEL
    assert ("telephony-en-8k", MODEL) in list(installed_models(root, tmp_path))
    for wrong in ("no-such-model", "../models", ""):
        with pytest.raises(OutsideError, match="there is no speech model"):
            find_model(wrong, root, tmp_path)


def parts(tmp_path: Path) -> SimpleNamespace:
    root = MODEL.parents[1]
    return SimpleNamespace(settings=SimpleNamespace(root=root, data=tmp_path, vosk_model="telephony-en-8k"))


def test_the_command_fetches_and_lists(server: ModelServer, tmp_path: Path) -> None:
    server.offer(a_package())
    run = CliRunner().invoke(models, ["pull", NAME, "--from", server.url, "--json"], obj=parts(tmp_path))
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["folder"] == str(tmp_path / "models" / NAME)
    run = CliRunner().invoke(models, ["list", "--json"], obj=parts(tmp_path))
    rows = {row["name"]: row for row in json.loads(run.stdout)}
    assert rows[NAME]["folder"] == str(tmp_path / "models" / NAME)
    assert rows["telephony-en-8k"]["in_use"] == "yes"
    assert rows["vosk-model-small-en-us-0.15"]["folder"] == ""
    assert "telephony-en-8k" in CliRunner().invoke(models, ["list"], obj=parts(tmp_path)).output


def test_the_command_says_what_went_wrong(server: ModelServer, tmp_path: Path) -> None:
    run = CliRunner().invoke(models, ["pull", NAME, "--from", server.url], obj=parts(tmp_path))
    assert run.exit_code == 1
    assert "offers no model" in run.output
    run = CliRunner().invoke(models, ["pull", NAME, "--sha256", "abc"], obj=parts(tmp_path))
    assert run.exit_code == 2
