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
    signed = [url.partition("#")[0]]
    for name in sorted(params):
        for value in sorted(set(params[name])):
            signed += (name, value)
    # surrogatepass: a field may hold anything, and a signature must never raise
    text = "".join(signed).encode("utf-8", "surrogatepass")
    return b64encode(hmac.digest(token.encode("utf-8", "surrogatepass"), text, "sha1")).decode("ascii")
