"""Tells a program of the company (a CRM, a report) something as JSON: of a transfer that begins, of a message."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from ivr.ports import OutsideError

TIMEOUT_S = 5.0
SIGNATURE = "X-Ringdown-Signature"
"""The header with the HMAC-SHA256 of the body, in hexadecimal figures; its key is the setting SECRET_KEY."""


IDEMPOTENCY_KEY = "Idempotency-Key"
"""The header with what is the same when the same thing is told again."""


def post(url: str, secret: str, data: Mapping[str, Any], key: str = "") -> None:
    """Post ``data`` to ``url``; ``key`` goes along for who must not take it twice.

    Raises:
        OutsideError: it is not taken.
    """
    body = json.dumps(data).encode()
    signed = {SIGNATURE: hmac.digest(secret.encode(), body, "sha256").hex()} if secret else {}
    once = {IDEMPOTENCY_KEY: key} if key else {}
    headers = {"Content-Type": "application/json", **once, **signed}
    host = urlsplit(url).hostname
    try:
        with requests.Session() as session:
            session.trust_env = False  # no .netrc: it would send credentials that nobody meant to send
            answer = session.post(
                url, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False, stream=True
            )
            status = answer.status_code
            answer.close()
    except requests.RequestException as error:
        raise OutsideError(f"{host} does not answer: {type(error).__name__}", retry=True) from error
    if not 200 <= status < 300:
        raise OutsideError(f"{host} answered {status}", retry=status == 429 or status >= 500)
