"""Judges one stored call: does it come out as recorded, and what would become of it now?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.call import MASK, Call
from ivr.flows.events import Event, event_from_json
from ivr.flows.loader import MakeSkills
from ivr.replay.ending import ending
from ivr.replay.parting import Books, parting, renamed_flows
from ivr.replay.performance import Performance, Turn
from ivr.replay.reproduction import Difference, reproduced
from ivr.replay.telling import exchange
from ivr.replay.verdict import Defect, How, Verdict


@dataclass(slots=True)
class Replayer:
    """Runs calls against ``book``. Books of older versions are read once each."""

    book: FlowBook
    make_skills: MakeSkills
    _read: dict[str, FlowBook | None] = field(default_factory=dict)
    _renamed: dict[str, dict[str, str]] = field(default_factory=dict)

    def judge(self, record: Mapping[str, Any], text: str | None) -> Verdict:
        """What becomes of the call ``record``, whose version of the flow file is ``text``. Never raises."""
        call_id, version = str(record["id"]), str(record["book"])
        verdict = Verdict(call_id, float(record["started_s"]), version, "not comparable")
        own = self._own_book(version, text)
        if own is None:
            return replace(verdict, why=f"version {version} of the flow file is not kept, or cannot be read any more")
        try:
            return self._judge(verdict, record, own)
        except Exception as error:  # noqa: BLE001 - reported as what it is: a mistake in the program, with its call
            return replace(verdict, why=f"it cannot be run again: {type(error).__name__}: {error}")

    def _judge(self, verdict: Verdict, record: Mapping[str, Any], own: FlowBook) -> Verdict:
        events = [event_from_json(dict(event)) for event in record["events"]]
        was = Performance(Call(verdict.call), own).play(events)
        different = reproduced(record, was, events)
        hidden = None if different is None else first_secret(record)
        if different is not None and hidden is not None and hidden <= different.turn:
            return self._up_to_a_secret(verdict, events[:hidden], own)
        verdict = self._compared(verdict, was.turns, own)
        return replace(verdict, defect=_defect(different, was.turns)) if different else verdict

    def _up_to_a_secret(self, verdict: Verdict, events: Sequence[Event], own: FlowBook) -> Verdict:
        """The caller's answer is not kept: only what went before can be compared."""
        verdict = self._compared(verdict, Performance(Call(verdict.call), own).play(events).turns, own)
        why = "it cannot be run again past an answer that is secret"
        return verdict if verdict.differs else replace(verdict, how="secret", why=why)

    def _compared(self, verdict: Verdict, was: Sequence[Turn], own: FlowBook) -> Verdict:
        """What becomes of the call on the new book."""
        if not was:
            return replace(verdict, how="not comparable", why="nothing that happened in it is recorded")
        if own.version == self.book.version:
            end = str(ending(was, {}))
            return replace(verdict, how="same", was=end, now=end)
        books = Books(own, self.book, self._renamed_since(own))
        performance = Performance(Call(verdict.call), self.book).follow(was, books.renamed)
        now = performance.turns
        endings = ending(was, {}), ending(now, books.renamed)
        verdict = replace(verdict, was=str(endings[0]), now=str(endings[1]))
        if performance.fitted and endings[0] == endings[1]:
            how: How = "same" if _words(was) == _words(now) else "other words"
            return replace(verdict, how=how)
        parted = parting(was, now, books)
        step = parted.step if parted else now[-1].call.step
        place = self.book.places.get(step)
        return replace(
            verdict,
            how="ends differently" if performance.fitted else "asked something else",
            place=str(place or ""),
            step=step,
            exchange=exchange(parted.was, parted.now) if parted else None,
        )

    def _own_book(self, version: str, text: str | None) -> FlowBook | None:
        if version == self.book.version:
            return self.book
        if version not in self._read:
            self._read[version] = _readable(text, self.make_skills)
        return self._read[version]

    def _renamed_since(self, own: FlowBook) -> dict[str, str]:
        if own.version not in self._renamed:
            self._renamed[own.version] = renamed_flows(own, self.book)
        return self._renamed[own.version]


def _readable(text: str | None, make_skills: MakeSkills) -> FlowBook | None:
    try:
        return read_flows(text, make_skills) if text is not None else None
    except FlowFileError:
        return None


def first_secret(record: Mapping[str, Any]) -> int | None:
    """The number of the first event of which something is masked; None when nothing is."""
    answered_s = {line["at_s"] for line in record["transcript"] if line["who"] == "caller" and MASK in line["text"]}
    for number, event in enumerate(record["events"]):
        if event["at_s"] in answered_s or MASK in json.dumps(event):
            return number
    return None


def _words(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    return [(line.who, line.text) for line in turns[-1].call.transcript]


def _defect(different: Difference, turns: Sequence[Turn]) -> Defect:
    turn = turns[different.turn] if turns else None
    return Defect(different.what, exchange(turn, turn, different.recorded))
