"""What happens in a call, as a caller, an agent and a phone notice it: actions put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from ivr.conversations.script import HEARS, RINGS, TEXTS, TOLD
from ivr.flows.actions import Action, HangUp, Listen, Play, Record, Request, Say, Transfer

ASIDE = "aside"
"""Things that happen and that no test needs to expect: the tone, the end of the call."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened; ``kind`` is one of those a test can expect, or ASIDE."""

    kind: str
    text: str

    @property
    def shown(self) -> str:
        """As it stands in a comparison."""
        return self.text if self.kind in {HEARS, ASIDE} else f"({self.kind}: {self.text})"


def happenings(actions: Iterable[Action]) -> list[Happening]:
    """The actions in words."""
    return [one for action in actions for one in _noticed(action)]


def _noticed(action: Action) -> Iterator[Happening]:
    match action:
        case Say(text):
            yield Happening(HEARS, text)
        case Play(file):
            silent = file.startswith("silence-")
            yield Happening(ASIDE, "(a pause)") if silent else Happening(HEARS, f"({file})")
        case Record():
            yield Happening(ASIDE, "(beep)")
        case Transfer(to, brief):
            yield Happening(RINGS, to)
            if brief:
                yield Happening(TOLD, brief)
        case Request(service, args):
            asked = f"(asks {service} {args.get('url', '')}".rstrip()
            yield Happening(TEXTS, str(args.get("body", ""))) if service == "sms" else Happening(ASIDE, f"{asked})")
        case HangUp():
            yield Happening(ASIDE, "(end of call)")
        case Listen():
            return
        case _:
            assert_never(action)
