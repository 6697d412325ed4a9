"""Passwords: which are good enough, and how they are kept. Trying one costs the same where there is none."""

from __future__ import annotations

import threading
import unicodedata
from functools import cached_property

from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 12
"""Letters. Length is what makes guessing hopeless; rules about special characters only make passwords alike."""

LONGEST = 200

METHOD = "scrypt:32768:8:3"
"""What OWASP's password storage cheat sheet asks of scrypt within 32 MB."""

AT_ONCE = 2
"""Passwords tried at a time in one process: each takes 32 MB and a good part of a second, and callers want answers."""


class Passwords:
    """Makes and compares what is kept of passwords (scrypt, salted)."""

    def __init__(self, method: str = METHOD) -> None:
        self._method = method
        self._seats = threading.BoundedSemaphore(AT_ONCE)

    def kept(self, password: str) -> str:
        """What is kept of ``password``."""
        with self._seats:
            return generate_password_hash(_normal(password), self._method)

    def match(self, kept: str, password: str) -> bool:
        """Whether ``kept`` was made of ``password``. Where nothing is kept it takes as long to say no."""
        password = _normal(password)[:LONGEST]
        with self._seats:
            return check_password_hash(kept or self._nobodys, password) and bool(kept)

    @cached_property
    def _nobodys(self) -> str:
        return generate_password_hash("nobody has this password", self._method)


def mistake(password: str, name: str) -> str:
    """What is wrong with a new password of ``name``, as a sentence; empty when it will do.

    >>> mistake("correct horse battery", "dana")
    ''
    >>> mistake("dana-dana-dana", "dana")
    'The password must not be made of your name.'
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return f"The password must have at least {SHORTEST} characters. Several words are easy to remember."
    if len(plain) > LONGEST:
        return f"The password must have at most {LONGEST} characters."
    if len(set(plain)) < SHORTEST // 3:
        return "The password must have more different characters."
    rest = plain.casefold().replace(name.casefold(), "") if name else plain
    return "The password must not be made of your name." if len(rest) < SHORTEST // 2 else ""


def _normal(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())
