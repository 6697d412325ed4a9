"""Fetches recordings from the carrier and from nobody else: the URL comes in a request, so it is not to be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests

from ivr.ports import OutsideError

MAX_BYTES = 64 * 1024 * 1024
"""An hour of 8 kHz 16-bit sound is 58 MB; the carrier records no longer unless told."""
CHUNK_BYTES = 64 * 1024
MAX_HOPS = 3
CARRIER_API = r"api(\.[a-z0-9-]+){0,2}\.twilio\.com"
CARRIER_MEDIA = r"([a-z0-9-]+\.){1,3}(twilio|twiliocdn)\.com"


class RecordingFetch:
    """Fetches WAVs from ``base_url``'s host; the tokens go to that host only, one after the other until one is good."""

    def __init__(self, account_sid: str, tokens: Sequence[str], base_url: str, timeout_s: float) -> None:
        self._account_sid = account_sid
        self._tokens = tuple(tokens)
        self._home = urlsplit(base_url)
        self._timeout_s = timeout_s
        self._session = requests.Session()
        self._session.trust_env = False  # no .netrc: it would send other credentials

    def close(self) -> None:
        self._session.close()

    def wav(self, url: str) -> bytes:
        """The recording at ``url``.

        Raises:
            OutsideError: not the carrier's, not there (yet), too large, no WAV.
        """
        path = urlsplit(url).path
        url = url if path.endswith(".wav") else f"{url}.wav"
        try:
            for _ in range(MAX_HOPS):
                with self._get(url) as answer:
                    if not answer.is_redirect:
                        return _sound(answer)
                    url = urljoin(url, answer.headers["Location"])
        except requests.RequestException as error:
            raise OutsideError(f"Cannot fetch a recording ({type(error).__name__})", retry=True) from error
        raise OutsideError("Cannot fetch a recording: it is passed on too often", retry=False)

    def _get(self, url: str) -> requests.Response:
        home = self._is_home(url)
        if not home and not self._is_media(url):
            raise OutsideError("The recording is not at the carrier: not fetched", retry=False)
        if not home:
            return self._ask(url, None)
        *first, last = self._tokens
        for token in first:
            answer = self._ask(url, (self._account_sid, token))
            if answer.status_code != HTTPStatus.UNAUTHORIZED:
                return answer
            answer.close()
        return self._ask(url, (self._account_sid, last))

    def _ask(self, url: str, auth: tuple[str, str] | None) -> requests.Response:
        return self._session.get(url, auth=auth, timeout=self._timeout_s, stream=True, allow_redirects=False)

    def _is_home(self, url: str) -> bool:
        """Whether ``url`` is where our calls go: the same origin, or another region of the carrier."""
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) == (self._home.scheme, self._home.netloc):
            return True
        return self._carrier and parts.scheme == "https" and bool(re.fullmatch(CARRIER_API, parts.netloc))

    def _is_media(self, url: str) -> bool:
        """Whether ``url`` is where the carrier keeps sound, which it may pass us on to."""
        parts = urlsplit(url)
        return self._carrier and parts.scheme == "https" and bool(re.fullmatch(CARRIER_MEDIA, parts.netloc))

    @property
    def _carrier(self) -> bool:
        return bool(re.fullmatch(CARRIER_API, self._home.netloc))


def _sound(answer: requests.Response) -> bytes:
    """The body, when it is a WAV of reasonable size."""
    status = answer.status_code
    if status != 200:
        # 404 is also "not yet": the file may be there only some seconds after the call. 401 is a token to be put right.
        later = status in (401, 404, 429) or status >= 500
        raise OutsideError(f"Cannot fetch a recording: status {status}", retry=later)
    sound = bytearray()
    for chunk in answer.iter_content(CHUNK_BYTES):
        sound += chunk
        if len(sound) > MAX_BYTES:
            raise OutsideError(f"The recording is larger than {MAX_BYTES} bytes: not kept", retry=False)
    if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
        raise OutsideError("What the carrier sent is no WAV", retry=False)
    return bytes(sound)
