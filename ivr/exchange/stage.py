"""What a verb needs to act: its leg, its document, and the exchange around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias
from urllib.parse import urldefrag, urljoin

from ivr.exchange.alongside import alongside
from ivr.exchange.leg import HungUpError, Instruction, Leg, RedirectedError
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import Refusal
from ivr.exchange.sounds import Quiet, music


class End(Enum):
    """How a chain of documents ended."""

    FINISHED = "ran out of verbs"
    HANG_UP = "a verb ended the call"
    LEAVE = "the caller leaves the queue"


Outcome: TypeAlias = Instruction | End | None
"""What follows a verb: another document, an end, or (None) the next verb."""

RunDocuments: TypeAlias = Callable[[Plant, Leg, Instruction, str], Coroutine[Any, Any, End]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One document being executed on ``leg``; ``kind`` is call, whisper or wait."""

    plant: Plant
    leg: Leg
    url: str
    method: str
    kind: str
    run_documents: RunDocuments = field(repr=False)

    def resolve(self, url: str) -> str:
        """``url`` as seen from this document; its ``#`` overrides are kept."""
        return urljoin(urldefrag(self.url).url, url)

    def goto(self, action: str | None, method: str, params: Mapping[str, str]) -> Instruction:
        """The document that answers ``params``: ``action``, or this one again."""
        return Instruction(self.resolve(action) if action else self.url, method, params)

    def note(self, what: str, **details: object) -> None:
        self.plant.timeline.note(self.leg.sid, what, **details)


@asynccontextmanager
async def entertained(
    stage: Stage, wait: Instruction | None, refresh: Callable[[], Mapping[str, str]]
) -> AsyncIterator[asyncio.Task[End]]:
    """The leg waits: it hears the documents at ``wait`` again and again (None: music, an empty URL: silence).

    Yields the task of the waiting, which ends by itself only when a document says Leave or Hangup. ``refresh``
    gives the parameters of each round.
    """
    async with alongside(_entertain(stage, wait, refresh)) as task:
        with stage.plant.clock.unhurried():
            yield task


async def _entertain(stage: Stage, wait: Instruction | None, refresh: Callable[[], Mapping[str, str]]) -> End:
    with suppress(HungUpError, RedirectedError):  # the verb that waits hears of these itself
        if wait is not None and wait.url:
            try:
                return await _repeat(stage, wait, refresh)
            except Refusal as refusal:
                stage.plant.refused(stage.leg, refusal)
        with stage.leg.sounding(Quiet() if wait is not None and not wait.url else music()):
            await stage.leg.until()
    return End.HANG_UP


async def _repeat(stage: Stage, wait: Instruction, refresh: Callable[[], Mapping[str, str]]) -> End:
    leg, clock = stage.leg, stage.plant.clock
    while True:
        begun = clock.ticks
        again = Instruction(wait.url, wait.method, refresh())
        end = await stage.run_documents(stage.plant, leg, again, "wait")
        if end is not End.FINISHED:
            return end
        if clock.ticks == begun:  # a document that takes no time would be fetched without end
            await leg.until(timeout_s=1)
