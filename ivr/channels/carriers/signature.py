"""Whether a request comes from the carrier. Fails closed: anything missing or odd is not genuine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from ivr.signing import signature_of, signed_fields

STANDARD_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


def is_genuine(tokens: Sequence[str], signature: str | None, url: str, params: Mapping[str, list[str]]) -> bool:
    """Whether one of ``tokens`` signed this request to ``url`` with the form fields ``params``.

    Several tokens serve a rotation: old and new are good for a while. ``url`` is the public one that the carrier
    called. The carrier is not consistent about ports, so the URL is tried with and without.
    """
    if not signature or not signature.isascii():
        return False
    genuine, fields = False, signed_fields(params)
    for token in tokens:
        for spelling in _spellings(url):
            # An empty token is no token: it would make every request genuine to whoever knows the algorithm.
            # No early return: the time taken says nothing about which one matched.
            genuine |= bool(token) and hmac.compare_digest(signature_of(token, spelling, fields), signature)
    return genuine


def _spellings(url: str) -> tuple[str, ...]:
    """``url`` as called, without a port, and with the standard port when it has none; nothing for what is no URL.

    >>> _spellings("https://x.example/voice")
    ('https://x.example/voice', 'https://x.example:443/voice')
    >>> _spellings("https://x.example:8443/voice")
    ('https://x.example:8443/voice', 'https://x.example/voice')
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ()
    scheme, _, rest = url.partition("://")
    standard = STANDARD_PORTS.get(scheme)
    if standard is None or not parts.hostname or not rest.startswith(parts.netloc):
        return ()
    other = f"{parts.netloc}:{standard}" if port is None else parts.netloc.rpartition(":")[0]
    # Put together by hand: parsing and unparsing would lose an empty "?" that the carrier signed.
    return (url, f"{scheme}://{other}{rest.removeprefix(parts.netloc)}")
