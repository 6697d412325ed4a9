"""Conversations as files: each one in tests/calls reads like a call and is held to, word by word.

``ivr:`` is what is heard (``...`` stands for anything), ``you:`` what the caller says, ``you: #12`` keys, ``you: ...``
silence, ``you: (message 5 s)`` speaks after the beep, ``agent: declined`` and the like end a transfer.
``at: 2026-11-23 12:00`` sets the shop's local time.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.flows import FlowBook
from tests.conftest import Caller, at

CALLS = sorted((Path(__file__).parent / "calls").glob("*.txt"))


@pytest.mark.parametrize("file", CALLS, ids=lambda file: file.stem)
def test_the_call_goes_as_written(file: Path, shop: FlowBook) -> None:
    caller, pending, began = Caller(shop), [""], False
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        who, _, words = text.partition(":")
        words = words.strip()
        where = f"{file.name}:{number}"
        match who.strip():
            case "at":
                caller.now_s = at(words)
            case "ivr":
                if not began:
                    caller.rings()
                    pending, began = list(caller.lines), True
                assert pending, f"{where}: nothing more is heard"
                heard = pending.pop(0)
                pattern = ".*".join(re.escape(part) for part in words.split("..."))
                assert re.fullmatch(pattern, heard), f"{where}: heard {heard!r}"
            case "you" | "agent":
                assert not pending, f"{where}: still unheard: {pending}"
                _answer(caller, who.strip(), words)
                pending = list(caller.lines)
            case _:
                assert not text or text.startswith("#"), f"{where}: cannot read {text!r}"
    assert not pending, f"{file.name}: still unheard at the end: {pending}"


def _answer(caller: Caller, who: str, words: str) -> None:
    if who == "agent":
        call = caller.call
        caller.lines = call.agent_accepts("maria") if words == "accepted" else call.nobody_answers(words)
    elif words == "...":
        caller.waits()
    elif message := re.fullmatch(r"\(message (\d+) s\)", words):
        caller.lines = caller.call.leave_message(float(message[1]))
    elif words.startswith("#"):
        caller.presses(words[1:])
    else:
        caller.says(words)


def test_there_are_calls_to_hold_to() -> None:
    assert len(CALLS) >= 10
