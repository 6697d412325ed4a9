"""The application behind the lines: where calls and texts go as long as REST has not pointed a number elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin


@dataclass(frozen=True, slots=True)
class Application:
    """Its addresses; an empty ``fallback_url`` or ``status_url`` is not asked. All are asked by POST."""

    url: str
    voice_url: str
    fallback_url: str = ""
    status_url: str = ""
    sms_url: str = ""

    @classmethod
    def at(cls, url: str) -> Application:
        """An application with the addresses of this service."""
        here = url.rstrip("/")
        paths = ("voice/incoming", "voice/fallback", "voice/status", "sms/incoming")
        return cls(here, *(f"{here}/{path}" for path in paths))

    @classmethod
    def elsewhere(cls, url: str, voice: str, fallback: str = "", status: str = "", sms: str = "") -> Application:
        """Any other application: addresses as given, or relative to ``url``; those not given it has not.

        >>> Application.elsewhere("http://127.0.0.1:8000", "/answer").voice_url
        'http://127.0.0.1:8000/answer'
        """
        here = url.rstrip("/")
        return cls(here, *(urljoin(f"{here}/", one) if one else "" for one in (voice, fallback, status, sms)))
