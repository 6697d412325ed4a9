"""Two charts in one: what was added, removed and changed. Steps are matched by flow and by what is written in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, unified_diff

from ivr.drawing.chart import NEXT, Chart, Command, Group, Node, Out, Panel, Status, make_chart, walk

_ALIKE = 0.35
"""From this likeness on, two steps of one kind are the same step, changed. A guess that looks right on examples."""
_FULL_SEARCH = 4_000
"""Pairs up to which the best matching is searched for; beyond, the order alone decides."""
Pair = tuple[Node | None, Node | None]


def merge(old: Chart, new: Chart) -> Chart:
    """The chart of ``new`` with what is left of ``old`` marked as removed."""
    before = {group.name: group for group in old.groups}
    after = {group.name for group in new.groups}
    matching = _Matching()
    for group in new.groups:
        matching.match(before[group.name].nodes if group.name in before else (), group.nodes)
    gone = [group for group in old.groups if group.name not in after]
    for group in gone:
        matching.match(group.nodes, ())
    groups = [_group(matching, before.get(group.name), group) for group in new.groups]
    groups += [replace(group, status="removed", nodes=matching.merged(group.nodes, ())) for group in gone]
    return make_chart(new.company, tuple(groups), tuple(_commands(old, new)), compared=True)


def _group(matching: _Matching, old: Group | None, new: Group) -> Group:
    nodes = matching.merged(old.nodes if old else (), new.nodes)
    status: Status = "same" if old else "added"
    if old and (old.numbers != new.numbers or any(_touched(node) for node in walk(nodes))):
        status = "changed"
    return replace(new, nodes=nodes, status=status)


def _touched(node: Node) -> bool:
    return node.status != "same" or any(out.status != "same" for out in node.outs)


def _commands(old: Chart, new: Chart) -> Iterator[Command]:
    before = {command.name: command for command in old.commands}
    for command in new.commands:
        earlier = before.pop(command.name, None)
        status: Status = "added" if earlier is None else "same" if earlier == command else "changed"
        yield replace(command, status=status)
    for command in before.values():
        yield replace(command, status="removed")


class _Matching:
    """Which old step is which new one. All steps are matched first, so that exits can be told by where they lead."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._pairs: dict[tuple[str, ...], tuple[Pair, ...]] = {}

    def match(self, old: tuple[Node, ...], new: tuple[Node, ...]) -> None:
        """Match two lists of steps and everything inside of them."""
        pairs = tuple(_pairs(old, new))
        self._pairs[_name(old, new)] = pairs
        for before, after in pairs:
            if before:
                self._ids[before.id] = after.id if after else f"-{before.id}"
            for earlier, later in _panels(before, after):
                self.match(earlier.nodes if earlier else (), later.nodes if later else ())

    def merged(self, old: tuple[Node, ...], new: tuple[Node, ...]) -> tuple[Node, ...]:
        """Both lists as one, each step with what became of it."""
        return tuple(self._node(before, after) for before, after in self._pairs[_name(old, new)])

    def _node(self, old: Node | None, new: Node | None) -> Node:
        panels = tuple(
            # of a pair, one is always there
            Panel((new_panel or old_panel).name, self.merged(_nodes(old_panel), _nodes(new_panel)))  # type: ignore[union-attr]
            for old_panel, new_panel in _panels(old, new)
        )
        if new is None:
            assert old is not None  # noqa: S101 - a pair has one side at least
            outs = tuple(self._gone(out) for out in old.outs if out.label or out.leads != NEXT)
            return replace(old, id=self._ids[old.id], status="removed", outs=outs, panels=panels)
        if old is None:
            outs = tuple(replace(out, status="added") for out in new.outs)
            return replace(new, status="added", outs=outs, panels=panels)
        outs = tuple(self._outs(old, new))
        if old.full == new.full:
            return replace(new, outs=outs, panels=panels)
        was, text = _difference(old, new, all(out.status == "same" for out in outs))
        full = "\n".join(unified_diff(old.full.split("\n"), new.full.split("\n"), n=99, lineterm="")).partition("@@\n")[
            2
        ]
        return replace(new, status="changed", was=was, text=text, full=full, outs=outs, panels=panels)

    def _outs(self, old: Node, new: Node) -> Iterator[Out]:
        before = {(out.label, out.leads == NEXT and old.word == "call"): out for out in old.outs}
        for out in new.outs:
            earlier = before.pop((out.label, out.leads == NEXT and new.word == "call"), None)
            if earlier is None:
                yield replace(out, status="added")
            elif earlier.leads != out.leads:
                yield replace(out, status="changed", was=earlier.leads)
            else:
                yield replace(out, status="same" if earlier.key == out.key else "changed")
        yield from (self._gone(out) for out in before.values() if out.label)

    def _gone(self, out: Out) -> Out:
        return replace(out, status="removed", target=self._ids.get(out.target, out.target))


def _difference(old: Node, new: Node, hidden: bool) -> tuple[str, str]:
    """What a changed card shows: its text before and now; the changed lines when nothing else would tell."""
    if old.text != new.text:
        return old.text, new.text
    if not hidden:
        return "", new.text
    before, after = old.full.split("\n"), new.full.split("\n")
    gone = ", ".join(line.strip(" -") for line in before if line not in after)
    come = ", ".join(line.strip(" -") for line in after if line not in before)
    return gone, come or new.text


def _name(old: tuple[Node, ...], new: tuple[Node, ...]) -> tuple[str, ...]:
    """A name for two lists of steps: the ids of the first ones."""
    return (old[0].id if old else "", new[0].id if new else "")


def _nodes(panel: Panel | None) -> tuple[Node, ...]:
    return panel.nodes if panel else ()


def _panels(old: Node | None, new: Node | None) -> Iterator[tuple[Panel | None, Panel | None]]:
    before: Mapping[str, Panel] = {panel.name: panel for panel in old.panels} if old else {}
    for panel in new.panels if new else ():
        yield before.get(panel.name), panel
    after = {panel.name for panel in new.panels} if new else set()
    yield from ((panel, None) for name, panel in before.items() if name not in after)


# --- which step is which --------------------------------------------------------------------------------------------


def _pairs(old: Sequence[Node], new: Sequence[Node]) -> Iterator[Pair]:
    """Steps that are word for word the same stand firm; between them, the most alike are paired."""
    matcher = SequenceMatcher(None, [node.deep for node in old], [node.deep for node in new], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[old_from:old_to], new[new_from:new_to], strict=True)
        else:
            yield from _alike(old[old_from:old_to], new[new_from:new_to])


@dataclass(frozen=True, slots=True)
class _Best:
    """The best pairing of what is left of two lists."""

    score: float
    pairs: tuple[Pair, ...]


def _alike(old: Sequence[Node], new: Sequence[Node]) -> tuple[Pair, ...]:
    """Pair changed steps in order so that the likeness is greatest; the rest was removed or added."""
    if len(old) * len(new) > _FULL_SEARCH:
        return (*((node, None) for node in old), *((None, node) for node in new))
    row = [_Best(0.0, tuple((None, node) for node in new[at:])) for at in range(len(new) + 1)]
    for before in reversed(old):
        below, row = row, [_Best(row[-1].score, ((before, None), *row[-1].pairs))]
        for at in range(len(new) - 1, -1, -1):
            after = new[at]
            likeness = _likeness(before, after)
            options = [
                _Best(below[at].score, ((before, None), *below[at].pairs)),
                _Best(row[0].score, ((None, after), *row[0].pairs)),
            ]
            if likeness >= _ALIKE:
                options.append(_Best(below[at + 1].score + likeness, ((before, after), *below[at + 1].pairs)))
            row.insert(0, max(options, key=lambda best: best.score))
    return row[0].pairs


def _likeness(old: Node, new: Node) -> float:
    if old.word != new.word:
        return 0.0
    if old.panels and new.panels:
        return 1.0
    return 0.3 + 0.7 * SequenceMatcher(None, old.full[:400], new.full[:400], autojunk=False).ratio()
