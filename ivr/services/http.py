"""The ``http`` step's service: asks the company's own web services, and nobody else.

Only hosts that the flow file lists are asked; a name that leads into a private network is refused, redirects are not
followed, and the time of the whole and the size are bounded, because part of the address is what a caller said.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from ivr.ports import REQUEST_KEY, OutsideError
from ivr.services.bounded import PrivateAddressError, bounded_session
from ivr.services.webhook import IDEMPOTENCY_KEY

MAX_BYTES = 64 * 1024
MAX_VALUES = 200
"""An answer that is spoken has a handful of values; more is a mistake or an attack."""


def ask(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the request that the step describes; the JSON object it answers, flattened texts and all.

    Raises:
        OutsideError: for a host that is not listed, a failure, or an answer that is no JSON object.
    """
    url, timeout_s = str(args["url"]), float(args["timeout_s"])
    may_ask(url, list(args["allowed_hosts"]))
    host = urlsplit(url).hostname or ""
    try:
        with (
            bounded_session(timeout_s, public_only=not _is_number(host)) as session,
            session.request(
                str(args["method"]),
                url,
                json=args["data"] if args["method"] == "POST" else None,
                timeout=timeout_s,
                allow_redirects=False,
                stream=True,
                headers={"Accept": "application/json", **_key(args)},
            ) as answer,
        ):
            body = answer.raw.read(MAX_BYTES + 1, decode_content=True)
            status = answer.status_code
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        if PrivateAddressError.__name__ in repr(error):  # as the library wraps it
            raise OutsideError(f"{host} leads into a private network", retry=False) from error
        raise OutsideError(f"{urlsplit(url).netloc} does not answer: {type(error).__name__}", retry=True) from error
    if not 200 <= status < 300:
        raise OutsideError(f"{urlsplit(url).netloc} answered {status}", retry=status >= 500)
    return _read(body)


def _key(args: Mapping[str, Any]) -> Mapping[str, str]:
    """What changes something may be asked twice, as our process died before the answer: by this it can be told."""
    key = args.get(REQUEST_KEY)
    return {IDEMPOTENCY_KEY: str(key)} if key and args["method"] == "POST" else {}


def _read(body: bytes) -> Mapping[str, Any]:
    if len(body) > MAX_BYTES:
        raise OutsideError(f"the answer is larger than {MAX_BYTES} bytes", retry=False)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise OutsideError(f"the answer cannot be used: {error}", retry=False) from error
    if not isinstance(data, dict) or len(data) > MAX_VALUES:
        raise OutsideError("the answer is not a JSON object of reasonable size", retry=False)
    return data


def may_ask(url: str, allowed: Sequence[str], *, private: bool = False) -> None:
    """Raise OutsideError unless the host of ``url`` is listed, and public or ``private`` ones are allowed."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise OutsideError(f"{url[:80]!r} is no address", retry=False) from error
    if parts.scheme not in {"http", "https"} or parts.netloc not in allowed or parts.username:
        raise OutsideError(f"{parts.netloc} is not listed under web_services", retry=False)
    host = parts.hostname or ""
    if not private and not _is_number(host):
        _is_public(host)  # whoever lists an address by number means that very one


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(host: str) -> None:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise OutsideError(f"{host} cannot be found", retry=True) from error
    for address in found:
        if not ipaddress.ip_address(str(address).partition("%")[0]).is_global:
            raise OutsideError(f"{host} leads into a private network", retry=False)
