"""Whether ``PUBLIC_URL`` can be what the carrier calls us by, and what to write instead.

Signatures are made over the address as the carrier calls it: one wrong letter, and every call is refused. So it is
looked at when the service starts, not when the first call comes.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from urllib.parse import SplitResult, urlsplit

from ivr.settings import without_password

HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
OURS = ("/voice", "/agent", "/sms", "/api", "/calls", "/desk", "/phone", "/voicemail", "/flows")
"""Whoever ends the address with one of these has written down a page or a webhook instead of where all of them are."""
HTTPS_PORT = 443


def public_url_problem(public_url: str, *, local: bool) -> str:
    """What is wrong with ``public_url`` and what to write instead; empty when nothing is.

    ``local`` is a service whose carrier is the exchange beside it: that needs no certificate.

    >>> public_url_problem("https://ivr.example", local=False)
    ''
    >>> public_url_problem("http://ivr.example", local=False)
    'PUBLIC_URL=http://ivr.example: the carrier calls by https only. Write PUBLIC_URL=https://ivr.example'
    """
    try:
        parts = urlsplit(public_url)
        port = parts.port
    except ValueError:
        return _told(public_url, "that is no address", "https://ivr.example.com")
    for wrong, why, instead in _rules(parts, port, local=local):
        if wrong:
            return _told(public_url, why, instead())
    return ""


def address_problem(public_url: str, *, local: bool) -> str:
    """Why the carrier cannot come to ``public_url``; empty when it can.

    >>> address_problem("http://127.0.0.1:5000", local=False)
    'PUBLIC_URL=http://127.0.0.1:5000: the carrier cannot come here. Write PUBLIC_URL=https://ivr.example.com'
    """
    problem = public_url_problem(public_url, local=local)
    if not problem and not local and is_loopback(urlsplit(public_url).hostname or ""):
        return _told(public_url, "the carrier cannot come here", "https://ivr.example.com")
    return problem


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this very machine.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("127.0.0.1.example")
    (True, True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Rule = tuple[bool, str, Callable[[], str]]


def _rules(parts: SplitResult, port: int | None, *, local: bool) -> Iterable[Rule]:
    """What must not be, why, and the address without it; the first that holds is told."""
    host = parts.hostname or ""
    here = is_loopback(host)
    at = f"[{host}]" if ":" in host else host
    usual = port in {None, HTTPS_PORT if parts.scheme == "https" else 80}
    numbered = f"{at}:{port}" if port and not usual else at
    path = parts.path.rstrip("/")
    ours = any(path == one or path.startswith(f"{one}/") for one in OURS)
    odd = not PATH.fullmatch(path)
    good = "" if ours or odd else path
    root = f"https://{at or 'ivr.example.com'}"
    yield parts.scheme not in {"https", "http"}, "it must begin with https://", lambda: "https://ivr.example.com"
    yield not (HOST.fullmatch(host) or _is_address(host)), "there is no such host", lambda: "https://ivr.example.com"
    yield bool(parts.username or parts.password), "a name or password is not signed", lambda: root + good
    yield parts.scheme == "http" and not (here or local), "the carrier calls by https only", lambda: root + good
    yield port == 0, "there is no port 0", lambda: root + good
    plain = f"{parts.scheme}://{numbered}"
    yield bool(parts.query or parts.fragment), "nothing may stand behind ? or #", lambda: plain + good
    yield (
        any(path == one or path.startswith(f"{one}/") for one in OURS),
        ("it is where all our addresses begin, not one of them"),
        lambda: plain,
    )
    yield not PATH.fullmatch(path), "its path has more in it than names and slashes", lambda: plain
    yield (
        not usual and not here and not local,
        ("the carrier opens media streams at port 443 only"),
        lambda: root + good,
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _told(public_url: str, why: str, instead: str) -> str:
    return f"PUBLIC_URL={without_password(public_url[:200])}: {why}. Write PUBLIC_URL={instead}"
