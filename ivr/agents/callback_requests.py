"""Visitors of the company's site who want to be called back: nobody's telephone rings before its number is verified.

A short code goes to the number as a text; who brings it back holds that telephone. Until then there is no promise, only
a request in Redis, for ten minutes. Texts are rationed by who asks, by whom they go to, and altogether.

Key: ``ringdown:callback-request:ID`` (a hash: what is asked, the code's digest, how often one was tried).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, cast

from redis import Redis

from ivr.agents.kept import reached
from ivr.agents.numbers import NumberError, number_of
from ivr.agents.rations import Ration, allowed
from ivr.ports import OutsideError

VALID_S = 600
"""How long a code is good for: texts may take minutes."""
ASKED_HERE = "web-"
"""So the ids begin that stand where a promise has that of the call it was made in: there was none."""
DIGITS = 6
TRIES = 5
"""Of a million codes: a chance of one in 200,000 to guess one, and each costs a text of the rations below."""
HOUR_S, DAY_S = 3600, 86400
FROM_ADDRESS = 10
"""Texts an hour: a household or a small office is behind one address. A guess."""
TO_NUMBER = 3
"""Texts a day, so that nobody can be pestered with codes. A guess."""
IN_ALL = 200
"""Texts an hour for everybody together: what a flood from many addresses may cost. A guess: measure."""
AHEAD_S = 7 * DAY_S
"""How far ahead somebody may want to be called."""
LONGEST_NAME = 60

# Count the try before its code is looked at: two at once are two.
TRY = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
redis.call('HINCRBY', KEYS[1], 'tries', 1)
return redis.call('HMGET', KEYS[1], 'asked', 'code', 'tries')
"""

log = logging.getLogger(__name__)


class RequestError(ValueError):
    """It cannot be done as asked; the message says why to who asked, ``what`` which field it is about."""

    def __init__(self, message: str, what: str = "") -> None:
        super().__init__(message)
        self.what = what


class TooManyError(RequestError):
    """A ration is used up."""


@dataclass(frozen=True, slots=True)
class CallbackPage:
    """What the flow file says: topics with their queues, countries, the line that calls; and when a queue can call."""

    company: str
    line: str
    countries: tuple[str, ...]
    topics: Mapping[str, str]
    timezone: str
    may_call: Callable[[str, float], bool] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is valid but not verified. ``at_s`` is None for as soon as possible."""

    number: str
    topic: str
    queue: str
    line: str
    name: str = ""
    at_s: float | None = None


class SendText(Protocol):
    """The carrier's way to send a text."""

    def __call__(self, to: str, sender: str, body: str) -> str: ...


class Promises(Protocol):
    """Who makes the promise in the end (see ``ivr.agents.callbacks``)."""

    def asked(self, args: Mapping[str, Any]) -> Mapping[str, Any]: ...


class CallbackRequests:
    """Every method raises ``OutsideError`` when Redis or the carrier fails: then nothing is sent or promised."""

    def __init__(
        self,
        redis: Redis,
        page: Callable[[], CallbackPage | None],
        send_text: SendText,
        promises: Promises,
        now: Callable[[], float],
    ) -> None:
        """``page`` is None while visitors are not to ask."""
        self._redis = redis
        self._try = redis.register_script(TRY)
        self.page = page
        self._send_text = send_text
        self._promises = promises
        self._now = now

    def ask(self, wanted: Mapping[str, Any], address: str) -> tuple[str, Asked]:
        """Send a code for what is ``wanted`` (number, topic, name, at_s) by somebody at ``address``; the request's id.

        An empty ``address`` is a program of the company, whose visitors it rations itself.

        Raises:
            RequestError: it cannot be done as asked.
        """
        page = self._page()
        asked = self._read(page, wanted)
        rations = [Ration("texts-to", asked.number, TO_NUMBER, DAY_S), Ration("texts", "", IN_ALL, HOUR_S)]
        if address:
            rations.insert(0, Ration("texts-from", address, FROM_ADDRESS, HOUR_S))
        if not allowed(self._redis, rations):
            raise TooManyError("That was asked for too often. Please try again later, or call us.")
        request_id, code = secrets.token_urlsafe(16), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        with reached(), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(_key(request_id), "asked", json.dumps(asdict(asked)))
            pipeline.hset(_key(request_id), "code", _digest(request_id, code))
            pipeline.expire(_key(request_id), VALID_S)
            pipeline.execute()
        self._send(asked, f"{code} is your code for a call from {page.company}. If you did not ask for it, do nothing.")
        return request_id, asked

    def confirm(self, request_id: str, code: str) -> Asked:
        """The code is right: the callback is promised. Safe to repeat while the request is known.

        Raises:
            RequestError: it is not the code, or the request is unknown, too old, or was tried too often.
        """
        self._page()
        with reached():
            known = cast("list[bytes] | None", self._try(keys=[_key(request_id)]))
        if known is None or int(known[2]) > TRIES:
            raise RequestError("This code is too old, or was tried too often. Please ask again.")
        digest = _digest(request_id, "".join(filter(str.isdecimal, code[:40])))
        if not hmac.compare_digest(known[1], digest.encode()):
            raise RequestError("That is not the code we sent.", "code")
        asked = Asked(**json.loads(known[0]))
        self._promise(request_id, asked)
        return asked

    def _promise(self, request_id: str, asked: Asked) -> None:
        who = asked.name or "A visitor of the website"
        args = {"queue": asked.queue, "number": asked.number, "line": asked.line, "call": f"{ASKED_HERE}{request_id}"}
        args["brief"] = f"{who} asked on the website to be called about: {asked.topic}."
        collected = {"name": asked.name, "topic": asked.topic} if asked.name else {"topic": asked.topic}
        when: Mapping[str, Any] = {} if asked.at_s is None else {"at_s": asked.at_s}
        self._promises.asked({**args, "collected": collected, **when})

    def _page(self) -> CallbackPage:
        page = self.page()
        if page is None:
            raise RequestError("Callbacks cannot be asked for here.")
        return page

    def _read(self, page: CallbackPage, wanted: Mapping[str, Any]) -> Asked:
        topic = str(wanted.get("topic", ""))
        if topic not in page.topics:
            raise RequestError("Please choose what it is about.", "topic")
        try:
            number = number_of(str(wanted.get("number", "")), page.countries)
        except NumberError as error:
            raise RequestError(str(error), "number") from error
        name = " ".join("".join(one if one.isprintable() else " " for one in str(wanted.get("name", ""))).split())
        if len(name) > LONGEST_NAME:
            raise RequestError(f"Please write at most {LONGEST_NAME} letters.", "name")
        at_s = self._at(page, page.topics[topic], wanted.get("at_s"))
        return Asked(number, topic, page.topics[topic], page.line, name, at_s)

    def _at(self, page: CallbackPage, queue: str, wanted: object) -> float | None:
        """The time that somebody wants to be called at; None for as soon as possible."""
        if wanted in (None, ""):
            return None
        try:
            at_s = float(str(wanted))
        except ValueError:
            at_s = math.nan
        if not self._now() < at_s < self._now() + AHEAD_S:
            raise RequestError("Please choose one of the times.", "at_s")
        if not page.may_call(queue, at_s):
            raise RequestError("Nobody is here to call you at that time. Please choose another one.", "at_s")
        return at_s

    def _send(self, asked: Asked, body: str) -> None:
        try:
            self._send_text(asked.number, asked.line, body)
        except OutsideError as error:
            log.warning("a code for a callback could not be sent: %s", error)
            if error.retry:
                raise OutsideError("Texts cannot be sent just now.", retry=True) from error
            raise RequestError("We cannot send a text to this number.", "number") from error


def _digest(request_id: str, code: str) -> str:
    return hashlib.sha256(f"{request_id}:{code}".encode()).hexdigest()


def _key(request_id: str) -> str:
    return f"ringdown:callback-request:{hashlib.sha256(request_id.encode('utf-8', 'replace')).hexdigest()[:32]}"
