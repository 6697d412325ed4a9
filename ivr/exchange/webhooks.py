"""Asking the service: signed form posts within the carrier's time limits, with its retries (see ``limits``)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urldefrag, urlencode, urljoin

import aiohttp
from yarl import URL

from ivr.exchange.clock import Clock
from ivr.exchange.limits import Limits
from ivr.exchange.refusals import BODY_TOO_LARGE, CONNECTION_FAILED, FETCH_FAILED, INVALID_URL, Refusal
from ivr.exchange.signing import sign_form
from ivr.exchange.timeline import Timeline

MAX_BODY_BYTES = 20 * 1024 * 1024
"""Enough for the sound of a long prompt; documents are held to 64 KB by their reader."""

MAX_REDIRECTS = 10
FIRST_PAUSE_S = 0.5
"""Wall time before the first retry; doubled for each further one, so that a service being restarted is met again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered, and at which URL in the end."""

    url: str
    status: int
    content_type: str
    body: bytes
    etag: str = ""


Params: TypeAlias = tuple[Mapping[str, str], Mapping[str, str]]
"""What is always sent, and what an HTTP redirect loses."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """On which terms one request is made, all its tries together; ``until_s`` is exchange time."""

    limits: Limits
    headers: Mapping[str, str]
    until_s: float


class _FailedError(Exception):
    """One attempt failed; ``reason`` is the carrier's word for retry policies."""

    def __init__(self, reason: str, refusal: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refusal = refusal


class Webhooks:
    """The carrier's HTTP client. Time stands still while it waits (fast clock)."""

    def __init__(self, auth_token: str, clock: Clock, timeline: Timeline) -> None:
        self._token = auth_token
        self._clock = clock
        self._timeline = timeline
        self.slow_s = 0.0
        """So much later every answer comes, in exchange seconds: a slow service, without one."""
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
                headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(
        self, url: str, method: str, standard: Mapping[str, str], extra: Mapping[str, str], token: str = ""
    ) -> Answer:
        """Send ``standard`` and ``extra`` to ``url``; redirects are followed (and lose ``extra``, as at the carrier).

        Raises:
            Refusal: 11100, 11200 or 11205, when no 2xx answer came in time.
        """
        headers = {"I-Twilio-Idempotency-Token": token or str(uuid.uuid4())}
        return await self._within(url, method, (standard, extra), headers)

    async def fetch(self, url: str, etag: str = "") -> Answer:
        """Get a file (a prompt to be played); status 304 when ``etag`` still holds.

        Raises:
            Refusal: as :meth:`ask`.
        """
        return await self._within(url, "GET", ({}, {}), {"If-None-Match": etag} if etag else {})

    async def _within(self, url: str, method: str, params: Params, headers: Mapping[str, str]) -> Answer:
        limits = Limits.of(url)
        terms = _Terms(limits, headers, self._clock.now_s + limits.total_s)
        try:
            async with asyncio.timeout(limits.total_s):
                return await self._persist(urldefrag(url).url, method, params, terms)
        except TimeoutError as error:
            raise Refusal(FETCH_FAILED, f"{url}: no answer within {limits.total_s:g} s") from error

    async def _persist(self, url: str, method: str, params: Params, terms: _Terms) -> Answer:
        pause_s = FIRST_PAUSE_S
        for attempt in range(terms.limits.retries + 1):
            try:
                return await self._follow(url, method, params, terms)
            except _FailedError as failed:
                if attempt == terms.limits.retries or not terms.limits.retried(failed.reason):
                    raise failed.refusal from failed
                why = failed
            with self._clock.busy():
                await asyncio.sleep(pause_s)
            pause_s *= 2
            call_sid = params[0].get("CallSid", "")
            self._timeline.note(call_sid, "asked again", url=url, reason=why.reason, why=why.refusal.message)
        raise AssertionError("the last attempt returns or raises")

    async def _follow(self, url: str, method: str, params: Params, terms: _Terms) -> Answer:
        standard, extra = params
        sent = {**standard, **extra}
        for _ in range(MAX_REDIRECTS + 1):
            with self._clock.busy():
                status, headers, body = await self._send(url, method, sent, terms)
            await self._dawdle(url, terms)
            where = headers.get("Location", "")
            if status in (301, 302, 303) and where:
                method, sent = "GET", {**standard}
            elif not (status in (307, 308) and where):
                return _checked(url, status, headers, body)
            url = urldefrag(urljoin(url, where)).url
        raise _FailedError("4xx", Refusal(FETCH_FAILED, f"{url}: more than {MAX_REDIRECTS} redirects"))

    async def _dawdle(self, url: str, terms: _Terms) -> None:
        """Let as much exchange time pass as the slow service would have taken."""
        if not self.slow_s:
            return
        left_s = terms.until_s - self._clock.now_s
        await self._clock.sleep(min(self.slow_s, terms.limits.read_s, left_s))
        if left_s <= min(self.slow_s, terms.limits.read_s):
            raise TimeoutError
        if terms.limits.read_s <= self.slow_s:
            raise _FailedError("rt", Refusal(FETCH_FAILED, f"{url}: no answer in time"))

    async def _send(
        self, url: str, method: str, params: Mapping[str, str], terms: _Terms
    ) -> tuple[int, Mapping[str, str], bytes]:
        if not url.startswith(("http://", "https://")):
            raise _FailedError("url", Refusal(INVALID_URL, f"{url[:200]!r} is not an http or https URL"))
        if method == "GET" and params:
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        form = dict(params) if method == "POST" else {}
        signed = {**terms.headers, "X-Twilio-Signature": sign_form(self._token, url, form)}
        limits = terms.limits
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=limits.connect_s, sock_read=limits.read_s)
        try:
            async with self.session.request(
                method,
                URL(url, encoded=True),
                data=urlencode(form).encode() if method == "POST" else None,
                headers={**signed, **({"Content-Type": _FORM} if method == "POST" else {})},
                timeout=timeout,
                allow_redirects=False,
            ) as reply:
                return reply.status, reply.headers, await _bounded(url, reply)
        except aiohttp.ConnectionTimeoutError as error:
            raise _FailedError("ct", Refusal(CONNECTION_FAILED, f"{url}: cannot connect in time")) from error
        except aiohttp.ClientConnectorError as error:
            raise _FailedError("ct", Refusal(CONNECTION_FAILED, f"{url}: cannot connect")) from error
        except (aiohttp.ServerTimeoutError, TimeoutError) as error:
            raise _FailedError("rt", Refusal(FETCH_FAILED, f"{url}: no answer in time")) from error
        except (aiohttp.ClientError, ValueError) as error:
            refusal = Refusal(FETCH_FAILED, f"{url}: {type(error).__name__} {error}")
            raise _FailedError("ct" if isinstance(error, aiohttp.ClientConnectionError) else "rt", refusal) from error


_FORM = "application/x-www-form-urlencoded; charset=UTF-8"


async def _bounded(url: str, reply: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in reply.content.iter_chunked(65536):
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise _FailedError("size", Refusal(BODY_TOO_LARGE, f"{url}: more than {MAX_BODY_BYTES} bytes"))
    return bytes(body)


def _checked(url: str, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    if not (200 <= status < 300 or status == 304):
        reason = "5xx" if status >= 500 else "4xx"
        raise _FailedError(reason, Refusal(FETCH_FAILED, f"{url}: HTTP status {status}"))
    return Answer(url, status, headers.get("Content-Type", ""), body, headers.get("ETag", ""))
