"""A bucket of an S3-compatible store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ivr.ports import OutsideError

TIMEOUT_S = 20
PIECE_BYTES = 1 << 16
GONE = frozenset({"404", "NoSuchKey", "NotFound"})
REFUSED = frozenset({"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket"})


class Bucket:
    """Every method raises ``OutsideError`` when the store refuses or cannot be reached."""

    def __init__(self, url: str) -> None:
        """``url`` is https://KEY:SECRET@HOST/BUCKET[/FOLDER][?region=NAME]; raises ValueError for another."""
        parts = urlsplit(url)
        self._bucket, _, folder = parts.path.strip("/").partition("/")
        if parts.scheme not in {"http", "https"} or not (parts.hostname and parts.username and self._bucket):
            raise ValueError("write https://KEY:SECRET@HOST/BUCKET")
        port = f":{parts.port}" if parts.port else ""
        self._endpoint = f"{parts.scheme}://{parts.hostname}{port}"
        self._who = (unquote(parts.username), unquote(parts.password or ""))
        self._region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        self._folder = f"{folder}/" if folder else ""

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        settings = Config(connect_timeout=TIMEOUT_S, read_timeout=TIMEOUT_S, retries={"max_attempts": 2}, proxies={})
        key, secret = self._who
        session = boto3.session.Session(key, secret, region_name=self._region)
        return session.client("s3", endpoint_url=self._endpoint, config=settings)

    def put(self, name: str, path: Path) -> None:
        """Keep the file, and read it back: when this returns, what is in the bucket is what was on the disk."""
        with self._asking(f"keep {name}"), path.open("rb") as file:
            self._client.put_object(Bucket=self._bucket, Key=self._folder + name, Body=file)
            if _digest(self._pieces(name)) != _digest(_of_file(path)):
                raise OutsideError(f"{name} is not in the bucket as it was sent", retry=True)

    def get(self, name: str, path: Path) -> bool:
        """Fetch it into a file; False when it is not there."""
        try:
            with self._asking(f"fetch {name}"), path.open("wb") as file:
                for piece in self._pieces(name):
                    file.write(piece)
        except FileNotFoundError:
            path.unlink(missing_ok=True)
            return False
        return True

    def has(self, name: str) -> bool:
        """Whether it is there."""
        try:
            with self._asking(f"look for {name}"):
                self._client.head_object(Bucket=self._bucket, Key=self._folder + name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Delete it; harmless when it is not there."""
        with self._asking(f"delete {name}"):
            self._client.delete_object(Bucket=self._bucket, Key=self._folder + name)

    def close(self) -> None:
        """Close the connections kept open."""
        if "_client" in self.__dict__:
            self._client.close()

    def _pieces(self, name: str) -> Iterator[bytes]:
        answer = self._client.get_object(Bucket=self._bucket, Key=self._folder + name)
        body = answer["Body"]
        try:
            yield from body.iter_chunks(PIECE_BYTES)
        finally:
            body.close()

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in GONE:
                raise FileNotFoundError(what) from error
            told = f"The store of recordings refuses to {what}: {code}"
            raise OutsideError(told, retry=code not in REFUSED) from error
        except BotoCoreError as error:
            raise OutsideError(f"Cannot {what}: the store of recordings does not answer", retry=True) from error


def _of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _digest(pieces: Iterator[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()
