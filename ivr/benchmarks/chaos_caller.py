"""A caller of the benchmark ``chaos``: does what each document says, as the carrier does, and knows where the call is.

Requests go through the exchange's own client, so they are tried again for as long and as often as the carrier does, and
then at the fallback address, once. Documents are read as strictly as the carrier reads them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.benchmarks.carrier_posts import call_form, new_call_id
from ivr.benchmarks.chaos_socket import MESSAGE as SOCKET_MESSAGE
from ivr.benchmarks.chaos_socket import Side, on_the_socket
from ivr.benchmarks.chaos_tally import Tally, Visit
from ivr.exchange.refusals import Refusal
from ivr.exchange.sids import new_sid
from ivr.exchange.twiml import Connect, Gather, Hangup, Pause, Record, Redirect, Say, Stream, Verb, read_twiml
from ivr.exchange.webhooks import Webhooks

QUIZ, MESSAGE = "+15035550100", "+15035550101"
STAGES = {QUIZ: ("one", "two", "three", "five", "end"), MESSAGE: ("one", "two", "three", "four", "five", "end")}
"""The questions of each line of ``chaos.yaml``."""
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COLOURS = {"1": "red", "2": "blue"}
THINKS_S = 1.5
READY_S = 0.5
"""The carrier needs this long at most until a recording can be fetched and is told of."""
MOST_DOCUMENTS = 120

Next = tuple[str, dict[str, str]] | None
"""What is asked next, with what."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The carrier's side, shared by all callers. ``frames`` is what they leave as a message."""

    webhooks: Webhooks
    account: str
    token: str
    public_url: str
    recordings_url: str
    frames: Sequence[bytes]
    tally: Tally
    thinks_s: float = THINKS_S


@dataclass(slots=True)
class ChaosCaller:
    """One call to ``line``. ``socket``: the media stream gets through; otherwise the carrier's own verbs must do."""

    exchange: Exchange
    line: str
    number: str
    socket: bool
    chance: random.Random
    call_id: str = field(default_factory=new_call_id)
    _at: int = -1
    _since_s: float = 0.0
    _hangs_up_at: str = ""
    _speaks: bool = False
    _over: bool = False
    _answered: bool = False
    _telling: list[asyncio.Task[None]] = field(default_factory=list)
    visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        code = self.chance.randrange
        keyed = {stage: f"{code(10000):04}" for stage in ("one", "three", "five")} | {"two": str(code(1, 3))}
        self.visit = Visit(self.call_id, keyed)
        self._speaks = self.chance.random() < 0.5
        if self.chance.random() < 0.1:
            self._hangs_up_at = self.chance.choice(STAGES[self.line][:-1])
        self.exchange.tally.visits.append(self.visit)

    async def call(self) -> None:
        """The whole call, to the last word of the carrier about it."""
        public_url = self.exchange.public_url
        self._since_s = time.monotonic()
        then: Next = (f"{public_url}/voice/incoming", {})
        for _ in range(MOST_DOCUMENTS):
            if then is None:
                break
            verbs = await self._documented(*then)
            then = await self._perform(verbs) if verbs else None
        else:
            self._astray("no end of it")
        await self._tell(f"{public_url}/voice/status", {"CallStatus": "completed"})
        await asyncio.gather(*self._telling)
        self.exchange.tally.calls += 1

    # --- documents --------------------------------------------------------------------------------------------------

    async def _documented(self, url: str, extra: dict[str, str]) -> Sequence[Verb]:
        tally, began_s = self.exchange.tally, time.monotonic()
        try:
            verbs = await self._read(url, extra)
        except Refusal as refusal:
            tally.fell_back += 1
            fallback, why = f"{self.exchange.public_url}/voice/fallback", str(refusal)
            try:
                verbs = await self._read(fallback, {"ErrorCode": str(refusal.number), "ErrorUrl": url})
            except Refusal as again:
                tally.unanswered.append(f"{self.call_id}: {why}; then {again}")
                return ()
        tally.waited(self.call_id, url, time.monotonic() - began_s)
        return verbs

    async def _read(self, url: str, extra: dict[str, str]) -> Sequence[Verb]:
        status = "in-progress" if self._answered else "ringing"
        answer = await self.exchange.webhooks.ask(url, "POST", {**self._form(), "CallStatus": status}, extra)
        verbs = read_twiml(answer.body, answer.content_type)
        self._answered = True
        return verbs

    def _form(self) -> dict[str, str]:
        return call_form(self.exchange.account, self.call_id, self.line, From=self.number, Caller=self.number)

    async def _perform(self, verbs: Sequence[Verb]) -> Next:
        said = ""
        for verb in verbs:
            match verb:
                case Say(text):
                    said += text
                case Pause(length_s):
                    await asyncio.sleep(length_s)
                case Connect(stream=stream):
                    if self.socket:
                        await self._on_socket(stream)
                case Gather():
                    said += " ".join(one.text for one in verb.prompts if isinstance(one, Say))
                    return await self._answer(_stage(said), verb)
                case Record():
                    return await self._leave_message(_stage(said), verb)
                case Redirect(url):
                    return None if self._over else (url, {})
                case Hangup():
                    self._ended(said)
                case _:
                    self._astray(f"{type(verb).__name__} is not expected")
        return None

    def _ended(self, said: str) -> None:
        at = STAGES[self.line][self._at] if self._at >= 0 else ""
        if "Goodbye" in said and "Thank you" in said:
            self.asked("end")
        elif at != "end":  # on a socket the last word was said there
            self._astray(f"given up at {at or 'the beginning'}: {said}")
            return
        self.visit.finished = True

    # --- questions --------------------------------------------------------------------------------------------------

    def asked(self, stage: str) -> bool:
        """Note where the call stands; False when the caller hangs up here."""
        tally, stages = self.exchange.tally, STAGES[self.line]
        at = stages.index(stage) if stage in stages else -9
        where = {1: "next", 0: "same", -1: "previous"}.get(at - self._at)
        if where is None:
            self._astray(f"{stage!r} after {stages[self._at]!r}")
        else:
            tally.asked[where] += 1
        tally.gaps_s.append(time.monotonic() - self._since_s)
        self._at = at
        self._over = stage == self._hangs_up_at
        tally.hung_up += self._over
        return not self._over

    async def think(self) -> None:
        """As long as people do before they answer, and then the answer is on its way."""
        await asyncio.sleep(self.chance.uniform(0, self.exchange.thinks_s))
        self._since_s = time.monotonic()

    async def _answer(self, stage: str, gather: Gather) -> Next:
        if not self.asked(stage):
            return None
        await self.think()
        keys = self.visit.keyed.get(stage, "")
        if self._speaks and "speech" in gather.input:
            words = COLOURS[keys] if stage == "two" else " ".join(DIGITS[int(key)] for key in keys)
            return gather.action or "", {"SpeechResult": f"{words.capitalize()}.", "Confidence": "0.93"}
        return gather.action or "", {"Digits": keys, "FinishedOnKey": ""}

    async def _leave_message(self, stage: str, record: Record) -> Next:
        """The carrier records; it tells of the recording a moment later, and like as not once more."""
        stays = self.asked(stage)
        await self.think()
        sid = new_sid("RE")
        fields = {
            "RecordingSid": sid,
            "RecordingUrl": f"{self.exchange.recordings_url}/{sid}",
            "RecordingDuration": "2",
            "Digits": "#" if stays else "hangup",
        }
        self.visit.told.append(sid)
        ready = {**fields, "RecordingStatus": "completed"}
        tellings = self.chance.choice((1, 1, 2))
        self._telling.append(asyncio.create_task(self._tell_of(record.recording_status_callback, ready, tellings)))
        if stays:
            return record.action or "", fields
        await self._tell(record.action or "", fields)
        return None

    async def _tell_of(self, url: str, fields: dict[str, str], times: int) -> None:
        await asyncio.sleep(self.chance.uniform(0, READY_S))
        told = [await self._tell(url, fields) for _ in range(times)]
        self.exchange.tally.untold += not any(told)

    async def _tell(self, url: str, fields: dict[str, str]) -> bool:
        """A callback: nobody falls back from one."""
        try:
            await self.exchange.webhooks.ask(url, "POST", {**self._form(), **fields}, {})
        except Refusal:
            return False
        return True

    # --- the socket -------------------------------------------------------------------------------------------------

    async def _on_socket(self, stream: Stream) -> None:
        exchange = self.exchange
        side = Side(
            exchange.webhooks.session,
            exchange.token,
            self.call_id,
            exchange.account,
            exchange.tally,
            exchange.frames,
            lambda turn: self.asked(self._stage_of(turn)),
            self.think,
            self._keys,
            self._said,
        )
        await on_the_socket(side, stream.url, stream.parameters)
        self._since_s = time.monotonic()

    def _stage_of(self, turn: int) -> str:
        """On a socket questions are known by their turns: each is one."""
        stages = STAGES[self.line]
        return stages[min(turn, len(stages)) - 1]

    def _keys(self, turn: int) -> str:
        stage = self._stage_of(turn)
        return SOCKET_MESSAGE if stage == "four" else self.visit.keyed.get(stage, "")

    def _said(self) -> None:
        self.visit.spoken += 1

    def _astray(self, why: str) -> None:
        self.exchange.tally.astray.append(f"{self.call_id}: {why}")


def _stage(said: str) -> str:
    """Which question it is: each says its number."""
    return said.partition("Question ")[2].partition(".")[0] or said[-60:]
