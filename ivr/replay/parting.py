"""Where two performances of one call part, by the step of the new book that is to blame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ivr.flows import graph
from ivr.flows.book import FlowBook, Step
from ivr.flows.call import Frame
from ivr.flows.events import Reply
from ivr.replay.performance import Turn


@dataclass(frozen=True, slots=True)
class _Entry:
    """A step the call came through, and how it left; at the last one it waits."""

    id: str
    step: Step | None
    left_by: str

    @property
    def block(self) -> str:
        return self.id.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Parting:
    """The turns after which the performances differ (None: there is none), and the id of the step to blame."""

    was: Turn | None
    now: Turn | None
    step: str


@dataclass(frozen=True, slots=True)
class Books:
    """The book a call ran on and the one it is run on now, and which flows only have a new name (new to old)."""

    was: FlowBook
    now: FlowBook
    renamed: Mapping[str, str]


def renamed_flows(was: FlowBook, now: FlowBook) -> dict[str, str]:
    """Flows of ``now`` that are word for word a flow of ``was`` which is gone."""
    gone = [name for name in was.flows if name not in now.blocks]
    new = [name for name in now.flows if name not in was.blocks]
    return {name: old for name in new for old in gone if now.blocks[name] == was.blocks[old]}


def parting(was: Sequence[Turn], now: Sequence[Turn], books: Books) -> Parting | None:
    """The first place where the two take different ways; None when they never do."""
    earlier, later = _steered(was), _steered(now)
    for old, new in zip_longest(earlier, later):
        old_way = _way(old, books.was) if old else []
        new_way = _way(new, books.now) if new else []
        at = _first_difference(old_way, new_way, books.renamed)
        if at is not None:
            return Parting(old, new, _blame(old_way, new_way, at, books.renamed) or _stands_at(later, new))
    return None


def _steered(turns: Sequence[Turn]) -> list[Turn]:
    """One turn for each thing that happened to the caller: replies of services belong to what went before."""
    steered: list[Turn] = []
    for turn in turns:
        if steered and isinstance(turn.event, Reply):
            first = steered[-1]
            trail, actions, lines = first.trail + turn.trail, first.actions + turn.actions, first.lines + turn.lines
            steered[-1] = replace(turn, event=first.event, trail=trail, actions=actions, lines=lines)
        else:
            steered.append(turn)
    return steered


def _way(turn: Turn, book: FlowBook) -> list[_Entry]:
    """The steps of one turn that decided something, and the one the call stands at now."""
    entries = [_Entry(id, _step(book, id), label) for id, label in turn.trail]
    if turn.call.stack:
        standing = f"{turn.waits.kind} {turn.waits.what} {turn.call.outcome}"
        entries.append(_Entry(turn.call.step, _step(book, turn.call.step), standing))
    last = len(entries) - 1
    return [one for i, one in enumerate(entries) if i == last or not _is_plain(one, entries[i + 1], book)]


def _is_plain(one: _Entry, following: _Entry, book: FlowBook) -> bool:
    """Whether a step only said or noted something and went on with the next one."""
    asks = one.step is not None and graph.asks(book, one.step)
    return not one.left_by and not asks and following.block == one.block


def _first_difference(was: Sequence[_Entry], now: Sequence[_Entry], renamed: Mapping[str, str]) -> int | None:
    for at, (old, new) in enumerate(zip_longest(was, now)):
        if old is None or new is None or not _same(old, new, renamed):
            return at
    if was and was[-1].left_by != now[-1].left_by:
        return len(now) - 1
    return None


def _same(old: _Entry, new: _Entry, renamed: Mapping[str, str]) -> bool:
    """Whether two entries are the same step: written alike, or at the same place of the file."""
    if old.step is None or new.step is None:
        return old.step is new.step
    return old.step.word == new.step.word and (_old(new.id, renamed) == old.id or old.step == new.step)


def _blame(was: Sequence[_Entry], now: Sequence[_Entry], at: int, renamed: Mapping[str, str]) -> str:
    """The step that led elsewhere: the one that differs, unless the one before it left by another exit."""
    if not now:
        return ""
    both = at < len(was) and at < len(now)
    if at == 0 or (both and _same(was[at], now[at], renamed)):
        return now[at].id
    before = now[at - 1]
    same_way = both and was[at - 1].left_by == before.left_by and _old(now[at].block, renamed) == was[at].block
    return now[at].id if same_way else before.id


def _old(id: str, renamed: Mapping[str, str]) -> str:
    """A step or block by the name its flow had before."""
    flow, dot, rest = id.partition(".")
    return f"{renamed.get(flow, flow)}{dot}{rest}"


def _stands_at(turns: Sequence[Turn], turn: Turn | None) -> str:
    last = turn or (turns[-1] if turns else None)
    return last.call.step if last else ""


def _step(book: FlowBook, id: str) -> Step | None:
    block, _, index = id.rpartition(".")
    return book.step(Frame(block, int(index))) if block else None
