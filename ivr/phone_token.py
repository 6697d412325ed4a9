"""A browser's right to be one telephone, in one place for both sides: the service signs it, the exchange checks it.

The service decides who somebody is; the exchange need not know its accounts. Both have the carrier account's secret.
"""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, URLSafeTimedSerializer

VALID_S = 120
"""For connecting only: a page asks for a new one whenever it connects again, and a connection may last all day."""


def phone_token(secret: str, address: str) -> str:
    """What a page shows the exchange to be the phone at ``address`` (a number or ``client:NAME``)."""
    if not secret:
        raise ValueError("a token signed with nothing could be made by anybody")
    return str(_signer(secret).dumps(address))


def phone_of(secret: str, token: str) -> str:
    """The address that ``token`` was made for; empty when it is not ours or too old."""
    if not secret:
        return ""
    try:
        address = _signer(secret).loads(token, max_age=VALID_S)
    except BadSignature:
        return ""
    return address if isinstance(address, str) else ""


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        secret, salt="ringdown phone", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )
