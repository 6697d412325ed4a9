"""The picture of a flow file for the terminal: a tree of flows, steps and exits."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from ivr.drawing.cards import MARKS, Exits, gathered
from ivr.drawing.chart import NEXT, Chart, Group, Node, Out, Panel, Status
from ivr.drawing.wording import clean, counted
from ivr.flows.graph import BACK, END

COLOURS = {"same": "", "added": "green", "removed": "red strike", "changed": "yellow"}
TEXT_LIMIT = 56
LAST, MORE, DOWN, NOTHING = "└─ ", "├─ ", "│  ", "   "


def tree(chart: Chart) -> Iterator[Text]:
    """The lines of the tree."""
    steps = sum(1 for _ in chart.nodes)
    counts = f"  {counted(len(chart.groups), 'flow')}, {counted(steps, 'step')}"
    yield Text.assemble((clean(chart.company), "bold"), (counts, "dim"))
    if chart.compared:
        yield Text.assemble(
            ("+ added", "green"), "  ", ("\N{MINUS SIGN} removed", "red"), "  ", ("~ changed", "yellow")
        )
    if chart.commands:
        yield Text("")
        yield Text("At any question", "bold")
        lines = [
            _marked(
                command.status, _key(command.key), clean(command.name), _leads(command.flow) if command.flow else ""
            )
            for command in chart.commands
        ]
        yield from _branch([[line] for line in lines])
    for group in chart.groups:
        yield Text("")
        yield from _group(group)


def shortened(text: str) -> str:
    """``text``, cut so that what follows it on the line is seen in a window of usual width."""
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1].rstrip()}…"


def _group(group: Group) -> Iterator[Text]:
    for line in group.numbers:
        yield Text.assemble(("☎ ", "bold"), (clean(line), "bold cyan"))
    name = (clean(group.name), f"bold {COLOURS[group.status]}".strip())
    yield Text.assemble((MARKS[group.status], COLOURS[group.status].removesuffix(" strike")), name)
    yield from _branch([list(_node(node)) for node in group.nodes])


def _branch(parts: list[list[Text]]) -> Iterator[Text]:
    """Each of ``parts`` as a branch; its first line is the branch, the others hang below it."""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        for at, line in enumerate(part):
            lead = (LAST if last else MORE) if at == 0 else (NOTHING if last else DOWN)
            yield Text.assemble((lead, "dim"), line)


def _node(node: Node) -> Iterator[Text]:
    exits = gathered(node.outs)
    head = next((each for each in exits if not each.label and _leaves(each.first)), None)
    leads = _leads(head.first.leads, head.first.target) if head else ""
    text = "" if head and head.first.leads == node.text else shortened(node.text)
    line = _marked(node.status, node.word, text, leads, bold=True)
    if node.was:
        line.append(f"  (was {shortened(node.was)})", "dim")
    if node.status != "removed":
        line.append(f"  {node.file}:{node.line}", "dim")
    yield line
    panels = {f"into {panel.name}": panel for panel in node.panels}
    parts = [list(_exit(each, panels)) for each in exits if each.label]
    parts += [list(_panel(Text(clean(panel.name)), panel)) for panel in panels.values()]
    yield from _branch(parts)


def _leaves(out: Out) -> bool:
    """Whether an exit leads anywhere but to the line below."""
    return out.leads != NEXT or out.target in {END, BACK}


def _exit(exits: Exits, panels: dict[str, Panel]) -> Iterator[Text]:
    """An exit on one line; with the steps inside it, when it leads to some."""
    out = exits.first
    panel = panels.pop(out.leads, None)
    line = _marked(
        out.status, _key(out.key), clean(exits.label), "" if panel else _leads(out.leads, out.target), out=out
    )
    yield from _panel(line, panel) if panel else [line]


def _panel(line: Text, panel: Panel) -> Iterator[Text]:
    yield line
    yield from _branch([list(_node(node)) for node in panel.nodes])


def _key(key: str) -> str:
    return f"[{key}]" if key else ""


def _leads(leads: str, target: str = "") -> str:
    """Where an exit leads; the step after the last one is the end of the call or of a called flow."""
    signs = {END: "■ end", BACK: "↩ back", NEXT: "↓"}
    return signs.get(target) or signs.get(leads) or f"→ {clean(leads)}"


def _marked(status: Status, *words: str, bold: bool = False, out: Out | None = None) -> Text:
    """``words`` in the colour of what became of them; the last is where they lead."""
    colour = COLOURS[status]
    line = Text(MARKS[status], colour.removesuffix(" strike"))
    first, *rest, leads = words
    if first:
        line.append(f"{first} ", f"{'bold' if bold else 'cyan'} {colour}".strip())
    for word in filter(None, rest):
        line.append(f"{word} ", colour or ("dim" if out and out.trouble else ""))
    line.append(leads, colour or ("dim" if out and out.trouble else "blue"))
    if out and out.was:
        line.append(f" (was {_leads(out.was)})", "dim")
    line.rstrip()
    return line
