"""The picture of a flow file as Mermaid text, for documents and wikis that draw it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.drawing.cards import MARKS, gathered
from ivr.drawing.chart import Chart, Group, Node, link, walk
from ivr.drawing.wording import clean
from ivr.flows.graph import BACK, END

TEXT_LIMIT = 90
_ENTITIES = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"}
CLASSES = (
    "classDef added stroke:#14803c,stroke-width:2px,fill:#e8f8ed,color:#172033",
    "classDef removed stroke:#c0261c,stroke-width:2px,stroke-dasharray:5 4,fill:#fdeceb,color:#172033",
    "classDef changed stroke:#a15c00,stroke-width:2px,fill:#fff5de,color:#172033",
)


def mermaid(chart: Chart, link_base: str) -> str:
    """``chart`` as a Mermaid flowchart."""
    return "\n".join([*_Writing(chart, link_base).lines(), ""])


def quoted(text: str) -> str:
    """``text`` as a Mermaid label: nothing in it can end the label or be read as markup.

    >>> quoted('say "hi" #1')
    '"say #quot;hi#quot; #35;1"'
    """
    short = clean(text)
    if len(short) > TEXT_LIMIT:
        short = f"{short[: TEXT_LIMIT - 1]}…"
    return f'"{"".join(_ENTITIES.get(character, character) for character in short)}"'


class _Writing:
    """The work of writing one chart."""

    def __init__(self, chart: Chart, link_base: str) -> None:
        self._chart = chart
        self._link_base = "".join(c for c in link_base if c.isprintable() and c not in '"<>\\')
        self._names = {node.id: f"s{index}" for index, node in enumerate(chart.nodes)}

    def lines(self) -> Iterator[str]:
        yield "flowchart TD"
        for index, group in enumerate(self._chart.groups):
            yield from self._group(index, group)
        yield from self._commands()
        for node in self._chart.nodes:
            yield from self._ways(node)
        for node in self._chart.nodes:
            if node.status != "removed":
                yield f'  click {self._names[node.id]} href "{link(self._link_base, node.file, node.line, {})}"'
        if self._chart.compared:
            yield from (f"  {line}" for line in CLASSES)
            for node in self._chart.nodes:
                if node.status != "same":
                    yield f"  class {self._names[node.id]} {node.status}"

    def _group(self, index: int, group: Group) -> Iterator[str]:
        yield f"  subgraph f{index}[{quoted(MARKS[group.status] + group.name)}]"
        for node in walk(group.nodes):
            shape = ("{", "}") if node.word == "if" else ("[", "]")
            label = quoted(f"{MARKS[node.status]}{node.word}: {node.text}" if node.text else node.word)
            yield f"    {self._names[node.id]}{shape[0]}{label}{shape[1]}"
        yield "  end"
        for at, line in enumerate(group.numbers):
            yield f"  n{index}_{at}([{quoted(line)}]) --> {self._names[group.nodes[0].id]}"

    def _commands(self) -> Iterator[str]:
        if not self._chart.commands:
            return
        yield '  subgraph any["at any question"]'
        for index, command in enumerate(self._chart.commands):
            yield f"    c{index}([{quoted(f'{MARKS[command.status]}{command.key} {command.name}')}])"
        yield "  end"
        for index, command in enumerate(self._chart.commands):
            target = self._names.get(f"{command.flow}.0")
            if target:
                yield f"  c{index} --> {target}"

    def _ways(self, node: Node) -> Iterator[str]:
        source = self._names[node.id]
        for index, exits in enumerate(gathered(node.outs)):
            out = exits.first
            was = f" (was {out.was})" if out.was else ""
            label = f"{MARKS[out.status]}{exits.label}{was}".strip()
            arrow = "-.->" if out.trouble or out.status == "removed" else "-->"
            to = self._names.get(out.target)
            if to is None:
                to = f'{source}_{index}(("{ {END: "end", BACK: "back"}.get(out.target, "end") }"))'
            yield f"  {source} {arrow}{f'|{quoted(label)}|' if label else ''} {to}"
