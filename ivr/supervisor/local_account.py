"""The secrets of the account between this service and the exchange in a box: made once, kept in the data folder."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ivr.ports import OutsideError
from ivr.settings import Settings

FILE = "secrets.json"
NAMES = ("TWILIO_AUTH_TOKEN", "SECRET_KEY")


def with_secrets(settings: Settings) -> Settings:
    """``settings`` with those secrets filled in that nobody set. A real carrier account's token is never made up."""
    if settings.auth_token and settings.secret_key:
        return settings
    made = _load_or_make(settings.data / FILE)
    token = settings.auth_token or (made["TWILIO_AUTH_TOKEN"] if settings.uses_local_exchange else "")
    return replace(settings, auth_token=token, secret_key=settings.secret_key or made["SECRET_KEY"])


def _load_or_make(path: Path) -> Mapping[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    try:
        made = json.loads(path.read_text("utf-8"))
        return {name: str(made[name]) for name in NAMES}
    except (ValueError, KeyError, TypeError) as error:
        hint = "Delete it and it is made anew (people then log in again)."
        raise OutsideError(f"{path} cannot be read. {hint}", retry=False) from error


def _make(path: Path) -> None:
    # Complete before it has its name, and the first of two that start at once wins.
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({name: secrets.token_hex(32) for name in NAMES}, file)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
