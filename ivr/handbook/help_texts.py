"""Help texts out of docstrings, which are written in the words of whoever reads the handbook."""

from __future__ import annotations

import re
import sys

from ivr.flows.skills import Kind


def plain(help_text: str | None) -> str:
    """A docstring as one paragraph, without its marks.

    >>> plain("Speaks a text; ``{variables}`` are filled in.")
    'Speaks a text; {variables} are filled in.'
    """
    return _one_line((help_text or "").replace("``", ""))


def marked(help_text: str | None) -> str:
    """A docstring as one paragraph of Markdown.

    >>> marked("Speaks a text; ``{variables}`` are filled in.")
    'Speaks a text; `{variables}` are filled in.'
    """
    return _one_line((help_text or "").replace("``", "`"))


def about_kind(kind: Kind) -> str:
    """What a kind's file says of it, without the name at its front."""
    return marked(first_paragraph(sys.modules[type(kind).__module__].__doc__).partition(": ")[2])


def first_paragraph(help_text: str | None) -> str:
    """The first paragraph of a docstring."""
    return (help_text or "").strip().split("\n\n")[0]


def _one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).strip()
