"""The carrier's request signature, in one place for both sides: the exchange signs, the service checks.

``base64(HMAC-SHA1(token, url + name + value ...))`` over the names sorted and, under a name, the distinct values
sorted. The URL is the one that was called, without the ``#...`` part that carries connection settings.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence

Params = Mapping[str, Sequence[str]]
"""Form fields by name; a name may have been sent several times."""


def signature(token: str, url: str, params: Params) -> str:
    """The signature of a request to ``url``.

    >>> signature("12345", "https://mycompany.com/myapp", {"To": ["+18005551212"]})
    'IIqVorNYw3nH5iGBU5K8+Yn8R34='
    """
    return signature_of(token, url, signed_fields(params))


def signed_fields(params: Params) -> str:
    """The part of the signed text that comes after the URL."""
    signed: list[str] = []
    for name in sorted(params):
        values = params[name]
        for value in sorted(set(values)) if len(values) > 1 else values:
            signed += (name, value)
    return "".join(signed)


def signature_of(token: str, url: str, fields: str) -> str:
    """As :func:`signature`, for who tries several addresses with the same :func:`signed_fields`."""
    # surrogatepass: a field may hold anything, and a signature must never raise
    text = (url.partition("#")[0] + fields).encode("utf-8", "surrogatepass")
    return b64encode(hmac.digest(token.encode("utf-8", "surrogatepass"), text, "sha1")).decode("ascii")
