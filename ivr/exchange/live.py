"""A live phone: a telephone in somebody's hands, at the other end of a socket (``live_socket``).

The phone outlives its socket: a browser that has lost the network, or loads its page again, finds its call where it
was. Only who stays away for long has hung up.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ivr.audio import mulaw_decode, mulaw_encode
from ivr.exchange.party import Line
from ivr.exchange.plant import Plant
from ivr.exchange.script import DEFAULT_VOICE
from ivr.exchange.sounds import FRAME_SAMPLES, SILENCE, Tape
from ivr.ports import OutsideError

MAX_WAITING_IN = 25
"""Frames kept from the phone (0.5 s): a sender ahead of time loses its oldest sound, so nobody is heard late."""

MAX_KEYS = 32
MAX_SAID_CHARS = 300
KEYS = frozenset("0123456789*#ABCD")
_DIGITS = re.compile(r"[0-9](?=[0-9])")
"""Numbers are typed as one and said digit by digit."""

Dial = Callable[[str, "LivePhone"], str]
"""Rings a line for the phone; what is wrong when that cannot be."""


class Wire(Protocol):
    """A socket to the phone. Neither method waits."""

    def tell(self, event: str, details: Mapping[str, Any]) -> None: ...

    def play(self, mulaw: bytes) -> None: ...


class Busy:
    """What answers when a live phone is in use."""

    def ring(self, line: Line) -> None:
        line.turn_down("busy")

    def connected(self, line: Line) -> None:
        """Never happens."""

    def speak(self) -> bytes:
        return SILENCE

    def hear(self, frame: bytes) -> None:
        """Nobody listens."""

    def ended(self, status: str) -> None:
        """Nobody minds."""


class LivePhone:
    """The phone at one address; one call at a time."""

    def __init__(self, plant: Plant, address: str, dial: Dial) -> None:
        self.address = address
        self._plant, self._dial = plant, dial
        self._wire: Wire | None = None
        self._line: Line | None = None
        self._state = ""  # dialling, ringing or answered, while there is a line
        self._taken = False  # a call is on its way to us
        self._muted = False
        self._in: deque[bytes] = deque(maxlen=MAX_WAITING_IN)
        self._voice: Tape | None = None
        self._speaking: asyncio.Task[None] | None = None

    # --- the phone, as the exchange sees it --------------------------------------------------------------------

    def take_call(self) -> LivePhone | Busy:
        if self._taken:
            return Busy()
        self._taken = True
        return self

    def ring(self, line: Line) -> None:
        self._line = line
        self._state = self._state or "ringing"
        self._tell(self._state, **self._call())

    def connected(self, line: Line) -> None:
        self._line, self._state = line, "answered"
        self._in.clear()
        self._tell("answered", **self._call())

    def speak(self) -> bytes:
        if self._voice and self._voice.pending:
            return self._voice.frame()  # typed words take the microphone's place
        return mulaw_decode(self._in.popleft()) if self._in else SILENCE

    def hear(self, frame: bytes) -> None:
        if self._wire:
            self._wire.play(mulaw_encode(frame))

    def ended(self, status: str) -> None:
        sid = self._line.sid if self._line else ""
        self._line, self._state, self._taken, self._muted = None, "", False, False
        self._voice = None
        if self._speaking:
            self._speaking.cancel()
        self._tell("ended", call=sid, status=status)

    # --- the socket --------------------------------------------------------------------------------------------

    @property
    def attached(self) -> bool:
        return self._wire is not None

    def attach(self, wire: Wire) -> Wire | None:
        """The phone is at this socket now, and told what it missed; returns the socket it was at before."""
        before, self._wire = self._wire, wire
        self._in.clear()
        call = {"state": self._state, "muted": self._muted, **self._call()} if self._line else None
        self._tell("ready", address=self.address, call=call)
        return before

    def detach(self, wire: Wire) -> bool:
        """This socket is gone; whether the phone was at it."""
        if self._wire is not wire:
            return False
        self._wire = None
        self._in.clear()
        return True

    def gone(self) -> None:
        """Nobody has come back: whoever was talking has hung up, whoever was rung does not answer."""
        if self._line and self._state == "ringing":
            self._line.turn_down("no-answer")
        elif self._line:
            self._line.party_hangs_up()

    # --- what its holder does ----------------------------------------------------------------------------------

    def take_sound(self, mulaw: bytes) -> None:
        if len(mulaw) != FRAME_SAMPLES:
            self._tell("error", message=f"binary messages are {FRAME_SAMPLES} bytes of mu-law")
        elif self._state == "answered" and not self._muted:
            self._in.append(mulaw)

    def take(self, message: Mapping[str, Any]) -> None:
        """One message of the phone's."""
        match message:
            case {"event": "ping"}:
                self._tell("pong")
            case {"event": "dial", "to": str(to)} if not self._taken:
                self._call_up(to)
            case {"event": str(event)} if self._line and self._in_call(event, message, self._line):
                pass
            case _:
                self._tell("error", message="that is not possible now")

    def _call_up(self, to: str) -> None:
        self._taken, self._state = True, "dialling"
        wrong = self._dial(to, self)
        if wrong:
            self._taken, self._state = False, ""
            self._tell("error", message=wrong)

    def _in_call(self, event: str, message: Mapping[str, Any], line: Line) -> bool:
        """Do it; whether it could be done."""
        match event:
            case "answer" if self._state == "ringing":
                line.pick_up()
            case "decline" if self._state == "ringing":
                line.turn_down("busy")
            case "hang_up":
                self.hang_up()
            case "mute":
                self._mute(bool(message.get("on")))
            case "key":
                return self._press(str(message.get("key", "")), line)
            case "say":
                return self._say(str(message.get("text", "")).strip(), line)
            case _:
                return False
        return True

    def hang_up(self) -> None:
        if not self._line:
            return
        if self._state == "ringing":
            self._line.turn_down("busy")
        else:
            self._line.party_hangs_up()

    def _mute(self, on: bool) -> None:
        self._muted = on
        self._in.clear()
        self._tell("muted", on=on)

    def _press(self, keys: str, line: Line) -> bool:
        if self._state != "answered" or not keys or len(keys) > MAX_KEYS or not KEYS.issuperset(keys):
            return False
        for key in keys:
            self._plant.timeline.note(line.sid, "presses", key=key)
            line.press(key)
        return True

    def _say(self, text: str, line: Line) -> bool:
        if not text or len(text) > MAX_SAID_CHARS or self._state != "answered":
            return False
        if self._speaking and not self._speaking.done():
            self._speaking.cancel()  # who types on has thought better of it
        self._speaking = self._plant.spawn(self._speak(text, line))
        return True

    async def _speak(self, text: str, line: Line) -> None:
        """Say typed words with a voice, as sound: they are recognised, or not, like anybody's."""
        try:
            voice = Tape(await self._plant.speaking.pcm(_DIGITS.sub(r"\g<0> ", text), DEFAULT_VOICE))
        except OutsideError as error:
            self._tell("error", message=str(error))
            return
        self._plant.timeline.note(line.sid, "says", text=text)
        self._tell("says", text=text)
        self._voice = voice
        await voice.finished
        self._plant.timeline.note(line.sid, "stops speaking")
        line.said(text)

    # --- telling -----------------------------------------------------------------------------------------------

    def _call(self) -> dict[str, Any]:
        line = self._line
        if line is None:
            return {}
        return {"call": line.sid, "from": line.from_, "to": line.to, "parameters": dict(line.parameters)}

    def _tell(self, event: str, **details: Any) -> None:
        if self._wire:
            self._wire.tell(event, details)
