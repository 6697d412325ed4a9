"""What goes along with a call to an agent: client parameters or SIP headers, cut to what the carrier carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

MAX_BYTES = 800
"""The carrier's limit for the parameters of one call, as sent."""


def with_parameters(to: str, parameters: Mapping[str, str]) -> str:
    """``to`` with ``parameters``; a telephone number takes none.

    All values are cut to one length when they are too long together, so that a long one cannot displace the rest.

    >>> with_parameters("client:ann", {"call": "CA1", "name": "Ann & Bob"})
    'client:ann?call=CA1&name=Ann%20%26%20Bob'
    >>> with_parameters("sip:ann@pbx.example", {"call_id": "CA1"})
    'sip:ann@pbx.example?x-call-id=CA1'
    >>> with_parameters("+15035550100", {"call": "CA1"})
    '+15035550100'
    """
    if to.startswith("client:"):
        pairs = [(quote(_printable(name), safe=""), _printable(value)) for name, value in parameters.items()]
    elif to.startswith(("sip:", "sips:")):
        # Header names are letters, digits and hyphens; a line break in a value would begin a header of the caller's.
        pairs = [(_header(name), _printable(value)) for name, value in parameters.items()]
    else:
        return to
    query = _fitted([(name, value) for name, value in pairs if name])
    return f"{to}{'&' if '?' in to else '?'}{query}" if query else to


def _header(name: str) -> str:
    return "x-" + re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()


def _printable(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", text).split())


def _fitted(pairs: list[tuple[str, str]]) -> str:
    """The longest query within the limit that cuts all values to the same number of characters."""
    fewest, most = 0, max((len(value) for _, value in pairs), default=0)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if len(_query(pairs, middle)) <= MAX_BYTES:
            fewest = middle
        else:
            most = middle - 1
    query = _query(pairs, fewest)
    return query if len(query) <= MAX_BYTES else _fitted(pairs[:-1])


def _query(pairs: list[tuple[str, str]], length: int) -> str:
    return "&".join(f"{name}={quote(value[:length], safe='')}" for name, value in pairs)
