"""What happened in a call, in one line of time: what was said, how it was heard, and what the carrier was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

SHOWN = 5
"""Other hearings of an answer that are shown: the likeliest."""


def with_alternatives(call: dict[str, Any], record: Mapping[str, Any] | None) -> dict[str, Any]:
    """``call`` with ``alternatives`` in each line of a caller that could have been heard otherwise."""
    events = (record or {}).get("events", ())
    heard = {event["at_s"]: event for event in events if event["event"] == "Heard"}
    lines = [dict(line) if isinstance(line, Mapping) else asdict(line) for line in call["transcript"]]
    for line in lines:
        event = heard.get(line["at_s"]) if line["who"] == "caller" else None
        others = [one for one in event["alternatives"] if one != line["text"]] if event else []
        if others and event and event["text"] == line["text"]:  # of a secret answer the text is another one
            line["alternatives"] = others[:SHOWN]
    return {**call, "transcript": lines}


def in_order(lines: Sequence[Mapping[str, Any]], traffic: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Lines of the transcript and exchanges with the carrier (``who`` is carrier) as they happened.

    A post comes before what was said in it; what happened in the same moment stays in its order.
    """
    exchanges = [{**one, "who": "carrier"} for one in traffic]
    return sorted([*exchanges, *lines], key=lambda one: float(one["at_s"]))
