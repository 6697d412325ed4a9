"""Plays a written conversation to its end, or to the first difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ivr.conversations.happenings import Happening
from ivr.conversations.matching import Row, match
from ivr.conversations.script import Act, Conversation, Known, ServiceReplies, Turn
from ivr.conversations.talk import Talk
from ivr.flows.book import FlowBook
from ivr.flows.call import Call
from ivr.flows.interpreter import Trail
from ivr.flows.problems import Place


@dataclass(frozen=True, slots=True)
class Result:
    """How a conversation went. ``difference`` is empty when it went as written; else ``place`` is where in the file."""

    conversation: Conversation
    rows: tuple[Row, ...]
    difference: str
    place: Place
    call: Call
    trail: Trail

    @property
    def passed(self) -> bool:
        return not self.difference


NOWHERE = Place("", 0, 0)


@dataclass(slots=True)
class _Play:
    """One performance."""

    talk: Talk
    rows: list[Row] = field(default_factory=list)
    difference: str = ""
    place: Place = NOWHERE

    def perform(self, conversation: Conversation) -> None:
        turns = conversation.turns
        for turn, after in zip(turns, (*turns[1:], None), strict=True):
            if turn.act is not None and not self._may(turn.act, turn):
                return
            happened = self._do(turn)
            act = after.act if after else None
            happened += self.talk.settle(act)
            if not self._answered(act, turn, happened) or not self._as_expected(turn, happened):
                return
        self._ended_well(conversation)

    def _may(self, act: Act, turn: Turn) -> bool:
        refusal = self.talk.refusal(act)
        if refusal:
            self.rows.append(Row(turn.written, f"({refusal})", differs=True))
            self._differ(f'"{turn.written}" cannot happen: {refusal}', turn.place)
        return not refusal

    def _do(self, turn: Turn) -> list[Happening]:
        if turn.act is None:
            return self.talk.begin()
        happened = self.talk.do(turn.act)
        self.rows.append(Row(turn.written, self.talk.shown(turn.written)))
        return happened

    def _answered(self, after: Act | None, turn: Turn, happened: Sequence[Happening]) -> bool:
        """Whether the test says what a service answers that is asked here."""
        service = self.talk.asks_service
        if not service or isinstance(after, ServiceReplies):
            return True
        found = match(turn.expected, happened)
        waits = Row("(nothing)", f"(waits for the service {service})", differs=True)
        self.rows += found.rows if found.difference else (*found.rows, waits)
        write = f"- service {service}: {{name: value}}  or  - service {service}: failed"
        self._differ(f"the test must say what the service {service} answers:  {write}", turn.place)
        return False

    def _as_expected(self, turn: Turn, happened: Sequence[Happening]) -> bool:
        found = match(turn.expected, happened)
        self.rows += found.rows
        if found.difference:
            self._differ(found.difference, found.culprit.place if found.culprit else turn.place)
            return False
        return self._knows(turn.known)

    def _ended_well(self, conversation: Conversation) -> None:
        call = self.talk.call
        if conversation.ends and (call.outcome if call.ended else "") != conversation.ends:
            how = f"ended: {call.outcome}" if call.ended else f"is still under way at {call.step}"
            self.rows.append(Row(f"ends: {conversation.ends}", f"(the call {how})", differs=True))
            self._differ(f"the call {how}; expected was ends: {conversation.ends}", conversation.places["ends"])
        elif conversation.at_step and call.step != conversation.at_step:
            self.rows.append(Row(f"at step: {conversation.at_step}", f"at step: {call.step}", differs=True))
            self._differ(f"the call is at step {call.step}", conversation.places["at step"])
        else:
            self._knows(conversation.knows)

    def _knows(self, known: Sequence[Known]) -> bool:
        for one in known:
            value = _known(self.talk, one.name)
            if not one.wording.fits(value):
                expected, is_known = one.wording.written, value or "not known"
                self.rows.append(Row(f"knows {one.name}: {expected}", f"{one.name}: {is_known}", differs=True))
                self._differ(f'{one.name} is {is_known}; expected was "{expected}"', one.place)
                return False
        return True

    def _differ(self, difference: str, place: Place) -> None:
        self.difference, self.place = difference, place


def _known(talk: Talk, name: str) -> str:
    value = talk.book.lookup(talk.call)(name)
    return "" if value is None else str(value)


def play(conversation: Conversation, book: FlowBook) -> Result:
    """Have the conversation with ``book``, and hold it to what is written."""
    return play_on(Talk(book, conversation))


def play_on(talk: Talk) -> Result:
    """Hold the call of ``talk``, which has not begun, to its conversation."""
    performance = _Play(talk)
    performance.perform(talk.conversation)
    return Result(
        talk.conversation,
        tuple(performance.rows),
        performance.difference,
        performance.place,
        talk.call,
        talk.trail,
    )


def play_all(conversations: Sequence[Conversation], book: FlowBook) -> Iterator[Result]:
    """One after the other, in the order of the files."""
    for conversation in conversations:
        yield play(conversation, book)
