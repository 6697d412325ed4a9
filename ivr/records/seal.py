"""Seals what is kept of live calls: they hold what callers said in confidence, and databases are copied."""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
"""What AES-GCM takes best. A key would have to seal billions of texts before two chance nonces are likely the same."""


class Seal:
    """Seals and opens with one key; who has another key cannot open it, nor change it unnoticed."""

    def __init__(self, secret: str) -> None:
        """``secret`` is any text that the processes of one service share, and nobody else."""
        key = hashlib.sha256(b"ringdown live calls\0" + secret.encode()).digest()
        self._cipher = AESGCM(key)

    def seal(self, text: bytes, about: str) -> bytes:
        """``text``, readable only by who knows the secret and what it is ``about``."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes | None:
        """The inverse; None when it was sealed with another secret, was about something else, or was changed."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            return None
