"""One call from beginning to end, told as it goes: what a person or a test of any application wants to see."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.box import Box
from ivr.exchange.leg import Leg
from ivr.exchange.ordering import Order, place
from ivr.exchange.readable import readable

WORDS_AFTER_WALL_S = 10.0
"""How long callbacks may come after the end of the call."""


async def one_call(box: Box, order: Order, tell: Callable[[str], None]) -> bool:
    """Place the call, tell what happens; whether it came about and the carrier had nothing to refuse."""
    plant = box.plant
    async with box.open():
        leg = await place(plant, box.switch, box.application, order)
        told = _tell_on(box, leg, 0, tell)
        while plant.live:
            await plant.timeline.news()
            told = _tell_on(box, leg, told, tell)
        await plant.drained(WORDS_AFTER_WALL_S)
        _tell_on(box, leg, told, tell)
        wrong = [event for event in plant.timeline.after(0) if event["what"] in ("error", "broken")]
        return not wrong and leg.status == "completed"


def _tell_on(box: Box, leg: Leg, told: int, tell: Callable[[str], None]) -> int:
    names = {sid: "" if one is leg else one.to for sid, one in box.plant.legs.items()}
    for event in box.plant.timeline.after(told):
        told = event["n"]
        line = readable(event, names)
        if line:
            tell(line)
    return told
