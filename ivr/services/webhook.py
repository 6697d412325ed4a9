"""Tells a program of the company (a CRM, a report) what is known of a caller, as JSON, when a transfer begins."""

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


def post(url: str, secret: str, data: Mapping[str, Any]) -> None:
    """Post ``data`` to ``url``.

    Raises:
        OutsideError: it is not taken.
    """
    body = json.dumps(data).encode()
    signed = {SIGNATURE: hmac.digest(secret.encode(), body, "sha256").hex()} if secret else {}
    headers = {"Content-Type": "application/json", **signed}
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
