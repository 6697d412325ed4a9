"""Text to sound for ``<Say>`` and for scripted parties: rendered beside the event loop, kept for repeats."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from ivr.audio import mulaw_decode
from ivr.exchange.clock import Clock
from ivr.exchange.sounds import stand_in
from ivr.ports import OutsideError, Voice

KEPT = 256
"""Sentences kept; some 30 kB each."""


class Speaking:
    """One voice for the whole box, used by one thread at a time (speech engines are not thread-safe)."""

    def __init__(self, voice: Voice, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="exchange-voice")
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    async def pcm(self, text: str, language: str) -> bytes:
        """``text`` as sound; time stands still meanwhile (fast clock).

        Raises:
            OutsideError: when the voice fails.
        """
        key = (text, language)
        if key not in self._kept:
            with self._clock.busy():
                loop = asyncio.get_running_loop()
                mulaw = await loop.run_in_executor(self._thread, self._voice.render, text, language)
            self._kept[key] = mulaw_decode(mulaw)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return self._kept[key]

    async def aloud(self, text: str, language: str) -> tuple[bytes, str]:
        """``text`` as the carrier says it; where no voice works a sound as long, and why. A carrier is never mute."""
        try:
            return await self.pcm(text, language), ""
        except OutsideError as error:
            return stand_in(text), str(error)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
