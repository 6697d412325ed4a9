"""The picture of a flow file as SVG: one text, without scripts, that follows the reader's light or dark setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from ivr.drawing import ink
from ivr.drawing.cards import KEY, TEXT_SIZE
from ivr.drawing.chart import Chart, Command, Out, Status, link
from ivr.drawing.measure import cut, width
from ivr.drawing.plan import MARGIN, Plan, make_plan
from ivr.drawing.style import NAME, style_sheet
from ivr.drawing.svg_flow import FlowDrawing, Links, looks, mark, pill, pill_width
from ivr.drawing.wording import counted

LEAST_WIDTH = 620.0
TITLE = 84.0
CHIP = 30.0
CHIP_GAP = 8.0
CHIP_BESIDE = 260.0
"""What is on the first line of the legend beside the words of its first command."""
KEY_SIZE = 11.0
SCHEMES = frozenset({"", "http", "https", "file", "vscode"})
"""What a link may begin with; anything else (``javascript``) is refused."""


def svg(chart: Chart, link_base: str, highlight: Mapping[str, str], offsets: Mapping[str, int]) -> str:
    """``chart`` as SVG.

    Raises:
        ValueError: when ``link_base`` is not a link that a picture may hold.
    """
    if urlsplit(link_base).scheme not in SCHEMES:
        raise ValueError(f"'{link_base}' cannot be linked to")
    return "\n".join(
        [*_Drawing(chart, lambda file, line: link(link_base, file, line, offsets), highlight).elements(), ""]
    )


class _Drawing:
    """The work of drawing one chart."""

    def __init__(self, chart: Chart, line: Callable[[str, int], str], highlight: Mapping[str, str]) -> None:
        numbers = {group.name: index for index, group in enumerate(chart.groups)}
        self._chart = chart
        self._highlight = highlight
        self._links = Links(line, lambda flow: f"#flow-{numbers.get(flow, 0)}", chart.flow_of)
        plan = make_plan(chart)
        self._width = max(plan.width, LEAST_WIDTH)
        self._top = list(self._title())
        self._plan: Plan = plan.lowered(self._commands_end + 24)
        self._numbers = numbers

    def elements(self) -> Iterator[str]:
        size = f"{ink.number(self._width)} {ink.number(self._plan.height)}"
        wide, high = size.split()
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{NAME}" role="img" aria-labelledby="flow-title flow-desc"'
            f' viewBox="0 0 {size}" width="{wide}" height="{high}">'
        )
        yield f'<title id="flow-title">{ink.plain(self._chart.company)}: how calls flow</title>'
        yield f'<desc id="flow-desc">{ink.plain(self._description())}</desc>'
        yield f"<style>{style_sheet()}</style>"
        yield ink.rect("paper", 0, 0, self._width, self._plan.height, 0)
        yield from self._top
        yield from self._flows()
        yield "</svg>"

    def _flows(self) -> Iterator[str]:
        flows = {name: FlowDrawing(box, self._links, self._highlight) for name, box in self._plan.boxes.items()}
        for name, flow in flows.items():
            yield f'<g id="flow-{self._numbers[name]}" class="flow">'
            yield from flow.frame()
            yield "</g>"
        for route in self._plan.routes:
            yield ink.drawn(looks("line", route.status, trouble=route.trouble), ink.line(route.points))
            if route.arrow:
                tip = looks("tip", route.status, trouble=route.trouble)
                yield ink.drawn(tip, ink.head(route.points[-1], route.points[-2]))
        for flow in flows.values():
            yield from flow.ways()
            yield from flow.cards()

    def _description(self) -> str:
        """The picture in words: every flow, and where it can lead."""
        leads: dict[str, dict[str, None]] = {group.name: {} for group in self._chart.groups}
        for node in self._chart.nodes:
            for out in node.outs:
                target = self._chart.flow_of.get(out.target, "")
                if target and target != self._chart.flow_of[node.id]:
                    leads[self._chart.flow_of[node.id]][target] = None
        told = [f"{name} leads to {', '.join(targets)}." for name, targets in leads.items() if targets]
        return " ".join([self._counts() + ".", *told])

    def _counts(self) -> str:
        steps = sum(1 for _ in self._chart.nodes)
        return f"{counted(len(self._chart.groups), 'flow')}, {counted(steps, 'step')}"

    # --- the strip at the top ---------------------------------------------------------------------------------------

    def _title(self) -> Iterator[str]:
        room = self._width - 2 * MARGIN
        yield ink.text("title", MARGIN, 46, 22, cut(self._chart.company, 22, room, bold=True), bold=True)
        yield ink.text("soft", MARGIN, 70, TEXT_SIZE, self._counts())
        x = MARGIN + width(self._counts(), TEXT_SIZE) + 28
        for sign, words in self._key():
            yield sign.format(x=ink.number(x), y="66") if "{" in sign else mark(x, 66, _status(sign))
            x += 36 if "{" in sign else 22
            yield ink.text("soft", x, 70, KEY_SIZE, words)
            x += width(words, KEY_SIZE) + 20
        yield pill(x, 66, "name", Out("", "", ""), self._links)
        yield ink.text("soft", x + pill_width("name") + 7, 70, KEY_SIZE, "goes on in that flow")
        yield from self._commands(room)

    def _key(self) -> Iterator[tuple[str, str]]:
        """What the signs mean."""
        if self._chart.compared:
            yield from (("added", "added"), ("removed", "removed"), ("changed", "changed"))
            return
        yield '<path class="line" d="M{x} {y}h28"/>', "goes on"
        yield '<path class="trouble line" d="M{x} {y}h28"/>', "silence or failure"

    def _commands(self, room: float) -> Iterator[str]:
        """The legend of what is understood at every question, line by line."""
        self._commands_end = TITLE
        if not self._chart.commands:
            return
        lead = "At any question"
        chips: list[str] = []
        x, y = MARGIN + 14 + width(lead, KEY_SIZE, bold=True) + 16, TITLE + 8 + CHIP / 2
        first = x
        for command in self._chart.commands:
            chip = _Chip(command, room - CHIP_BESIDE)
            if x + chip.width > MARGIN + room - 8 and x > first:
                x, y = first, y + CHIP
            chips.extend(chip.draw(x, y, self._links))
            x += chip.width + CHIP_GAP + 10
        self._commands_end = y + CHIP / 2 + 8
        yield ink.rect("group legend", MARGIN, TITLE, room, self._commands_end - TITLE, 12)
        yield ink.text("name", MARGIN + 14, TITLE + 8 + CHIP / 2 + 4, KEY_SIZE, lead, bold=True)
        yield from chips


class _Chip:
    """One command of the legend: its key, its name, and where it leads."""

    def __init__(self, command: Command, room: float) -> None:
        self._command = command
        self._name = cut(command.name, TEXT_SIZE, room / 2)
        self._pill = cut(command.flow, 10.5, room / 2) if command.flow else ""
        self._key_room = KEY if command.key else 0.0
        self._mark_room = 22.0 if command.status != "same" else 0.0

    @property
    def width(self) -> float:
        target = pill_width(self._pill) + 8 if self._pill else 0.0
        return self._mark_room + self._key_room + width(self._name, TEXT_SIZE) + target

    def draw(self, x: float, y: float, links: Links) -> Iterator[str]:
        command = self._command
        yield mark(x, y, command.status)
        x += self._mark_room
        if command.key:
            yield ink.rect("key", x, y - 8, 16, 15.5, 4)
            yield ink.text("soft", x + 8, y + 3.5, 10, command.key, anchor="middle")
        x += self._key_room
        heard = ", ".join((command.name, *command.heard))
        struck = " struck" if command.status == "removed" else ""
        name = ink.text(f"body{struck}", x, y + 4, TEXT_SIZE, self._name)
        yield f"<g><title>{ink.plain(heard)}</title>{name}</g>"
        if self._pill:
            out = Out("", f"{command.flow}.0", command.flow, status=command.status)
            yield pill(x + width(self._name, TEXT_SIZE) + 8, y, self._pill, out, links)


def _status(word: str) -> Status:
    return next(status for status in _MARKED if status == word)


_MARKED: tuple[Status, ...] = ("added", "removed", "changed")
