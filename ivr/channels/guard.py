"""Lets only the carrier in: posts under ``/voice``, ``/agent``, ``/sms`` and the media socket must be signed."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Response, request

from ivr.channels.carriers.signature import is_genuine

GUARDED = ("/voice/", "/agent/", "/sms/")
OPEN = ("/voice/media/", "/voice/prompt/")
"""Sound that everybody who calls can hear; the carrier does not sign its fetching."""
SOCKET = "/voice/stream"


def signature_guard(tokens: Sequence[str], public_url: str) -> Callable[[], Response | None]:
    """A ``before_request`` function. The address is built from ``public_url``: headers of the request may lie."""
    base = urlsplit(public_url)
    socket_scheme = "wss" if base.scheme == "https" else "ws"

    def guard() -> Response | None:
        path = request.path
        if not path.startswith(GUARDED) or (request.method == "GET" and path.startswith(OPEN)):
            return None
        is_socket = path.rstrip("/") == SOCKET
        url = f"{socket_scheme if is_socket else base.scheme}://{base.netloc}{base.path}{_raw_path()}"
        sent = request.headers.get("X-Twilio-Signature")
        params = request.form.to_dict(flat=False) if request.method == "POST" else {}
        # Where the socket is called by, the carrier signs with or without a slash at the end.
        spellings = (url, url.rstrip("/"), f"{url.rstrip('/')}/") if is_socket else (url,)
        if any(is_genuine(tokens, sent, one, params) for one in spellings) and _is_whole():
            return None
        return Response("The signature does not fit.\n", status=403, content_type="text/plain")

    return guard


def _is_whole() -> bool:
    """Whether all of the body was signed: a form is by its fields, anything else only by its hash in the address."""
    body = b"" if request.form else request.get_data()
    if request.files or not body:
        return not request.files
    told = request.args.get("bodySHA256", "").lower()
    return hmac.compare_digest(told.encode(), sha256(body).hexdigest().encode())


def _raw_path() -> str:
    """Path and query as they came over the wire: decoding would change what was signed."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path.rstrip("?"))
    if raw.startswith("/"):
        return raw
    parts = urlsplit(raw)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
