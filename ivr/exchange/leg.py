"""A leg: one party's line into the exchange, from ringing to hung up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from ivr.exchange.clock import Clock
from ivr.exchange.network import Network
from ivr.exchange.party import Party
from ivr.exchange.sounds import SILENCE, Source

T = TypeVar("T")

OVER = ("completed", "busy", "failed", "no-answer", "canceled")
"""The states in which a leg is no more."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """Where a leg's next document comes from: a URL to ask, or the document itself."""

    url: str = ""
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    twiml: str = ""


class Stoppable(Protocol):
    """Something that goes on beside what a call does, until it is stopped."""

    def stop(self) -> None: ...


class HungUpError(Exception):
    """The leg is over; whoever executes a document for it stops."""


class RedirectedError(Exception):
    """The service sent the leg elsewhere in the middle of a verb."""

    def __init__(self, instruction: Instruction) -> None:
        super().__init__(instruction.url or "document")
        self.instruction = instruction


class Leg:
    """A call in the carrier's sense. Sound goes through it tick by tick; verbs wait on it with :meth:`until`."""

    def __init__(
        self,
        *,
        sid: str,
        account_sid: str,
        to: str,
        from_: str,
        direction: str,
        clock: Clock,
        party: Party,
        parent_sid: str = "",
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self.sid, self.account_sid, self.parent_sid = sid, account_sid, parent_sid
        self.to, self.from_, self.direction = to, from_, direction
        self.parameters: Mapping[str, str] = parameters or {}
        self.status = "queued"
        self.created_s, self.answered_s, self.ended_s = clock.epoch_s, 0.0, 0.0
        self.inbound = SILENCE
        self.answered_by = ""
        self.network: Network | None = None
        self.fallback: Instruction | None = None
        self.forks: dict[str, Stoppable] = {}
        self.key_listeners: list[Callable[[str], None]] = []
        self.word_listeners: list[Callable[[str], None]] = []
        self.sound_listeners: list[Callable[[bytes], None]] = []
        self.both_ways: list[Callable[[bytes, bytes], None]] = []
        self.on_status: list[Callable[[Leg], None]] = []
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._party = party
        self._sources: list[Source] = []
        self._interruption: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    # --- state -------------------------------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def talking(self) -> bool:
        return self.status == "in-progress"

    @property
    def duration_s(self) -> float:
        """From answer to end (or now); 0 when never answered."""
        return (self.ended_s or self._clock.epoch_s) - self.answered_s if self.answered_s else 0.0

    def ring(self) -> None:
        """The party's phone rings."""
        self._become("ringing")
        self._party.ring(self)

    def start(self) -> None:
        """The call is answered: sound flows."""
        if self.over or self.talking:
            return
        self.answered_s = self._clock.epoch_s
        self._become("in-progress")
        self._party.connected(self)

    def end(self, status: str = "completed") -> None:
        """The leg is over. Safe to repeat."""
        if self.over:
            return
        self.ended_s = self._clock.epoch_s
        self._become(status)
        if not self.answer.done():
            self.answer.set_result(status)
        self._party.ended(status)
        self._interrupt(HungUpError(status))

    def redirect(self, instruction: Instruction) -> None:
        """Break off the verb under way and go on with ``instruction``."""
        self._interrupt(RedirectedError(instruction))

    def _become(self, status: str) -> None:
        self.status = status
        for tell in list(self.on_status):
            tell(self)

    def _interrupt(self, reason: Exception) -> None:
        if self._interruption.done():
            if isinstance(self._interruption.result(), HungUpError):
                return
            self._interruption = asyncio.get_running_loop().create_future()
        self._interruption.set_result(reason)

    def connected_by(self, network: Network) -> None:
        """The party's connection: what it does to sound, both ways."""
        self.network = network

    # --- what the party does -----------------------------------------------------------------------------------

    def pick_up(self) -> None:
        if not self.answer.done():
            self.answer.set_result("answered")

    def turn_down(self, status: str) -> None:
        if not self.answer.done():
            self.answer.set_result(status)

    def press(self, key: str) -> None:
        """A key: it goes to whoever listened last."""
        if self.talking and self.key_listeners:
            self.key_listeners[-1](key)

    def said(self, text: str) -> None:
        if self.talking and self.word_listeners:
            self.word_listeners[-1](text)

    def party_hangs_up(self) -> None:
        self.end("completed" if self.answered_s else "canceled")

    # --- sound -------------------------------------------------------------------------------------------------

    @property
    def far_pending(self) -> bool:
        return bool(self._sources) and self._sources[-1].pending

    @property
    def far_is_turn(self) -> bool:
        return not self._sources or self._sources[-1].is_turn

    @contextmanager
    def sounding(self, source: Source) -> Iterator[None]:
        """The party hears ``source`` meanwhile; what was heard before is covered by it."""
        self._sources.append(source)
        try:
            yield
        finally:
            self._sources.remove(source)

    @contextmanager
    def listening(
        self,
        *,
        keys: Callable[[str], None] | None = None,
        words: Callable[[str], None] | None = None,
        sound: Callable[[bytes], None] | None = None,
    ) -> Iterator[None]:
        """These hear the party meanwhile."""
        with ExitStack() as stack:
            if keys:
                stack.enter_context(_among(self.key_listeners, keys))
            if words:
                stack.enter_context(_among(self.word_listeners, words))
            if sound:
                stack.enter_context(_among(self.sound_listeners, sound))
            yield

    def take_in(self) -> None:
        """First half of a tick: what the party says now."""
        frame = self._party.speak()
        self.inbound = self.network.inward.carried(frame) if self.network else frame
        for listener in list(self.sound_listeners):
            listener(self.inbound)

    def give_out(self) -> None:
        """Second half of a tick: what the party hears now."""
        frame = self._sources[-1].frame() if self._sources else SILENCE
        self._party.hear(self.network.outward.carried(frame) if self.network else frame)
        for listener in list(self.both_ways):
            listener(self.inbound, frame)

    # --- waiting -----------------------------------------------------------------------------------------------

    async def until(self, *futures: asyncio.Future[Any], timeout_s: float | None = None) -> bool:
        """Wait until one of ``futures`` is done (True) or ``timeout_s`` of exchange time is over (False).

        Raises:
            HungUpError: the leg is over.
            RedirectedError: the service wants it elsewhere.
        """
        done = await self._clock.within(timeout_s, self._interruption, *futures)
        self.check()
        return bool(done)

    def check(self) -> None:
        """Raise what has interrupted the leg, if anything has."""
        if not self._interruption.done():
            return
        reason = self._interruption.result()
        if isinstance(reason, Exception):
            raise reason

    def resume(self) -> None:
        """A redirection has been taken note of: verbs can wait again."""
        if not self.over:
            self._interruption = asyncio.get_running_loop().create_future()

    @property
    def interruption(self) -> asyncio.Future[Any]:
        """Done when the leg is over or redirected; for those who wait on several legs."""
        return self._interruption


@contextmanager
def _among(listeners: list[T], listener: T) -> Iterator[None]:
    listeners.append(listener)
    try:
        yield
    finally:
        listeners.remove(listener)
