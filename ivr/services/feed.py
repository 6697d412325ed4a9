"""Fetches a list kept on the web, if it changed; bounded in size and time, and from listed hosts only."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import requests

from ivr.ports import Fetched, OutsideError
from ivr.services.http import may_ask

CONNECT_S = 10.0
WHOLE_S = 60.0
"""For the whole answer, however slowly it drips."""
MOST_BYTES = 64 * 1024 * 1024
CHUNK = 64 * 1024
NOT_MODIFIED = 304


def fetch(url: str, etag: str, modified: str, *, hosts: Sequence[str], private: bool = False) -> Fetched:
    """What is at ``url``, unless it is still what it was when it had these marks.

    Raises:
        OutsideError: the host is not listed or private, does not answer, or answers too much or too slowly.
    """
    may_ask(url, hosts, private=private)
    host = urlsplit(url).netloc
    marks = {"If-None-Match": etag, "If-Modified-Since": modified}
    headers = {"Accept": "text/csv, application/geo+json, application/json", **{k: v for k, v in marks.items() if v}}
    until_s = time.monotonic() + WHOLE_S
    try:
        with requests.Session() as session:
            session.trust_env = False  # no .netrc: it would send credentials that nobody meant to send
            with session.get(url, headers=headers, timeout=CONNECT_S, allow_redirects=False, stream=True) as answer:
                if answer.status_code == NOT_MODIFIED:
                    return Fetched(None, etag, modified)
                if answer.status_code != requests.codes.ok:
                    raise OutsideError(f"{host} answered {answer.status_code}", retry=answer.status_code >= 500)
                body = _body(answer, host, until_s)
                return Fetched(body, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
    except requests.RequestException as error:
        raise OutsideError(f"{host} does not answer: {type(error).__name__}", retry=True) from error


def _body(answer: requests.Response, host: str, until_s: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise OutsideError(f"the answer of {host} is larger than {MOST_BYTES >> 20} MB", retry=False)
        if time.monotonic() > until_s:
            raise OutsideError(f"the answer of {host} takes longer than {WHOLE_S:.0f} seconds", retry=True)
    return bytes(body)
