"""Asks our own public address what the carrier will ask it: is it there, does it believe a signature and only that.

Whatever is between the carrier and us (a proxy, a firewall, another scheme or port) is between this and us, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect

from ivr.signing import signature

TIMEOUT_S = 10.0
CALL = "CA" + "0" * 32
"""Of a call that never was: its status is taken note of and changes nothing."""


@dataclass(frozen=True, slots=True)
class Knock:
    """One question: ``ok``, or what is wrong with it."""

    what: str
    ok: bool
    found: str


def knocks(public_url: str, token: str) -> Iterator[Knock]:
    """Whether the carrier will be understood at ``public_url`` when it signs with ``token``."""
    url = f"{public_url}/voice/status"
    form = {"CallSid": CALL, "CallStatus": "ringing"}
    signed = signature(token, url, {name: [value] for name, value in form.items()})
    yield _post("a signed post is taken", url, form, {"X-Twilio-Signature": signed}, 204)
    yield _post("an unsigned post is refused", url, form, {}, 403)
    yield _socket(public_url, token)


def _post(what: str, url: str, form: dict[str, str], headers: dict[str, str], wanted: int) -> Knock:
    try:
        answer = requests.post(url, data=form, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        return Knock(what, ok=False, found=f"{urlsplit(url).netloc} cannot be reached ({type(error).__name__})")
    if answer.status_code == wanted:
        return Knock(what, ok=True, found=f"{url} answers {wanted}")
    why = ": a signature of ours does not fit, so PUBLIC_URL or TWILIO_AUTH_TOKEN is not what the service has"
    return Knock(what, ok=False, found=f"{url} answers {answer.status_code}{why if answer.status_code == 403 else ''}")


def _socket(public_url: str, token: str) -> Knock:
    what = "a media stream can be opened"
    scheme, _, rest = public_url.partition("://")
    url = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/voice/stream"
    try:
        headers = {"X-Twilio-Signature": signature(token, url, {})}
        with connect(url, additional_headers=headers, open_timeout=TIMEOUT_S, close_timeout=1, proxy=None):
            return Knock(what, ok=True, found=f"{url} opens")
    except InvalidStatus as error:
        return Knock(what, ok=False, found=f"{url} answers {error.response.status_code} and opens no WebSocket")
    except (OSError, WebSocketException, TimeoutError) as error:
        with suppress(AttributeError):
            return Knock(what, ok=False, found=f"{url} does not open ({type(error).__name__})")
        raise
