"""How long a caller waits for the next prompt, and how often an answer with a pause inside is cut off.

Callers on media streams in real time answer closed questions, some with a pause inside the answer. The wait counts
from the last sound of the answer to the first sound of the next prompt, as the carrier gets it. The baseline is the
recogniser's own end of utterance on the same answers: when it says so, nothing has been asked or spoken yet.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from redis import Redis

from ivr.benchmarks.bare import Bare
from ivr.benchmarks.caller import Exchange
from ivr.benchmarks.party import Party, callers
from ivr.benchmarks.report import Bar, Figure, percentile
from ivr.benchmarks.running import calls_of, running
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import VOICES, Recorded, Spoken, answers, hush, synthetic_sheets
from ivr.flows.actions import Listen
from ivr.flows.book import FlowBook
from ivr.flows.call import Call
from ivr.flows.events import Heard, Started
from ivr.flows.interpreter import step
from ivr.sessions import RedisSessions
from ivr.understanding.answers import Answers

KINDS = ("zip", "menu", "order", "zip", "yes_no")
MOST_P50 = Bar(320.0)
MOST_P95 = Bar(440.0)
MOST_CUT = Bar(1.0)
WAIT_FOR_END_S = 6.0
"""Silence after an answer that the recogniser is given to find its end in."""
SECONDS_AN_ANSWER = 3.5
NOTHING_MS = 4000.0
"""What an answer that got no reply counts as waiting: so long the caller was patient."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One answer, what the service did with it, and what the recogniser by itself would have."""

    exchange: Exchange
    heard: str
    stock_ms: float
    stock_cut: bool

    @property
    def wait_ms(self) -> float:
        return self.exchange.wait_s * 1e3 if self.exchange.replied_s else NOTHING_MS


def measure(setting: Setting) -> list[Taken]:
    """Answers from callers at the same time, for about the setting's seconds."""
    book = setting.questions()
    sheets = _sheets(setting)
    setting.tell("answers: callers answer closed questions in real time")
    with running(setting.asking) as service:
        guests = callers(service, sheets, patient=False)

        async def talk() -> None:
            async with Party(guests) as party:
                await party.stay(setting.seconds)

        asyncio.run(talk())
        with Redis.from_url(service.settings.redis_url) as redis:
            sessions = calls_of(service, redis)
            heard = [_heard_texts(sessions, guest.call_id) for guest in guests]
    setting.tell("answers: the recogniser by itself")
    bare = Bare(setting.model)
    return [
        _taken(exchange, texts.get(exchange.turn, ""), bare, grammar)
        for guest, texts in zip(guests, heard, strict=True)
        for grammar in [grammar_of(book, guest.line)]
        for exchange in guest.done
    ]


def _sheets(setting: Setting) -> list[list[Spoken]]:
    count = max(2, math.ceil(setting.seconds / SECONDS_AN_ANSWER))
    sheets = synthetic_sheets(KINDS, count)
    if setting.speech is not None:
        sheets += [list(islice(answers("zip", [Recorded(setting.speech, seed)], seed), count)) for seed in (1, 2)]
    return sheets


def _heard_texts(sessions: RedisSessions, call_id: str) -> dict[int, str]:
    """What was heard, by the turn it answers."""
    events = sessions.events(call_id)
    return {turn: event.text for turn, event in enumerate(events) if isinstance(event, Heard)}


def grammar_of(book: FlowBook, line: str) -> list[str] | None:
    """What a recogniser is held to at the question of ``line``."""
    _, actions = step(Call("CA"), Started(0.0, line, ""), book)
    listen = next(action for action in actions if isinstance(action, Listen))
    return Answers(book.skills.kinds).grammar(listen)


def _taken(exchange: Exchange, heard: str, bare: Bare, grammar: Sequence[str] | None) -> Taken:
    pcm = exchange.spoken.pcm
    length_s = len(pcm) / 2 / 8000
    stock = bare.hears(hush(0.4) + pcm + hush(WAIT_FOR_END_S), grammar, first_only=True)
    at_s = stock.ends_s[-1] - 0.4 if stock.ends_s and stock.text else length_s + WAIT_FOR_END_S
    return Taken(exchange, heard, (at_s - length_s) * 1e3, at_s < length_s)


def figures(taken: Sequence[Taken]) -> list[Figure]:
    """The figures for the report."""
    whole = [one for one in taken if not one.exchange.taken_early]
    paused = [one for one in taken if one.exchange.spoken.paused]
    stock = "the recogniser's own end of utterance"
    stock_ms = [one.stock_ms for one in taken if not one.stock_cut]
    wait_ms = [one.wait_ms for one in whole]
    early = [one for one in paused if one.exchange.taken_early]
    stock_early = [one for one in paused if one.stock_cut]
    right = [one for one in taken if one.heard == one.exchange.spoken.text]
    count = len(paused) or 1
    return [
        Figure(
            "answer to next prompt, p50",
            percentile(wait_ms, 0.5),
            "ms",
            len(wait_ms),
            percentile(stock_ms, 0.5),
            stock,
            MOST_P50,
        ),
        Figure(
            "answer to next prompt, p95",
            percentile(wait_ms, 0.95),
            "ms",
            len(wait_ms),
            percentile(stock_ms, 0.95),
            stock,
            MOST_P95,
        ),
        Figure(
            "answers with a pause, cut off",
            100 * len(early) / count,
            "%",
            len(paused),
            100 * len(stock_early) / count,
            stock,
            MOST_CUT,
        ),
        Figure("answers heard word for word", 100 * len(right) / (len(taken) or 1), "%", len(taken)),
        *_by_source(taken),
    ]


def _by_source(taken: Sequence[Taken]) -> list[Figure]:
    found = []
    for name, paused in (("in one go", False), ("with a pause", True)):
        for source, real in (("synthetic", False), ("recorded", True)):
            some = [
                one.wait_ms
                for one in taken
                if one.exchange.spoken.paused == paused
                and not one.exchange.taken_early
                and (one.exchange.spoken.voice not in VOICES) == real
            ]
            if some:
                found.append(Figure(f"  {source}, {name}, p50", percentile(some, 0.5), "ms", len(some)))
                found.append(Figure(f"  {source}, {name}, p95", percentile(some, 0.95), "ms", len(some)))
    return found
