"""One transcript of a call out of two: what happened at the exchange, and what the service understood and said.

The exchange knows what was really said into the telephone, when, and how long the answer took; the service knows what
it recognised, how sure it was and at which step. Both write down the wall clock of the same machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

CALLER = "caller"
IVR = "ivr"
ONE_KEYING_S = 1.0
"""Keys that follow each other faster are one entry."""

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the merged transcript.

    ``kind``: said (into a telephone), keyed, heard (recognised by the service), spoken (by the service), whispered (to
    an agent), note, trouble. ``at_s`` counts from the moment the call was answered; ``latency_s`` is the time from the
    caller's last sound to the first sound of the answer; ``said`` is what was really said, for heard ones.
    """

    at_s: float
    wall_s: float
    who: str
    kind: str
    text: str
    step: str = ""
    confidence: float | None = None
    latency_s: float | None = None
    said: str = ""


def merged(sid: str, events: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The entries of call ``sid``, oldest first. What comes later changes nothing before it but a latency."""
    people = _people(sid, events)
    start_s = next((e["at_s"] for e in events if e["call"] == sid and e.get("status") == "in-progress"), None)
    entries: list[Entry] = []
    at_s = 0.0
    for item in sorted((*_mine(people, events), *lines), key=_wall_s):
        if "what" not in item:
            entries.append(_line(item, at_s, entries))
            continue
        at_s = round(max(0.0, item["at_s"] - start_s), 2) if start_s is not None else 0.0
        if item["what"] == "latency" and item["call"] == sid:
            _note_latency(entries, item["latency_s"])
        elif item["what"] == "stream" and item["state"] == "started" and entries and entries[-1].kind == "trouble":
            entries.append(Entry(at_s, item["wall_s"], IVR, "note", "is back, and asks again"))
        else:
            _add(entries, _event(item, people[item["call"]], at_s))
    return entries


def _wall_s(item: Mapping[str, Any]) -> float:
    return float(item["wall_s"] if "what" in item else item["at_s"])


def agent_legs(sid: str, events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The legs that were rung for call ``sid``, and whose they are."""
    ours = [event for event in events if event.get("parameters", {}).get("call") == sid]
    return {event["call"]: event["to"].removeprefix("client:") for event in ours}


def _people(sid: str, events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {**agent_legs(sid, events), sid: CALLER}


def _mine(people: Mapping[str, str], events: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (event for event in events if event["call"] in people)


def _line(line: Mapping[str, Any], at_s: float, before: Sequence[Entry]) -> Entry:
    step, text = str(line["step"]), str(line["text"])
    if line["who"] != CALLER:
        return Entry(at_s, line["at_s"], IVR, "spoken", text, step)
    said = next((entry for entry in reversed(before) if entry.who == CALLER and entry.kind in {"said", "keyed"}), None)
    return Entry(at_s, line["at_s"], CALLER, "heard", text, step, line["confidence"], said=said.text if said else "")


def _note_latency(entries: list[Entry], latency_s: float) -> None:
    """The latency is that of the turn just answered; a message or talk to a person is no turn, and has none.

    The first is meant: music that begins later answers nothing.
    """
    for at in range(len(entries) - 1, -1, -1):
        if entries[at].who == CALLER and entries[at].kind in {"heard", "said", "keyed"}:
            if entries[at].kind == "heard" and entries[at].latency_s is None:
                entries[at] = replace(entries[at], latency_s=latency_s)
            return


def _add(entries: list[Entry], entry: Entry | None) -> None:
    last = entries[-1] if entries else None
    if entry is None:
        return
    if last and entry.kind == last.kind == "keyed" and entry.who == last.who and entry.at_s - last.at_s < ONE_KEYING_S:
        entries[-1] = replace(last, text=last.text + entry.text)
    else:
        entries.append(entry)


def _event(event: Mapping[str, Any], who: str, at_s: float) -> Entry | None:
    kind, text = _told(event, who)
    return Entry(at_s, event["wall_s"], who, kind, text) if text else None


def _told(event: Mapping[str, Any], who: str) -> tuple[str, str]:
    """Kind and text; no text for what people need not see."""
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
            return "waits for an agent"
        case "play":
            return "hears music" if "hold" in event["url"] else f"hears {event['url']}"
        case "conference-start":
            return "is connected with the caller"
        case "stream" if event["state"] == "cleared":
            return "is heard over the prompt, which stops"
        case _:
            return ""


def _status(event: Mapping[str, Any], who: str) -> str:
    words = {"ringing": "is rung", "in-progress": "picks up", "completed": "has hung up", "canceled": "is rung no more"}
    if who != CALLER:
        return words.get(event["status"], "" if event["status"] == "queued" else event["status"])
    if event["status"] == "ringing":
        return f"{event['from']} rings {event['to']}"
    return f"the call is over: {event['status']}" if event["status"] in OVER else ""
