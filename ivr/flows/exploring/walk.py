"""Explores every conversation: each step once for all that can be known there, each question with every answer.

The core runs for real; only the world is imagined (see ``stand_ins``). What was found once is not explored again, so a
book takes as many turns as it has steps, times what callers can have told by then. A ladder is climbed at once, by
one kind of trouble: silence and misunderstanding are counted apart, and the counters decide nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ivr.flows.actions import Action, Listen, Request
from ivr.flows.book import Finish, FlowBook, GoTo, Move, Stay, Step
from ivr.flows.call import Call, Tries
from ivr.flows.conditions import names_of
from ivr.flows.events import Answered, Event, Failed, Heard, Recorded, Reply, Silence, Unavailable
from ivr.flows.exploring.oracle import HOURS, Oracle
from ivr.flows.exploring.stand_ins import imagined
from ivr.flows.exploring.undecided import SOMETHING, plain
from ivr.flows.interpreter import moved, settle
from ivr.flows.steps.collect import CollectStep
from ivr.flows.steps.find_store import FindStoreStep
from ivr.flows.steps.if_ import IfStep

MOST_SPOTS = 3_000
"""Places in conversations that are looked at; a book with more is explored again, more coarsely."""
MOST_COARSE_SPOTS = 20_000
"""A flow file of the largest size that can be read has fewer; it takes some seconds."""
NONSENSE = "\ue001"
"""What no question understands."""
REASONS = ("no answer", "closed")
"""Why a transfer fails: the core treats all others as one of these, where the file does not tell them apart."""
UNSURE = 0.1
TOLD: Mapping[str, tuple[dict[str, Any], ...]] = {
    "mailbox": (
        {"open": "yes", "messages": [{"id": SOMETHING, "play": SOMETHING}], "to": SOMETHING},
        {"open": "no", "minutes": 1},
        {"open": "no"},
    )
}
"""What services answer whose data decides where a call goes, beside that they fail."""
MOST_RUNGS = 50
"""A ladder is climbed to its end, but not for ever."""


@dataclass(frozen=True, slots=True)
class Cause:
    """How a conversation got somewhere: from which spot, by what (None: by itself), decided how."""

    before: int
    event: Event | None
    script: tuple[int, ...]


@dataclass(slots=True)
class Spot:
    """Somewhere in a conversation: before a step, or waiting in it. ``turns`` is how often the caller acted before."""

    call: Call
    waiting: bool
    cause: Cause | None
    turns: int
    actions: tuple[Action, ...] = ()
    over: bool = False
    onward: list[int] = field(default_factory=list)

    @property
    def step(self) -> str:
        """The step as ``block.index``."""
        return self.call.step

    @property
    def asks(self) -> bool:
        """Whether the caller is being asked something."""
        return self.waiting and self.call.waits_for == "answer"

    @property
    def person(self) -> bool:
        """Whether a person is being rung."""
        return self.waiting and self.call.waits_for == "transfer"


@dataclass(slots=True)
class Explored:
    """All spots; those that calls begin at come first.

    ``complete`` is false when there were too many, ``precise`` when therefore what is known was left out of account.
    """

    spots: list[Spot]
    complete: bool
    precise: bool
    oracle: Oracle
    speaking: FlowBook

    def reaching(self, goal: Callable[[Spot], bool]) -> set[int]:
        """The spots from which one that is a ``goal`` can be reached."""
        before: list[list[int]] = [[] for _ in self.spots]
        for index, spot in enumerate(self.spots):
            for target in spot.onward:
                before[target].append(index)
        found = {index for index, spot in enumerate(self.spots) if goal(spot)}
        todo = list(found)
        while todo:
            for index in before[todo.pop()]:
                if index not in found:
                    found.add(index)
                    todo.append(index)
        return found


def explore(book: FlowBook, now_s: float) -> Explored:
    """Every conversation with ``book``, as precisely as is affordable."""
    names, size = len(_matters(book)), sum(map(len, book.blocks.values()))
    if size * (1 + names) <= MOST_SPOTS:  # at least; a book where each name doubles all spots is noticed on the way
        explored = _Walk(book, now_s, forgetful=False).run()
        if explored.complete:
            return explored
    return _Walk(book, now_s, forgetful=True).run()


class _Walk:
    """One exploration. A ``forgetful`` one takes no notice of what is known when a step is left."""

    def __init__(self, book: FlowBook, now_s: float, *, forgetful: bool) -> None:
        self.now_s = now_s
        self.forgetful = forgetful
        self.oracle = Oracle(one_clock=forgetful)
        self.quiet, self.speaking = imagined(book, self.oracle, forgetful=forgetful)
        self.matters = frozenset() if forgetful else _matters(book)
        self.spots: list[Spot] = []
        self.by_key: dict[Hashable, int] = {}
        self.todo: deque[int] = deque()

    def run(self) -> Explored:
        for line, flow in self._starts():
            call = Call(id="", line=line, caller=SOMETHING, language=self.quiet.company.language, now_s=self.now_s)
            self._arrive(Move(call, to=GoTo(flow)), None, ())
        done: set[int] = set()
        while self.todo and len(self.spots) <= (MOST_COARSE_SPOTS if self.forgetful else MOST_SPOTS):
            at = self.todo.popleft()
            if at not in done:
                done.add(at)
                self._expand(at)
        return Explored(self.spots, not self.todo, not self.forgetful, self.oracle, self.speaking)

    def _starts(self) -> list[tuple[str, str]]:
        """The flow of each line; a book without lines is explored from its first flow."""
        lines = self.quiet.company.lines
        if not lines:
            return [("", self.quiet.flows[0])]
        return list(lines.items()) if "line" in self.matters else [(line, flow) for flow, line in _first(lines).items()]

    def _expand(self, at: int) -> None:
        spot = self.spots[at]
        step = self.quiet.step(spot.call.frame) if spot.call.stack and not spot.over else None
        if step is None:
            return
        hours = hours_in(spot.call)
        for event in _events(spot, self.now_s) if spot.waiting else (None,):
            run = partial(happen, step, spot.call, event, self.quiet)
            for move, script in self.oracle.each_way(run, hours):
                self._arrive(move, Cause(at, event, script), spot.actions)

    def _arrive(self, move: Move, cause: Cause | None, actions: tuple[Action, ...]) -> None:
        """Note where ``move`` leads, if nobody was there before (or only later in a conversation)."""
        call, stays, over = move.call, isinstance(move.to, Stay), isinstance(move.to, Finish)
        if not isinstance(move.to, Stay | Finish):
            call, step = settle(moved(call, move.to), self.quiet)
            over = step is None
        call = self._trimmed(call, stays=stays)
        before = self.spots[cause.before] if cause else None
        turns = before.turns + (cause is not None and cause.event is not None) if before else 0
        key = "over" if over else _key(call, waiting=stays)
        at = self.by_key.setdefault(key, len(self.spots))
        if at == len(self.spots):
            self.spots.append(Spot(call, stays, cause, turns, move.actions if stays else (), over))
            self._plan(at, soon=cause is None or cause.event is None)
        elif turns < self.spots[at].turns:
            self.spots[at].cause, self.spots[at].turns = cause, turns
            self._plan(at, soon=True)
        if stays and not move.actions:
            self.spots[at].actions = self.spots[at].actions or actions
        if before:
            before.onward.append(at)

    def _plan(self, at: int, *, soon: bool) -> None:
        if soon:
            self.todo.appendleft(at)
        else:
            self.todo.append(at)

    def _trimmed(self, call: Call, *, stays: bool) -> Call:
        """``call`` without what decides nothing later. A step that waits keeps what it was told."""
        known = {name: plain(value) for name, value in call.variables.items() if stays or name in self.matters}
        known.update((HOURS + name, is_open) for name, is_open in self.oracle.hours.items())
        return Call(
            id="",
            line=call.line,
            caller=SOMETHING,
            language=call.language,
            now_s=self.now_s,
            stack=call.stack,
            variables=known,
            tries=call.tries,
            waits_for=call.waits_for,
        )


def _first(lines: Any) -> dict[str, str]:
    """One line for each flow."""
    found: dict[str, str] = {}
    for line, flow in lines.items():
        found.setdefault(flow, line)
    return found


def happen(step: Step, call: Call, event: Event | None, book: FlowBook) -> Move:
    """What comes of ``event``, or of arriving at ``step``. Silence after silence climbs the ladder to its end."""
    if event is None:
        return step.enter(call, book)
    move = step.on(call, event, book)
    for _ in range(MOST_RUNGS if _again_and_again(event) else 0):
        if not isinstance(move.to, Stay) or move.call.waits_for != "answer" or move.call.tries == Tries(1):
            break
        move = step.on(move.call, event, book)
    return move


def _again_and_again(event: Event) -> bool:
    return isinstance(event, Silence) or (isinstance(event, Heard) and event.text == NONSENSE)


def hours_in(call: Call) -> dict[str, bool]:
    """What was decided about opening hours."""
    return {name.removeprefix(HOURS): is_open for name, is_open in call.variables.items() if name.startswith(HOURS)}


def _matters(book: FlowBook) -> frozenset[str]:
    """The variables that decide where a call goes."""
    names: set[str] = set()
    for steps in book.blocks.values():
        for step in steps:
            match step:
                case IfStep():
                    names.update(name.partition(".")[0] for name in names_of(step.test.condition))
                case CollectStep():
                    names.update(step.collect)
                case FindStoreStep():
                    names.add(step.find_store.near.strip("{} "))
                case _:
                    pass
    return frozenset(names)


def _key(call: Call, *, waiting: bool) -> Hashable:
    frames = tuple((frame.block, frame.index, frame.sub, _frozen(frame.memory)) for frame in call.stack)
    return waiting, call.waits_for, frames, _frozen(call.variables), call.line


def _frozen(value: Any) -> Hashable:
    if isinstance(value, dict):
        return tuple(sorted((key, _frozen(inner)) for key, inner in value.items() if inner not in ("", None)))
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list | tuple) else str(value)


def _events(spot: Spot, at_s: float) -> Iterator[Event]:
    """Everything that can happen while a call waits."""
    last = spot.actions[-1] if spot.actions else None
    match spot.call.waits_for:
        case "answer":
            yield from _answers(spot, last, at_s)
        case "recording":
            yield from (Recorded(at_s, SOMETHING, 5.0, "silence"), Recorded(at_s, "", 0.0, "silence"))
            yield Failed(at_s, "")
        case "transfer":
            yield Answered(at_s, SOMETHING)
            yield from (Unavailable(at_s, reason) for reason in REASONS)
        case _:
            service = last.service if isinstance(last, Request) else ""
            yield from (Reply(at_s, service, True, data) for data in TOLD.get(service, ({},)))
            yield Reply(at_s, service, ok=False)


def _answers(spot: Spot, last: Action | None, at_s: float) -> Iterator[Event]:
    """Every choice and value; silence after silence, and nonsense after nonsense."""
    if isinstance(last, Listen):
        yield from (Heard(at_s, name) for name in dict.fromkeys(choice.name for choice in last.choices))
        if last.expect == "yes_no":
            yield from (Heard(at_s, "yes"), Heard(at_s, "no"))
        elif last.expect != "menu":
            yield from (Heard(at_s, SOMETHING), Heard(at_s, SOMETHING, UNSURE))
    yield from (Silence(at_s), Heard(at_s, NONSENSE))
