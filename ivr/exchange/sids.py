"""Ids in the carrier's form: two letters and 32 hexadecimal digits."""

from __future__ import annotations

import secrets


def new_sid(prefix: str) -> str:
    """A fresh id: CA call, CF conference, QU queue, RE recording, SM message, MZ stream."""
    return prefix + secrets.token_hex(16)
