"""Holds what happened to what was expected, and finds where they part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ivr.conversations.happenings import Happening
from ivr.conversations.script import HEARS, Expected

NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison: what was expected beside what happened; ``differs`` marks where they part."""

    expected: str
    happened: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The rows of one turn. ``difference`` says in words what is wrong; ``culprit`` was expected there, if anything."""

    rows: tuple[Row, ...]
    difference: str = ""
    culprit: Expected | None = None


@dataclass(slots=True)
class _Sentences:
    """Pairs sentences with what was expected; ``...`` takes as many as the rest leaves over."""

    expected: Sequence[Expected]
    heard: Sequence[Happening]
    stuck: tuple[int, int] = (0, 0)
    hopeless: set[tuple[int, int]] = field(default_factory=set)

    def pair(self, i: int, j: int) -> list[Expected] | None:
        """What each sentence from ``j`` on was expected by; None when they do not fit."""
        if (i, j) in self.hopeless:
            return None
        found = self._pair(i, j)
        if found is None:
            self.hopeless.add((i, j))
            self.stuck = max(self.stuck, (i, j))
        return found

    def _pair(self, i: int, j: int) -> list[Expected] | None:
        if i == len(self.expected):
            return [] if j == len(self.heard) else None
        expected = self.expected[i]
        if expected.wording.anything:
            without = self.pair(i + 1, j)
            if without is not None or j == len(self.heard):
                return without
            return _after(expected, self.pair(i, j + 1))
        if j < len(self.heard) and expected.wording.fits(self.heard[j].text):
            return _after(expected, self.pair(i + 1, j + 1))
        return None


def _after(first: Expected, rest: list[Expected] | None) -> list[Expected] | None:
    return None if rest is None else [first, *rest]


def match(expected: Sequence[Expected], happened: Sequence[Happening]) -> Match:
    """Every sentence must be expected, and every expectation must be met; the rest may go unmentioned."""
    spoken = [one for one in happened if one.kind == HEARS]
    sentences = _Sentences([one for one in expected if one.kind == HEARS], spoken)
    by_sentence = sentences.pair(0, 0)
    if by_sentence is None:
        return _parted(sentences, happened)
    owners = dict(zip((id(one) for one in spoken), by_sentence, strict=True))
    for one in expected:
        if one.kind != HEARS:
            met = next((it for it in happened if it.kind == one.kind and one.wording.fits(it.text)), None)
            if met is None:
                return _unmet(one, happened, owners)
            owners[id(met)] = one
    return Match(tuple(Row(_left(owners.get(id(one))), one.shown) for one in happened))


def _left(expected: Expected | None) -> str:
    if expected is None:
        return ""
    return expected.wording.written if expected.kind == HEARS else f"({expected.kind}: {expected.wording.written})"


def _parted(sentences: _Sentences, happened: Sequence[Happening]) -> Match:
    """The rows up to the sentence where it went wrong, that one marked, and the rest side by side."""
    i, j = sentences.stuck
    culprit = sentences.expected[i] if i < len(sentences.expected) else None
    heard = sentences.heard[j] if j < len(sentences.heard) else None
    before = _pairs_before(sentences, i, j)
    rows = []
    for one in happened:
        if one is heard:
            break
        rows.append(Row(before.get(id(one), ""), one.shown))
    rows.append(Row(_left(culprit) or NOTHING, heard.shown if heard else NOTHING, differs=True))
    left = [_left(one) for one in sentences.expected[i + 1 :]]
    right = [one.shown for one in sentences.heard[j + 1 :]]
    rows += [Row(one, other) for one, other in zip_longest(left, right, fillvalue="")]
    return Match(tuple(rows), _difference(culprit, heard), culprit)


def _pairs_before(sentences: _Sentences, i: int, j: int) -> dict[int, str]:
    """What the sentences before the difference were expected by."""
    until = _Sentences(sentences.expected[:i], sentences.heard[:j])
    paired = until.pair(0, 0) or []
    return {id(one): _left(expected) for one, expected in zip(until.heard, paired, strict=False)}


def _difference(culprit: Expected | None, heard: Happening | None) -> str:
    if culprit is None:
        return f'heard "{heard.text if heard else ""}", which nobody expected'
    if heard is None:
        return f'"{culprit.wording.written}" was not heard'
    return f'heard "{heard.text}" instead of "{culprit.wording.written}"'


def _unmet(expected: Expected, happened: Sequence[Happening], owners: dict[int, Expected]) -> Match:
    other = next((one for one in happened if one.kind == expected.kind and id(one) not in owners), None)
    rows = [Row(_left(owners.get(id(one))), one.shown) for one in happened if one is not other]
    rows.append(Row(_left(expected), other.shown if other else NOTHING, differs=True))
    difference = f'{expected.kind} "{other.text if other else "nothing"}" instead of "{expected.wording.written}"'
    return Match(tuple(rows), difference, expected)
