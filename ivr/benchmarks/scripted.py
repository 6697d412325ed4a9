"""Callers of the example company who follow a script: stores near ZIP codes, the next one, back to the menu, again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ivr.benchmarks.caller import Caller
from ivr.benchmarks.carrier_posts import CarrierPosts, new_call_id
from ivr.benchmarks.spoken import FRAME, VOICES, Spoken, Synthetic
from ivr.flows import FlowBook, step
from ivr.flows.actions import Listen
from ivr.flows.call import Call
from ivr.flows.events import Event
from ivr.sessions import RedisSessions
from ivr.speech import Pyttsx3Voice
from ivr.supervisor import Service
from ivr.understanding.answers import Answers

LINE = "+15035550100"
SCRIPT = {
    "main": ("find a store", "nearest store"),
    "find_store.0": ("nine four one zero seven", "one zero zero one six", "eight zero two zero three"),
    "find_store.1": ("next", "repeat", "next", "main menu"),
    "anything_else": ("find a store", "another store"),
}
"""What is said where the call is, one after the other; in six voices."""
THINK_S = 0.8

Sheets = dict[str, list[Spoken]]


def sheets() -> Sheets:
    """The script, spoken: by where the call is."""
    voice = Pyttsx3Voice()
    try:
        mouths = [Synthetic(voice, name) for name in VOICES]
        return {
            place: [
                Spoken(place, text, mouth.says(text), mouth.name, paused=False) for mouth in mouths for text in texts
            ]
            for place, texts in SCRIPT.items()
        }
    finally:
        voice.close()


def scripted(service: Service, sessions: RedisSessions, script: Sheets, *, lockstep: bool, skip: int = 0) -> Caller:
    """A caller who begins the script a little later for each ``skip``, so that not all say the same at once."""
    posts = CarrierPosts(urlsplit(service.web_url).port or 80, service.settings.public_url, service.token)
    call_id = new_call_id()
    answer = _answer(sessions, call_id, script, skip)
    return Caller(
        posts, service.settings.account_sid, LINE, answer, lockstep=lockstep, think_s=THINK_S, call_id=call_id
    )


def _answer(sessions: RedisSessions, call_id: str, script: Sheets, skip: int) -> Callable[[int], Spoken | None]:
    lists = {place: itertools.islice(itertools.cycle(sheet), skip, None) for place, sheet in script.items()}

    def answer(turn: int) -> Spoken | None:
        del turn
        found = sessions.load(call_id)
        where = found[0].call.step if found else ""
        return next((next(sheet) for place, sheet in lists.items() if where.startswith(place)), None)

    return answer


@dataclass(frozen=True, slots=True)
class Stretch:
    """The caller's sound from one answer to the next, what was listened for, and what happened then."""

    mulaw: bytes
    phrases: list[str] | None
    event: Event | None


def stretches(book: FlowBook, guest: Caller, events: Sequence[Event]) -> Iterator[Stretch]:
    """All of ``guest``'s sound. The same events give the same call again: that tells what was asked."""
    call, at, questions = Call(guest.call_id), 0, []
    for event in events:
        call, actions = step(call, event, book)
        questions.append(next((action for action in actions if isinstance(action, Listen)), None))
    answers = Answers(book.skills.kinds)
    for exchange in guest.done:
        listen = questions[exchange.turn - 1]
        answered = events[exchange.turn] if exchange.turn < len(events) else None
        phrases = answers.grammar(listen) if listen else None
        yield Stretch(bytes(guest.sent[at * FRAME : exchange.replied_frame * FRAME]), phrases, answered)
        at = max(at, exchange.replied_frame)
    last = questions[-1]
    yield Stretch(bytes(guest.sent[at * FRAME :]), answers.grammar(last) if last else None, None)
