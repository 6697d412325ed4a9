"""What somebody in line is told now, if anything; what was said is remembered with their transfer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.agents.attendant import Attendant
from ivr.agents.floor.announcing import Said, announce
from ivr.agents.floor.wait import standing
from ivr.agents.handover import Handover


def announced(attendant: Attendant, handover: Handover, offers: Sequence[str] = ()) -> str:
    """Their place and about how long it takes, what the queue tells besides, and ``offers``; mostly nothing."""
    account = attendant.shelf.routing(handover.id)
    where = attendant.look(lambda floor: standing(floor, handover.id))
    staffing, language = attendant.staffing(), handover.language
    texts, said_before = staffing.texts(language), Said(*account.said) if account.said else None
    new = announce(said_before, attendant.now(), where, texts, language) if where else None
    if new is None:
        return ""
    text, said = new
    attendant.note(handover.id, lambda one: replace(one, said=(said.at_s, said.minutes, said.position)))
    besides = staffing.translated(staffing.announce.get(handover.queue, ""), language)
    return " ".join(filter(None, (text, besides, *(getattr(texts, offer) for offer in offers))))
