"""Files at rest, encrypted in chunks: any part can be read without the rest, and no part can be changed or moved.

::

    magic (4)  id of the key (8)  nonce (8)  | chunk | chunk | ... | last chunk

A chunk is 64 KiB of the file by AES-256-GCM with its 16 bytes of proof. Its number is part of the nonce; the name of
the file, and whether it is the last one, are proven with it: a file that was cut short or renamed is refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.ports import OutsideError

MAGIC = b"RDS1"
ID_BYTES, NONCE_BYTES, PROOF_BYTES = 8, 8, 16
HEAD_BYTES = len(MAGIC) + ID_BYTES + NONCE_BYTES
CHUNK_BYTES = 64 * 1024
SHORTEST_KEY = 16


class Keys:
    """Keys made of secret texts: the first seals, all open. A new one is put in front of the old ones."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Raises ValueError for a text that is too short to be a secret."""
        if any(len(secret) < SHORTEST_KEY for secret in secrets):
            raise ValueError(f"each key must have {SHORTEST_KEY} characters or more")
        keys = [hashlib.sha256(b"ringdown recordings\0" + secret.encode()).digest() for secret in secrets]
        self._ciphers = {hashlib.sha256(b"id\0" + key).digest()[:ID_BYTES]: AESGCM(key) for key in keys}

    @property
    def first(self) -> tuple[bytes, AESGCM]:
        """The key that seals, and its id."""
        return next(iter(self._ciphers.items()))

    def find(self, key_id: bytes) -> AESGCM:
        """The key with this id.

        Raises:
            OutsideError: it is not among these.
        """
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise OutsideError("a recording was sealed with a key that IVR_RECORDING_KEYS does not have", retry=False)
        return cipher


def seal(source: Path, target: Path, keys: Keys, name: str) -> None:
    """Write ``source`` sealed to ``target``, and have it on the disk."""
    key_id, cipher = keys.first
    nonce = os.urandom(NONCE_BYTES)
    with source.open("rb") as plain, _private(target) as sealed:
        sealed.write(MAGIC + key_id + nonce)
        number, chunk = 0, plain.read(CHUNK_BYTES)
        while True:
            following = plain.read(CHUNK_BYTES)
            proven = _proven(name, is_last=not following)
            sealed.write(cipher.encrypt(nonce + number.to_bytes(4, "big"), chunk, proven))
            if not following:
                break
            number, chunk = number + 1, following
        sealed.flush()
        os.fsync(sealed.fileno())


def unseal(source: Path, target: Path, keys: Keys, name: str) -> None:
    """The inverse, chunk by chunk. Raises ``OutsideError`` when it is not what was sealed."""
    with source.open("rb") as sealed, _private(target) as plain:
        opened = SealedFile(sealed, keys, name)
        for start in range(0, max(opened.length, 1), CHUNK_BYTES):
            plain.write(opened.read(start, start + CHUNK_BYTES))


class SealedFile:
    """A sealed file, of which any part can be read."""

    def __init__(self, sealed: BinaryIO, keys: Keys, name: str) -> None:
        """Raises ``OutsideError`` when it is none, or its key is not there."""
        self._sealed = sealed
        self._name = name
        head = sealed.read(HEAD_BYTES)
        if len(head) < HEAD_BYTES or not head.startswith(MAGIC):
            raise OutsideError(f"{name} is not a sealed recording", retry=False)
        self._cipher = keys.find(head[len(MAGIC) : len(MAGIC) + ID_BYTES])
        self._nonce = head[-NONCE_BYTES:]
        size = sealed.seek(0, os.SEEK_END) - HEAD_BYTES
        self._chunks = max(-(-size // (CHUNK_BYTES + PROOF_BYTES)), 1)
        self.length = size - self._chunks * PROOF_BYTES

    def read(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` to before ``end``; fewer where the file ends.

        Raises:
            OutsideError: when it was changed.
        """
        if end <= start:
            return b""
        first, last = start // CHUNK_BYTES, min((end - 1) // CHUNK_BYTES, self._chunks - 1)
        whole = b"".join(self._chunk(number) for number in range(first, last + 1))
        return whole[start - first * CHUNK_BYTES : end - first * CHUNK_BYTES]

    def _chunk(self, number: int) -> bytes:
        self._sealed.seek(HEAD_BYTES + number * (CHUNK_BYTES + PROOF_BYTES))
        chunk = self._sealed.read(CHUNK_BYTES + PROOF_BYTES)
        proven = _proven(self._name, is_last=number == self._chunks - 1)
        try:
            return self._cipher.decrypt(self._nonce + number.to_bytes(4, "big"), chunk, proven)
        except (InvalidTag, ValueError) as error:
            raise OutsideError(f"{self._name} was changed since it was sealed", retry=False) from error


def _proven(name: str, *, is_last: bool) -> bytes:
    return f"{name}\0{is_last:d}".encode()


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
