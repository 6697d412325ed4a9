"""Who sits at the other end of a leg: a script, or a person's phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ivr.exchange.network import Network


class Line(Protocol):
    """What a party can do with the leg it is on."""

    @property
    def sid(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def from_(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, str]:
        """What the service sent along for this phone."""
        ...

    @property
    def far_pending(self) -> bool:
        """Whether the far end is known to have more to say."""
        ...

    @property
    def far_is_turn(self) -> bool:
        """Whether what is heard would be answered by a person (music and ringing would not)."""
        ...

    def connected_by(self, network: Network) -> None:
        """Say what the connection does to sound."""
        ...

    def pick_up(self) -> None:
        """Answer."""
        ...

    def turn_down(self, status: str) -> None:
        """Do not answer; ``status`` is busy, failed or no-answer."""
        ...

    def press(self, key: str) -> None: ...

    def said(self, text: str) -> None:
        """These words have just been spoken (this is how the box "recognises" speech)."""
        ...

    def party_hangs_up(self) -> None: ...


class Party(Protocol):
    """One call of a phone. Every method returns at once; ``speak`` and ``hear`` come once every 20 ms."""

    def ring(self, line: Line) -> None:
        """The phone rings."""
        ...

    def connected(self, line: Line) -> None:
        """The call is answered: sound flows from now on."""
        ...

    def speak(self) -> bytes: ...

    def hear(self, frame: bytes) -> None: ...

    def ended(self, status: str) -> None:
        """The call is over (or never was answered)."""
        ...


class Phone(Protocol):
    """Something with an address that can be rung."""

    def take_call(self) -> Party:
        """Who picks up the next call."""
        ...
