"""What one version of the flow file changes of another: line by line, and in the words of the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from ivr.drawing import chart_of
from ivr.drawing.chart import Group, Node, Out, walk
from ivr.flows.book import FlowBook
from ivr.flows.documents import name_beside

MARKS = {"added": "+", "removed": "-", "changed": "~"}


def unified(was: str, now: str, was_name: str, now_name: str) -> Iterator[str]:
    """The lines that differ, as programmers know it."""
    for line in unified_diff(was.splitlines(), now.splitlines(), was_name, now_name, lineterm=""):
        yield line.rstrip("\n")


def changes(was: FlowBook, now: FlowBook) -> Iterator[str]:
    """Flows, steps, exits and commands that are new, gone or different; nothing when the conversation is the same."""
    chart = chart_of(now, was)
    for command in chart.commands:
        if command.status != "same":
            yield f"{MARKS[command.status]} command {command.name}"
    for group in chart.groups:
        if group.status in {"added", "removed"}:
            count = sum(1 for _ in walk(group.nodes))
            yield f"{MARKS[group.status]} flow {group.name} ({count} step{'' if count == 1 else 's'})"
        elif group.status == "changed":
            yield f"~ flow {group.name}"
            yield from (f"    {line}" for line in _in_flow(group, was, now))


def _in_flow(group: Group, was: FlowBook, now: FlowBook) -> Iterator[str]:
    numbers = {number for number, flow in was.company.lines.items() if flow == group.name}
    for number in sorted(numbers.symmetric_difference(group.numbers)):
        yield f"{'+' if number in group.numbers else '-'} starts for {number}"
    for node in walk(group.nodes):
        exits = [_exit(out) for out in node.outs if out.status != "same"] if node.status in {"same", "changed"} else []
        if exits or node.status != "same":
            yield _step(node, now)
            yield from (f"    {line}" for line in exits)


def _step(node: Node, now: FlowBook) -> str:
    changed = f"{node.word}: {node.text}" + (f" (was: {node.was})" if node.was else "")
    place = "" if node.status == "removed" else f"  [{_line(node, now)}]"
    return f"{MARKS.get(node.status, '~')} {changed}{place}"


def _line(node: Node, now: FlowBook) -> str:
    place = now.places.get(node.id)
    if place is None:
        return ""
    inside = name_beside(now.file, place.file)
    return f"{inside} line {place.line}" if inside else f"line {place.line}"


def _exit(out: Out) -> str:
    label = f"exit '{out.label}'" if out.label else "goes on"
    match out.status:
        case "added":
            return f"new {label} to {out.leads}"
        case "removed":
            return f"no more {label} to {out.leads}"
        case _:
            return f"{label} to {out.leads}" + (f" (was: {out.was})" if out.was else " by another key")
