"""What the exchange notes about a call, in words: one event gives one line of the transcript, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.calling.entry import CALLER, IVR, OVER, Entry

STATUS = {
    "ringing": "is rung",
    "in-progress": "picks up",
    "completed": "has hung up",
    "canceled": "is rung no more",
    "no-answer": "does not answer",
    "busy": "is busy",
    "failed": "cannot be reached",
}
"""What becomes of an agent's phone."""


def told(event: Mapping[str, Any], who: str, at_s: float) -> Entry | None:
    """``event`` as a line about ``who``; None for what people need not see."""
    kind, text = _told(event, who)
    speaker = IVR if kind == "spoken" else who
    return Entry(at_s, event["wall_s"], speaker, kind, text) if text else None


def _told(event: Mapping[str, Any], who: str) -> tuple[str, str]:
    match event["what"]:
        case "says":
            return "said", str(event["text"])
        case "plays":
            return "said", f"(plays {event['text']})"
        case "presses":
            return "keyed", str(event["key"])
        case "say":
            return ("whispered" if who != CALLER else "spoken"), str(event["text"])
        case "error":
            return "trouble", f"error {event['number']}: {event['message']}"
        case "gave up":
            return "trouble", f"gave up waiting for the moment to {event['act'].replace('_', ' ')}"
        case _:
            return "note", _noted(event, who)


def _noted(event: Mapping[str, Any], who: str) -> str:
    match event["what"]:
        case "status":
            return _status(event, who)
        case "participant-join" if who == CALLER:
            return "goes into the room"
        case "play":
            return "hears music" if "hold" in event["url"] else f"hears {event['url']}"
        case "conference-start":
            return "is connected with the agent" if who == CALLER else "is connected with the caller"
        case "voiceless":
            return f"hears sounds instead of words: {event['why']}"
        case "stream" if event["state"] == "cleared":
            return "is heard over the prompt, which stops"
        case _:
            return ""


def _status(event: Mapping[str, Any], who: str) -> str:
    if who != CALLER:
        return STATUS.get(event["status"], "" if event["status"] == "queued" else event["status"])
    if event["status"] == "ringing":
        return f"{event['from']} rings {event['to']}"
    return f"the call is over: {event['status']}" if event["status"] in OVER else ""
