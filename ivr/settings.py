"""Settings from the environment: every one has a default that works on one machine with no account."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the program: flow file, models and prompts are found below it by default."""

DEFAULT_MODEL = "telephony-en-8k"
"""The speech model that ships."""

SPEECH_MODES = ("local", "carrier", "keys")


SECRETS = frozenset(
    {"TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "SECRET_KEY", "IVR_PAGES_TOKEN", "IVR_RECORDING_KEYS"}
)
"""Variables whose value nobody is shown. Those with a URL may hide a password in it."""


class SettingsError(Exception):
    """A setting has a value we cannot use; the message names it and says what to write instead."""


DELETE_AT_CARRIER = ("no", "yes", "with-ours")
"""Never; once it was fetched and kept; or when ours is deleted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One value per environment variable. Secrets are never shown by ``repr``-free code paths: see ``masked``."""

    public_url: str
    account_sid: str
    auth_token: str
    carrier_url: str
    redis_url: str
    database_url: str
    secret_key: str
    port: int
    flows: Path
    data: Path
    cache: Path
    """What can be made anew: tables, vectors, spoken prompts. Several services of a machine may share one."""
    speech: str
    vosk_model: str
    smtp_url: str
    pages_token: str = ""
    context_webhook: str = ""
    task_workspace: str = ""
    task_workflow: str = ""
    voice_key: str = ""
    voice_secret: str = ""
    voice_sdk: str = ""
    delete_at_carrier: str = "no"
    """When the carrier is to delete what it recorded; one of ``DELETE_AT_CARRIER``."""
    message_models: str = ""
    """The recogniser's models for messages: one name, or ``en-US=NAME,es-ES=NAME``; empty for that of calls."""
    limits: str = ""
    log: str = "text"
    recording_keys: str = ""
    recordings_bucket: str = ""
    root: Path = ROOT

    @classmethod
    def from_env(cls, env: Mapping[str, str], root: Path = ROOT) -> Settings:
        """Read ``env``; relative paths count from ``root``.

        Raises:
            SettingsError: naming the variable and the value.
        """
        data = root / (env.get("IVR_DATA") or "data")
        speech = env.get("IVR_SPEECH") or "local"
        if speech not in SPEECH_MODES:
            raise SettingsError(f"IVR_SPEECH={speech!r}: write one of {', '.join(SPEECH_MODES)}.")
        port = env.get("PORT") or "5000"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise SettingsError(f"PORT={port!r}: write a port number from 1 to 65535.")
        database_url = env.get("DATABASE_URL") or sqlite_url(data)
        for old in ("postgres://", "postgresql://"):
            if database_url.startswith(old):
                database_url = "postgresql+psycopg://" + database_url[len(old) :]
        workspace, workflow = _tasks(env)
        voice_key, voice_secret, voice_sdk = _voice(env, root)
        return cls(
            public_url=(env.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            account_sid=env.get("TWILIO_ACCOUNT_SID") or LOCAL_ACCOUNT,
            auth_token=env.get("TWILIO_AUTH_TOKEN") or "",
            carrier_url=(env.get("IVR_CARRIER_URL") or "").rstrip("/"),
            redis_url=env.get("REDIS_URL") or "",
            database_url=database_url,
            secret_key=env.get("SECRET_KEY") or "",
            port=int(port),
            flows=root / (env.get("IVR_FLOWS") or "flows.yaml"),
            data=data,
            cache=root / (env.get("IVR_CACHE") or data / "cache"),
            speech=speech,
            vosk_model=env.get("VOSK_MODEL") or DEFAULT_MODEL,
            smtp_url=env.get("SMTP_URL") or "",
            pages_token=env.get("IVR_PAGES_TOKEN") or "",
            context_webhook=_web_address(env, "IVR_CONTEXT_WEBHOOK"),
            task_workspace=workspace,
            task_workflow=workflow,
            voice_key=voice_key,
            voice_secret=voice_secret,
            voice_sdk=voice_sdk,
            delete_at_carrier=_when_to_delete(env),
            message_models=env.get("VOSK_MODEL_VOICEMAIL") or "",
            limits=env.get("IVR_LIMITS") or "",
            log=_log_kind(env),
            recording_keys=env.get("IVR_RECORDING_KEYS") or "",
            recordings_bucket=env.get("IVR_RECORDINGS_BUCKET") or "",
            root=root,
        )

    def message_model(self, language: str) -> str:
        """The model that writes down messages in ``language``; empty for that of calls.

        >>> Settings.from_env({"VOSK_MODEL_VOICEMAIL": "es-ES=large-es, large-en"}).message_model("es-ES")
        'large-es'
        >>> Settings.from_env({"VOSK_MODEL_VOICEMAIL": "es-ES=large-es, large-en"}).message_model("en-US")
        'large-en'
        """
        named = [one.strip().rpartition("=") for one in self.message_models.split(",")]
        fits = [model for of, _, model in named if of == language] + [model for of, _, model in named if not of]
        return fits[0] if fits else ""

    @property
    def uses_local_exchange(self) -> bool:
        """Whether the carrier is the exchange in a box rather than a real account."""
        return self.account_sid == LOCAL_ACCOUNT

    @property
    def has_own_carrier(self) -> bool:
        """Whether whoever carries the calls is one of ours, beside the service: it needs no certificate."""
        return self.uses_local_exchange or bool(self.carrier_url)

    @property
    def program_token(self) -> str:
        """By which programs of this machine ask the API; empty without a secret key.

        It is made of the key, so whoever can read that needs no login of their own.
        """
        return hmac.digest(self.secret_key.encode(), b"ringdown programs", "sha256").hex() if self.secret_key else ""

    def as_environment(self) -> dict[str, str]:
        """The variables that :meth:`from_env` reads these settings from: how they reach a child process."""
        return {
            "PUBLIC_URL": self.public_url,
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "IVR_CARRIER_URL": self.carrier_url,
            "REDIS_URL": self.redis_url,
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": self.secret_key,
            "PORT": str(self.port),
            "IVR_FLOWS": str(self.flows),
            "IVR_DATA": str(self.data),
            "IVR_CACHE": str(self.cache),
            "IVR_SPEECH": self.speech,
            "VOSK_MODEL": self.vosk_model,
            "VOSK_MODEL_VOICEMAIL": self.message_models,
            "IVR_DELETE_AT_CARRIER": self.delete_at_carrier,
            "SMTP_URL": self.smtp_url,
            "IVR_PAGES_TOKEN": self.pages_token,
            "IVR_CONTEXT_WEBHOOK": self.context_webhook,
            "TWILIO_WORKSPACE_SID": self.task_workspace,
            "TWILIO_WORKFLOW_SID": self.task_workflow,
            "TWILIO_API_KEY_SID": self.voice_key,
            "TWILIO_API_KEY_SECRET": self.voice_secret,
            "VOICE_SDK": self.voice_sdk,
            "IVR_LIMITS": self.limits,
            "IVR_LOG": self.log,
            "IVR_RECORDING_KEYS": self.recording_keys,
            "IVR_RECORDINGS_BUCKET": self.recordings_bucket,
        }


def _log_kind(env: Mapping[str, str]) -> str:
    kind = env.get("IVR_LOG") or "text"
    if kind not in {"text", "json"}:
        raise SettingsError(f"IVR_LOG={kind!r}: write text or json.")
    return kind


def _web_address(env: Mapping[str, str], name: str) -> str:
    address = env.get(name) or ""
    if address and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", address):
        raise SettingsError(f"{name}: write an address that begins with https://.")
    return address


def _tasks(env: Mapping[str, str]) -> tuple[str, str]:
    """The TaskRouter workspace and workflow; both or none."""
    workspace, workflow = env.get("TWILIO_WORKSPACE_SID") or "", env.get("TWILIO_WORKFLOW_SID") or ""
    if not workspace and not workflow:
        return "", ""
    for name, sid, kind in (("TWILIO_WORKSPACE_SID", workspace, "WS"), ("TWILIO_WORKFLOW_SID", workflow, "WW")):
        if not re.fullmatch(kind + r"[0-9a-fA-F]{32}", sid):
            raise SettingsError(f"{name}={sid!r}: write {kind} and 32 figures and letters, as the carrier shows it.")
    return workspace, workflow


def _voice(env: Mapping[str, str], root: Path) -> tuple[str, str, str]:
    """The API key for agents' telephones at the carrier, its secret, and the SDK's script; all or none."""
    key, secret = env.get("TWILIO_API_KEY_SID") or "", env.get("TWILIO_API_KEY_SECRET") or ""
    script = env.get("VOICE_SDK") or ""
    if not (key or secret or script):
        return "", "", ""
    if not re.fullmatch(r"SK[0-9a-fA-F]{32}", key):
        raise SettingsError(
            f"TWILIO_API_KEY_SID={key!r}: write SK and 32 figures and letters, as the carrier shows it."
        )
    if not secret:
        raise SettingsError("TWILIO_API_KEY_SECRET: write the secret of the API key; the carrier shows it once.")
    if not script:
        raise SettingsError("VOICE_SDK: write where the carrier's Voice SDK is, a file (twilio.min.js) or an address.")
    if "://" not in script:
        return key, secret, str(root / script)
    if not re.fullmatch(r"https://[^\s/;,'@]+/[^\s;,']+|http://(127\.0\.0\.1|localhost)(:\d+)?/[^\s;,']+", script):
        raise SettingsError(f"VOICE_SDK={script!r}: write a file, or an address that begins with https://.")
    return key, secret, script


def _when_to_delete(env: Mapping[str, str]) -> str:
    value = env.get("IVR_DELETE_AT_CARRIER") or "no"
    if value not in DELETE_AT_CARRIER:
        raise SettingsError(f"IVR_DELETE_AT_CARRIER={value!r}: write {', '.join(DELETE_AT_CARRIER[:-1])} or with-ours.")
    return value


def sqlite_url(data: Path) -> str:
    """Where the records are when nobody names a database."""
    return f"sqlite:///{data / 'ringdown.db'}"


def without_password(url: str) -> str:
    """A URL as people may see it.

    >>> without_password("redis://ivr:geheim@localhost:6379/0")
    'redis://ivr:****@localhost:6379/0'
    """
    return re.sub(r"(//[^/:@]*):[^/@]*@", r"\1:****@", url)


def read_environment(root: Path, real: Mapping[str, str] | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """All variables, and where each comes from: ``environment`` or ``.env``. The real environment wins.

    ``real`` stands in for the process's own environment, which is never changed.
    """
    from dotenv import dotenv_values

    real = os.environ if real is None else real
    written = {name: value or "" for name, value in dotenv_values(root / ".env").items()}
    origins = {**dict.fromkeys(written, ".env"), **dict.fromkeys(real, "environment")}
    return {**written, **real}, origins


LOCAL_ACCOUNT = "AC" + "0" * 32
"""The account of the exchange in a box."""
