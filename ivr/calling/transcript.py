"""One transcript of a call out of two: what happened at the exchange, and what the service understood and said.

The exchange knows what was really said into the telephone, when, and how long the answer took; the service knows what
it recognised, how sure it was and at which step. Both write down the wall clock of the same machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.calling.entry import CALLER, IVR, OVER, Entry
from ivr.calling.told import told

__all__ = ["CALLER", "IVR", "ONE_ANSWER_S", "OVER", "Entry", "agent_legs", "merged", "settled"]

ONE_ANSWER_S = 3.0
"""Keys that follow each other within this time, and nothing in between, are one answer: for so long the service too
waits for another key."""

FINISH_KEY = "#"
FINISHED_S = 1.0
"""A key that only ends an answer may come when the answer was long enough without it, and was taken."""

JUST_NOW_S = 0.5
"""Wall time in which a prompt is stopped after what stopped it."""


def merged(sid: str, events: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The entries of call ``sid``, oldest first. What comes later changes no line that is settled, but a latency."""
    people = {**agent_legs(sid, events), sid: CALLER}
    start_s = next((e["at_s"] for e in events if e["call"] == sid and e.get("status") == "in-progress"), None)
    transcript = _Transcript()
    at_s = 0.0
    for item in sorted((*_mine(people, events), *lines), key=_wall_s):
        if "what" not in item:
            transcript.line(item, at_s)
            continue
        at_s = round(max(0.0, item["at_s"] - start_s), 2) if start_s is not None else 0.0
        if item["what"] == "latency" and item["call"] == sid:
            transcript.latency(item["latency_s"])
        elif (entry := told(item, people[item["call"]], at_s)) is not None:
            transcript.add(entry, stopped=item["what"] == "stream")
        elif item["what"] == "stream" and item["state"] == "started":
            transcript.stream_started(Entry(at_s, item["wall_s"], IVR, "note", "is back, and asks again"))
    return transcript.entries


def settled(entries: Sequence[Entry], until_wall_s: float) -> int:
    """How many of ``entries`` will not change any more, when everything up to ``until_wall_s`` is known."""
    for count, entry in enumerate(entries):
        grows = entry.kind == "keyed" and all(_is_note_of(entry.who, later) for later in entries[count + 1 :])
        if entry.wall_s + (ONE_ANSWER_S if grows else 0.0) > until_wall_s:
            return count
    return len(entries)


def _wall_s(item: Mapping[str, Any]) -> float:
    return float(item["wall_s"] if "what" in item else item["at_s"])


def agent_legs(sid: str, events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The legs that were rung for call ``sid``, and whose they are."""
    ours = [event for event in events if event.get("parameters", {}).get("call") == sid]
    return {event["call"]: event["to"].removeprefix("client:") for event in ours}


def _mine(people: Mapping[str, str], events: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (event for event in events if event["call"] in people)


def _is_note_of(who: str, entry: Entry) -> bool:
    return entry.kind == "note" and entry.who == who


@dataclass(slots=True)
class _Transcript:
    """Entries as they are put together."""

    entries: list[Entry] = field(default_factory=list)
    _last_key_s: dict[str, float] = field(default_factory=dict)
    _to_be_spoken: list[str] = field(default_factory=list)
    """What the service has written down and leaves to the carrier's voice: it comes a second time, from there."""

    def line(self, line: Mapping[str, Any], at_s: float) -> None:
        """What the service wrote down."""
        step, text = str(line["step"]), str(line["text"])
        if line["who"] != CALLER:
            self._to_be_spoken.append(text)
            self.entries.append(Entry(at_s, line["at_s"], IVR, "spoken", text, step))
            return
        self._to_be_spoken.clear()
        given = (one for one in reversed(self.entries) if one.who == CALLER and one.kind in {"said", "keyed"})
        said = next((one.text for one in given), "")
        self.entries.append(Entry(at_s, line["at_s"], CALLER, "heard", text, step, line["confidence"], said=said))

    def add(self, entry: Entry, *, stopped: bool = False) -> None:
        """What the exchange noted; ``stopped``: a prompt, by what was said or pressed."""
        if entry.kind == "keyed":
            self._key(entry)
        elif entry.kind == "spoken" and entry.text in self._to_be_spoken:
            self._to_be_spoken.remove(entry.text)
        elif stopped:
            self.entries.insert(self._before_what_came_of_it(entry), entry)
        else:
            self.entries.append(entry)

    def stream_started(self, entry: Entry) -> None:
        """After trouble this is good news; at the beginning it goes without saying."""
        if self.entries and self.entries[-1].kind == "trouble":
            self.entries.append(entry)

    def latency(self, latency_s: float) -> None:
        """The latency is that of the turn just answered; a message or talk to a person is no turn, and has none.

        The first is meant: music that begins later answers nothing.
        """
        for at in range(len(self.entries) - 1, -1, -1):
            entry = self.entries[at]
            if entry.who == CALLER and entry.kind in {"heard", "said", "keyed"}:
                if entry.kind == "heard" and entry.latency_s is None:
                    self.entries[at] = replace(entry, latency_s=latency_s)
                return

    def _key(self, entry: Entry) -> None:
        """Another key of the answer that is being given, or the first of a new one."""
        gap_s = entry.at_s - self._last_key_s.get(entry.who, entry.at_s - 2 * ONE_ANSWER_S)
        self._last_key_s[entry.who] = entry.at_s
        at = next((n for n in range(len(self.entries) - 1, -1, -1) if _is_keyed_by(entry.who, self.entries[n])), None)
        if at is not None:
            before = self.entries[at]
            going_on = gap_s <= ONE_ANSWER_S and all(_is_note_of(entry.who, one) for one in self.entries[at + 1 :])
            finishing = entry.text == FINISH_KEY and gap_s <= FINISHED_S
            if going_on or finishing:
                self.entries[at] = replace(before, text=before.text + entry.text, wall_s=entry.wall_s)
                return
        self.entries.append(entry)

    def _before_what_came_of_it(self, entry: Entry) -> int:
        """The service notes an answer when it is complete, which may be a moment before its prompt is stopped."""
        at = len(self.entries)
        while at and self.entries[at - 1].kind == "spoken" and self.entries[at - 1].who == IVR:
            at -= 1
        if at and self.entries[at - 1].kind == "heard" and entry.wall_s - self.entries[at - 1].wall_s < JUST_NOW_S:
            return at - 1
        return len(self.entries)


def _is_keyed_by(who: str, entry: Entry) -> bool:
    return entry.kind == "keyed" and entry.who == who
