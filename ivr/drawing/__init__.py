"""Pictures of a flow book: for people who read conversations rather than files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from rich.text import Text

from ivr.drawing.chart import Chart, read_chart
from ivr.drawing.compare import merge
from ivr.drawing.mermaid import mermaid
from ivr.drawing.svg import svg
from ivr.drawing.text import tree
from ivr.flows.book import FlowBook

__all__ = ["Chart", "chart_of", "draw_mermaid", "draw_svg", "draw_text"]
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_OFFSETS: Mapping[str, int] = MappingProxyType({})


def chart_of(book: FlowBook, old: FlowBook | None = None) -> Chart:
    """What a picture of ``book`` shows; with ``old``, what became of it too."""
    chart = read_chart(book)
    return merge(read_chart(old), chart) if old else chart


def draw_svg(
    book: FlowBook,
    *,
    link_base: str = "flows.yaml",
    old: FlowBook | None = None,
    highlight: Mapping[str, str] = NOTHING,
    offsets: Mapping[str, int] = NO_OFFSETS,
) -> str:
    """The picture of ``book`` as SVG; the same book gives the same text.

    Args:
        book: The flow book.
        link_base: What a click on a step opens, before ``#L12``; files that it includes lie beside it.
        old: Draw what became of this book instead: added, removed and changed parts.
        highlight: Steps by id (``main.0``) that are ringed, each with the label it gets (``2 calls``).
        offsets: Where ``link_base`` is a bundle, how many of its lines come before each included file.

    Raises:
        ValueError: when ``link_base`` is not a link that a picture may hold (``javascript:``).
    """
    return svg(chart_of(book, old), link_base, highlight, offsets)


def draw_mermaid(book: FlowBook, *, link_base: str = "flows.yaml", old: FlowBook | None = None) -> str:
    """The picture of ``book`` as a Mermaid flowchart."""
    return mermaid(chart_of(book, old), link_base)


def draw_text(book: FlowBook, *, old: FlowBook | None = None) -> Iterator[Text]:
    """The picture of ``book`` as lines for a terminal."""
    return tree(chart_of(book, old))
