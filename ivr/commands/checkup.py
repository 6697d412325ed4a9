"""The checks of ``ivr doctor``: each a small function that says what it found and the command that mends it."""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from ivr import audio
from ivr.channels.public_url import address_problem, public_url_problem
from ivr.commands.parts import Parts
from ivr.flows import FlowFileError
from ivr.flows.actions import Say
from ivr.ports import OutsideError
from ivr.records import Database
from ivr.records.migrate import MIGRATIONS
from ivr.redis_server import RedisServer, redis_binary
from ivr.settings import DEFAULT_MODEL, Settings, without_password
from ivr.speech.models import KNOWN, find_model
from ivr.supervisor import sockets

OLDEST_PYTHON = (3, 11)
SHORTEST_WORD_S = 0.15
"""A spoken "yes" is about 0.4 s; anything much shorter is a click or nothing."""

REDIS_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. ``mend`` is the command or edit that helps; only for what is not ``ok``."""

    ok: bool
    found: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: the parts of this process, and where each variable comes from."""

    parts: Parts
    origins: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """The settings of the parts."""
        return self.parts.settings


def python(_patient: Patient) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    enough = sys.version_info[:2] >= OLDEST_PYTHON
    return Finding(enough, f"{version} at {sys.executable}", "apt-get install python3 python3-venv && ./run setup")


def packages(patient: Patient) -> Finding:
    file = patient.settings.root / "requirements.txt"
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+) *\\?$", file.read_text("utf-8"), re.MULTILINE)
    installed = {
        (one.metadata["Name"] or "").lower().replace("_", "-").replace(".", "-"): one.version
        for one in metadata.distributions()
    }
    wrong = [f"{name} {version}" for name, version in pinned if installed.get(name.lower()) != version]
    found = f"{len(pinned)} as pinned" if not wrong else f"missing or of another version: {', '.join(wrong)}"
    return Finding(not wrong, found, "./run setup")


def redis(patient: Patient) -> Finding:
    if url := patient.settings.redis_url:
        try:
            with Redis.from_url(url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S) as client:
                return Finding(True, f"version {client.info('server')['redis_version']} at {without_password(url)}")
        except (RedisError, OSError, ValueError) as error:
            mend = "start that server, mend REDIS_URL, or remove REDIS_URL to have a Redis of our own"
            return Finding(False, f"no answer at {without_password(url)} ({error})", mend)
    try:
        binary = redis_binary()
        with (
            tempfile.TemporaryDirectory(prefix="ringdown-") as folder,
            RedisServer(Path(folder)) as server,
            server.client() as client,
        ):
            version = client.info("server")["redis_version"]
    except OutsideError as error:
        return Finding(False, str(error), "apt-get install redis-server")
    return Finding(True, f"version {version}, our own child when the service runs ({binary})")


def voice(patient: Patient) -> Finding:
    try:
        sound = patient.parts.prompts.audio(Say("Yes."))
    except OutsideError as error:
        return Finding(False, str(error), "apt-get install espeak-ng")
    length_s = audio.mulaw_length_s(sound)
    return Finding(length_s > SHORTEST_WORD_S, f'says "yes" in {length_s:.2f} s', "apt-get install espeak-ng")


def model(patient: Patient) -> Finding:
    settings = patient.settings
    try:
        return Finding(True, str(find_model(settings.vosk_model, settings.root, settings.data)))
    except OutsideError as error:
        return Finding(False, str(error), _another_model(settings.vosk_model))


def _another_model(name: str) -> str:
    """What helps when the model is not there, or is none."""
    if name == DEFAULT_MODEL:
        return "git checkout -- models"
    if name in {one.name for one in KNOWN}:
        return f"./run ivr models pull {name}"
    return f"write VOSK_MODEL={DEFAULT_MODEL} (it ships) into .env, or a name that ./run ivr models list shows"


def hearing(patient: Patient) -> Finding:
    try:
        sound = audio.mulaw_decode(patient.parts.prompts.audio(Say("Yes.")))
    except OutsideError:
        return Finding(False, "cannot be tried without a voice", "apt-get install espeak-ng")
    mend = f"{_another_model(patient.settings.vosk_model)}; meanwhile calls go on by keys"
    try:
        ear = patient.parts.ears.listen(["yes", "no"])
        ear.accept(audio.silence(0.3) + sound + audio.silence(0.5))
        heard = ear.final()
    except OutsideError as error:
        return Finding(False, str(error), mend)
    return Finding(heard.text == "yes", f'hears "{heard.text}" when the voice says "yes"', mend)


def flow_file(patient: Patient) -> Finding:
    file = patient.settings.flows
    try:
        book = patient.parts.book
    except FlowFileError as error:
        count = len(error.problems)
        found = f"{count} mistake{'s' if count != 1 else ''}; the first: {error.problems[0]}"
        return Finding(False, found, f"./run ivr check {file}")
    except OutsideError:
        return Finding(False, "cannot be told before the database is mended", f"./run ivr check {file}")
    return Finding(True, f"{file}: {len(book.flows)} flows, {len(book.company.lines)} lines")


def database(patient: Patient) -> Finding:
    mend = "start that server, mend DATABASE_URL, or remove it to have a file in the data folder"
    try:
        own = Database(patient.settings.database_url)
    except OutsideError as error:
        return Finding(False, str(error), mend)
    url = own.engine.url
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return _new_file(shown, Path(url.database))
    scripts = ScriptDirectory(str(MIGRATIONS))
    try:
        with own.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        return Finding(False, f"{shown} cannot be used ({reason})", mend)
    finally:
        own.close()
    if revision == scripts.get_current_head():
        return Finding(True, f"{shown}, tables up to date")
    if revision is None or any(one.revision == revision for one in scripts.walk_revisions()):
        return Finding(True, f"{shown}; its tables are brought up to date at the next start")
    return Finding(False, f"{shown} was made by a newer version of this program", "git pull, or restore a backup")


def _new_file(shown: str, file: Path) -> Finding:
    folder = _existing(file.parent)
    if os.access(folder, os.W_OK) and folder.is_dir():
        return Finding(True, f"{shown} will be made at the first start")
    return Finding(False, f"{shown} cannot be made: {folder} cannot be written", _own_folder(folder))


def _existing(folder: Path) -> Path:
    """``folder``, or the nearest one above it that there is."""
    folder = folder.absolute()
    return next(one for one in (folder, *folder.parents) if one.exists())


def _own_folder(folder: Path) -> str:
    return f'sudo chown -R "$(id -un)" {shlex.quote(str(folder))}, or set another IVR_DATA'


def data_folder(patient: Patient) -> Finding:
    folder = patient.settings.data
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding(True, f"{folder} can be written")
    except OSError as error:
        mend = (
            _own_folder(_existing(folder)) if isinstance(error, PermissionError) else "set another IVR_DATA: a folder"
        )
        return Finding(False, f"{folder} cannot be written ({error.strerror})", mend)


def port(patient: Patient) -> Finding:
    number = patient.settings.port
    if sockets.is_free(number):
        return Finding(True, f"{number} is free")
    if "PORT" in patient.origins:
        return Finding(False, f"{number} is taken", "stop what uses it (this service, perhaps), or set another PORT")
    return Finding(True, f"{number} is taken (by this service, perhaps): the next free one is used")


def carrier(patient: Patient) -> Finding:
    settings = patient.settings
    if problem := public_url_problem(settings.public_url, local=settings.has_own_carrier):
        found, _, instead = problem.rpartition(". Write ")
        return Finding(False, found, f"write {instead} into .env, or remove PUBLIC_URL to try calls on this machine")
    if settings.uses_local_exchange:
        return Finding(True, "the exchange in a box: no account needed")
    account = f"account {settings.account_sid[:4]}...{settings.account_sid[-4:]}"
    if not settings.auth_token:
        return Finding(False, f"{account}, but no TWILIO_AUTH_TOKEN", "write TWILIO_AUTH_TOKEN=... into .env")
    if problem := address_problem(settings.public_url, local=bool(settings.carrier_url)):
        found, _, instead = problem.rpartition(". Write ")
        return Finding(False, f"{account}, but {found}", f"write {instead} into .env")
    if settings.voice_sdk and "://" not in settings.voice_sdk and not Path(settings.voice_sdk).is_file():
        found = f"{account}, but VOICE_SDK={settings.voice_sdk} is no file: desks have no telephone"
        return Finding(False, found, "put the carrier's twilio.min.js there, or remove VOICE_SDK")
    return Finding(True, f"{account}, calls come in at {settings.public_url}")


CHECKS: Mapping[str, Callable[[Patient], Finding]] = {
    "Python": python,
    "packages": packages,
    "Redis": redis,
    "voice": voice,
    "speech model": model,
    "hearing": hearing,
    "flow file": flow_file,
    "database": database,
    "data folder": data_folder,
    "port": port,
    "carrier": carrier,
}
"""In the order in which one thing needs another."""
