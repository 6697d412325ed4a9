"""The text messages of a caller, beside their call: what came and went, how it got on, and whether they want any."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ivr.records.callers import NOBODY
from ivr.web.sources import Sources

SHOWN = 10
"""The newest; older ones are told by ``ivr texts list``."""


def texts_of(sources: Sources, number: str) -> dict[str, Any] | None:
    """Messages with ``number`` (the newest first), and ``stopped``: that it asked for no more. None where none can be.

    Who withholds the number is nobody: their messages would be those of many.
    """
    if sources.texts is None or number.lower() in NOBODY:
        return None
    messages = [asdict(one) for one in sources.texts.latest(SHOWN, number)]
    return {"stopped": sources.texts.refuses(number), "messages": messages}
