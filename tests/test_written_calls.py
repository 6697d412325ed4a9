"""Conversations as files: each one in tests/calls reads like a call and is held to, word by word.

at: 2026-11-23 12:00           the shop's local time
ivr: Thanks for calling ...    what is heard; ``...`` stands for anything
you: find a store              what the caller says; ``you (0.4):`` is heard with that confidence
you: #12                       keys
you: ...                       silence
you: (message 5 s)             speaks after the beep
agent: declined                how a transfer ends: accepted, declined, busy, no answer, failed, closed
knows: where = 94107           what has been learned by now
texted: ... Main Street ...    a text message the caller has got
ends: finished                 the call is over, with this outcome
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.flows import FlowBook
from tests.conftest import Caller, at

CALLS = sorted((Path(__file__).parent / "calls").glob("*.txt"))
LINE = re.compile(r"(at|ivr|you|agent|knows|texted|ends)(?: \((0\.\d+|1)\))?: (.+)")


class Reading:
    """A written call, held to line by line."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.unheard: list[str] | None = None
        """None until the phone rings."""

    def line(self, who: str, confidence: float, words: str) -> None:
        if who == "at":
            self.caller.now_s = at(words)
            return
        if self.unheard is None:
            self.unheard = list(self.caller.rings().lines)
        if who == "ivr":
            assert self.unheard, "nothing more is heard"
            assert fits(words, heard := self.unheard.pop(0)), f"heard {heard!r}"
            return
        assert not self.unheard, f"still unheard: {self.unheard}"
        match who:
            case "you" | "agent":
                answer(self.caller, who, words, confidence)
                self.unheard = list(self.caller.lines)
            case "knows":
                name, _, value = words.partition(" = ")
                assert str(self.caller.known.get(name, "")) == value, f"knows {self.caller.known.get(name)!r}"
            case "texted":
                assert any(fits(words, text) for text in self.caller.texted), f"texted {self.caller.texted}"
            case _:
                assert (self.caller.call.ended, self.caller.session.call.outcome) == (True, words)


def fits(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("...")), text) is not None


def answer(caller: Caller, who: str, words: str, confidence: float) -> None:
    if who == "agent":
        call = caller.call
        caller.lines = call.agent_accepts("maria") if words == "accepted" else call.nobody_answers(words)
    elif words == "...":
        caller.waits()
    elif message := re.fullmatch(r"\(message (\d+) s\)", words):
        caller.leaves_a_message(float(message[1]))
    elif words.startswith("#"):
        caller.presses(words[1:])
    else:
        caller.says(words, confidence)


@pytest.mark.parametrize("file", CALLS, ids=lambda file: file.stem)
def test_the_call_goes_as_written(file: Path, shop: FlowBook) -> None:
    reading = Reading(Caller(shop))
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not text or text.startswith("#"):
            continue
        where = f"{file.name}:{number}"
        line = LINE.fullmatch(text.strip())
        assert line, f"{where}: cannot read {text!r}"
        try:
            reading.line(line[1], float(line[2] or 1), line[3].strip())
        except AssertionError as error:
            raise AssertionError(f"{where}: {error}") from error
    assert not reading.unheard, f"{file.name}: still unheard at the end: {reading.unheard}"


def test_there_are_calls_to_hold_to() -> None:
    assert len(CALLS) >= 20
