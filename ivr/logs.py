"""The log: one line an event, whatever is in it, without secrets and whole telephone numbers.

Callers and carriers decide what some messages hold. A line break in one would look like an event that never was, a
control character could command the terminal of who reads it; both are written as what they are. A line is text for
people, or a JSON object for machines (``IVR_LOG=json``), with the call it is about.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Sequence
from typing import TextIO

from ivr.settings import Settings

CALL = re.compile(r"\bCA[0-9a-f]{32}\b")
TELEPHONE = re.compile(r"\+[1-9][0-9]{3,12}([0-9]{2})(?![0-9])")
PASSWORD = re.compile(r"(//[^/:@\s]*):[^/@\s]*@")
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line separators, and those that turn the direction of a text around."""
CHATTY = ("twilio.http_client", "rq.worker", "alembic", "werkzeug")
LEAST_SECRET = 6
"""Shorter values would be found inside ordinary words."""
MOST_CHARS = 8000


class Cleaner:
    """Takes out of a text what does not belong in a log."""

    def __init__(self, secrets: Sequence[str]) -> None:
        words = sorted({one for one in secrets if len(one) >= LEAST_SECRET}, key=len, reverse=True)
        self._secrets = words
        self._secret = re.compile("|".join(map(re.escape, words)))

    def __call__(self, text: str) -> str:
        """``text`` on one line, with secrets, passwords and telephone numbers masked.

        >>> Cleaner(["hunter22"])("hunter22 +15035550123 redis://u:p@h")
        '**** +...23 redis://u:****@h'
        """
        # Most texts hold nothing of the kind. To look for what there must be is ten times cheaper than to replace.
        if any(secret in text for secret in self._secrets):
            text = self._secret.sub("****", text)
        if "@" in text:
            text = PASSWORD.sub(r"\1:****@", text)
        if "+" in text:
            text = TELEPHONE.sub(r"+...\1", text)
        if not text.isprintable():
            text = UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)
        return text[:MOST_CHARS]


class _Lines(logging.Formatter):
    """Lines for people; what an exception says stands on lines of its own that cannot be taken for events."""

    def __init__(self, clean: Cleaner) -> None:
        super().__init__()
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        line = f"{at},{int(record.msecs):03d} {record.name} {self._clean(record.getMessage())}"
        more = self.formatException(record.exc_info).splitlines() if record.exc_info else []
        return "\n    ".join((line, *map(self._clean, more)))


class _Json(_Lines):
    """An object a line."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        call = CALL.search(message)
        said = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "part": record.name,
            "call": call[0] if call else None,
            "message": self._clean(message),
            "error": self._clean(self.formatException(record.exc_info)) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in said.items() if value is not None}, ensure_ascii=False)


def cleaner(settings: Settings) -> Cleaner:
    """Knows the secrets of ``settings``."""
    secrets = (
        *settings.auth_token.split(","),
        settings.secret_key,
        settings.pages_token,
        settings.program_token,
        settings.voice_secret,
    )
    return Cleaner(secrets)


def handler(settings: Settings, stream: TextIO) -> logging.Handler:
    """Writes to ``stream`` in the way of ``settings``."""
    clean = cleaner(settings)
    made = logging.StreamHandler(stream)
    made.setFormatter(_Json(clean) if settings.log == "json" else _Lines(clean))
    return made


def log_to_stdout(settings: Settings) -> None:
    """One line an event; the supervisor or the platform keeps them."""
    logging.basicConfig(level=logging.INFO, handlers=[handler(settings, sys.stdout)])
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
