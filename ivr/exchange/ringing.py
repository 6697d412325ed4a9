"""Making legs and ringing phones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from ivr.exchange.call_wav import CallWav
from ivr.exchange.leg import Leg
from ivr.exchange.network import Network
from ivr.exchange.party import Line, Party
from ivr.exchange.phonebook import plain_address
from ivr.exchange.plant import Plant
from ivr.exchange.sids import new_sid
from ivr.exchange.sounds import SILENCE

log = logging.getLogger(__name__)


class Nobody:
    """There is no such phone. A number or SIP address fails; a client that is not logged in does not answer."""

    def ring(self, line: Line) -> None:
        line.turn_down("no-answer" if line.to.startswith("client:") else "failed")

    def connected(self, line: Line) -> None:
        """Never happens."""

    def speak(self) -> bytes:
        return SILENCE

    def hear(self, frame: bytes) -> None:
        """Nobody hears."""

    def ended(self, status: str) -> None:
        """Nobody minds."""


def new_leg(
    plant: Plant,
    *,
    to: str,
    from_: str,
    direction: str,
    party: Party | None = None,
    parent_sid: str = "",
    parameters: Mapping[str, str] | None = None,
) -> Leg:
    """A leg to the phone at ``to`` (or to ``party``, who has called us)."""
    address, sent_along = plain_address(to)
    if party is None:
        phone = plant.phonebook.phone(address)
        party = phone.take_call() if phone else Nobody()
    leg = Leg(
        sid=new_sid("CA"),
        account_sid=plant.account_sid,
        to=address,
        from_=from_,
        direction=direction,
        clock=plant.clock,
        party=party,
        parent_sid=parent_sid,
        parameters={**sent_along, **(parameters or {})},
    )
    if plant.trouble.bad_line:
        leg.connected_by(Network(plant.trouble, str(plant.numbered())))
    plant.trim()
    plant.legs[leg.sid] = plant.live[leg.sid] = leg
    wav = CallWav(plant.data / "calls" / f"{leg.sid}.wav")
    leg.both_ways.append(wav.add)

    def watch(leg: Leg) -> None:
        plant.timeline.note(leg.sid, "status", status=leg.status, to=leg.to, **{"from": leg.from_})
        if leg.over:
            plant.live.pop(leg.sid, None)
            wav.close()

    plant.timeline.note(
        leg.sid, "status", status=leg.status, to=leg.to, parameters=dict(leg.parameters), **{"from": leg.from_}
    )
    leg.on_status.append(watch)
    plant.clock.wake()
    return leg


async def ring(plant: Plant, leg: Leg, timeout_s: float) -> bool:
    """Ring; True when answered (the leg is then in progress), else it is over with the reason as its status."""
    leg.ring()
    await plant.clock.within(timeout_s, leg.answer)
    outcome = leg.answer.result() if leg.answer.done() else "no-answer"
    if outcome == "answered":
        leg.start()
    else:
        leg.end(outcome)
    return leg.talking


def tick(plant: Plant) -> None:
    """One tick of sound: first everybody is heard, then everybody hears."""
    talking = [leg for leg in plant.live.values() if leg.talking]
    for half in (Leg.take_in, Leg.give_out):
        for leg in talking:
            if leg.talking:
                _guarded(plant, leg, half)


def _guarded(plant: Plant, leg: Leg, half: Callable[[Leg], None]) -> None:
    try:
        half(leg)
    except Exception as error:  # one leg's fault must not stop the clock for all: it ends, the operator reads why
        log.exception("leg %s broke", leg.sid)
        plant.timeline.note(leg.sid, "broken", error=repr(error))
        leg.end("failed")
