"""How much of a call's sound is decoded, and whether what is left out is missed: one scripted call of three minutes.

The call goes through the example company as fast as the service takes the frames, with time counted in sound: prompts
play to their end, the caller thinks, answers, and waits. The baseline decodes every frame between a question and its
answer, as a recogniser without the service would have to; what both hear must be the same.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from redis import Redis

from ivr.audio import mulaw_decode
from ivr.benchmarks.bare import Bare
from ivr.benchmarks.caller import Caller
from ivr.benchmarks.carrier_posts import CarrierPosts, new_call_id
from ivr.benchmarks.report import Bar, Figure
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import FRAME, FRAME_S, VOICES, Spoken, Synthetic
from ivr.flows import FlowBook, step
from ivr.flows.actions import Listen
from ivr.flows.call import Call
from ivr.flows.events import Event, Heard
from ivr.ports import OutsideError
from ivr.sessions import RedisSessions
from ivr.speech import Pyttsx3Voice
from ivr.supervisor import Service
from ivr.understanding.answers import Answers

LINE = "+15035550100"
SCRIPT = {
    "main": ("find a store", "nearest store"),
    "find_store.0": ("nine four one zero seven", "one zero zero one six", "eight zero two zero three"),
    "find_store.1": ("next", "repeat", "next", "main menu"),
    "anything_else": ("find a store", "another store"),
}
"""What is said where the call is, in turn; in six voices."""
LENGTH_S = 180.0
THINK_S = 0.8
LOG_S = 10.0
MOST = Bar(0.35)
ALL = Bar(100.0, at_least=True)
_MEASURED = re.compile(r"measure frames_(received|decoded) ([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Share:
    """Frames of the call, and for each answer what the service and the baseline heard."""

    received: int
    decoded: int
    heard: tuple[tuple[str, str], ...]


def measure(setting: Setting, length_s: float = LENGTH_S) -> Share:
    """One call of ``length_s`` of sound."""
    setting.tell(f"decoded: a scripted call of {length_s:g} s, faster than real time")
    said: list[str] = []
    with Service(setting.settings, web_only=True, prompts=True, tell=lambda _, line: said.append(line)) as service:
        service.wait_prompts()
        with Redis.from_url(service.settings.redis_url) as redis:
            sessions = RedisSessions(redis)
            guest = _guest(service, sessions)
            asyncio.run(_talk(guest, length_s))
            counts = _counts(said)
            events = sessions.events(guest.call_id)
    setting.tell("decoded: the recogniser on every frame")
    return Share(counts["received"], counts["decoded"], tuple(_compared(setting, guest, events)))


def _guest(service: Service, sessions: RedisSessions) -> Caller:
    posts = CarrierPosts(urlsplit(service.web_url).port or 80, service.settings.public_url, service.token)
    sheets = {place: itertools.cycle(sheet) for place, sheet in _sheets().items()}
    call_id = new_call_id()

    def answer(turn: int) -> Spoken | None:
        found = sessions.load(call_id)
        step_now = found[0].call.step if found else ""
        return next((next(sheet) for place, sheet in sheets.items() if step_now.startswith(place)), None)

    return Caller(posts, service.settings.account_sid, LINE, answer, lockstep=True, think_s=THINK_S, call_id=call_id)


def _sheets() -> dict[str, list[Spoken]]:
    voice = Pyttsx3Voice()
    try:
        mouths = [Synthetic(voice, name) for name in VOICES]
        return {
            place: [
                Spoken(place, text, mouth.says(text), mouth.name, paused=False) for mouth in mouths for text in texts
            ]
            for place, texts in SCRIPT.items()
        }
    finally:
        voice.close()


async def _talk(guest: Caller, length_s: float) -> None:
    async with aiohttp.ClientSession() as session:
        call = asyncio.create_task(guest.call(session))
        while not call.done() and guest.frames * FRAME_S < length_s:
            await asyncio.wait([call], timeout=0.02)
        guest.stop()
        await call


def _counts(said: Sequence[str]) -> dict[str, int]:
    """The service tells its counts when the stream is over."""
    until_s = time.monotonic() + LOG_S
    while time.monotonic() < until_s:
        found = {name: round(float(count)) for name, count in _MEASURED.findall("\n".join(said))}
        if len(found) == 2:
            return found
        time.sleep(0.05)
    raise OutsideError("the service did not tell how many frames it decoded", retry=True)


def _compared(setting: Setting, guest: Caller, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """For each answer: what the service heard, and what the recogniser hears in all frames since the question."""
    bare = Bare(setting.model)
    book = setting.book()
    listens = list(_listens(book, guest.call_id, events))
    begin = 0
    for exchange in guest.done:
        end = exchange.replied_frame
        event = events[exchange.turn] if exchange.turn < len(events) else None
        listen = listens[exchange.turn - 1]
        if isinstance(event, Heard) and listen is not None:
            grammar = Answers(book.skills.kinds).grammar(listen)
            heard = bare.hears(mulaw_decode(bytes(guest.sent[begin * FRAME : end * FRAME])), grammar)
            yield event.text, heard.text
        begin = end


def _listens(book: FlowBook, call_id: str, events: Sequence[Event]) -> Iterator[Listen | None]:
    """What was asked at each turn: the same events give the same call again."""
    call = Call(call_id)
    for event in events:
        call, actions = step(call, event, book)
        yield next((action for action in actions if isinstance(action, Listen)), None)


def figures(share: Share) -> list[Figure]:
    """The figures for the report."""
    same = [ours == theirs for ours, theirs in share.heard]
    return [
        Figure(
            "decoded of the sound received",
            share.decoded / max(1, share.received),
            "",
            share.received,
            1.0,
            "every frame decoded",
            MOST,
        ),
        Figure(
            "answers heard as with every frame decoded",
            100 * sum(same) / max(1, len(same)),
            "%",
            len(same),
            100.0,
            "every frame decoded",
            ALL,
        ),
    ]
