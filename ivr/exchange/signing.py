"""Signs what the exchange sends, as the carrier does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.signing import signature

HEADER = "X-Twilio-Signature"


def sign_form(token: str, url: str, params: Mapping[str, str | Sequence[str]]) -> str:
    """The signature of a form post; a value may be one text or several."""
    return signature(token, url, {name: [value] if isinstance(value, str) else value for name, value in params.items()})


def sign_url(token: str, url: str) -> str:
    """The signature of a request without a form: a GET, or the upgrade to a WebSocket."""
    return signature(token, url, {})
