"""Makes one text of a flow file and the files it includes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ivr.flows.documents import MARK, beside, marked
from ivr.flows.merging import INCLUDE, included, may_name_tables, tables_named
from ivr.flows.problems import FlowFileError, Place, Problem
from ivr.flows.source import read_source
from ivr.flows.unreadable import SECOND


def bundled(text: str, read: Callable[[str], str | None], file: str) -> str:
    """``text`` and after it every file it includes, and every table that is looked up in.

    It is ``text`` itself when there are none, or when it is a bundle already. ``read`` finds a file by its name, which
    is sure to stay below the folder of ``file``, or returns None. A file that is not there is left out: reading the
    bundle tells of it, together with all other mistakes.

    Raises:
        FlowFileError: when files that are there cannot be read.
    """
    if not (INCLUDE in text or may_name_tables(text)) or MARK.search(text):
        return text
    try:
        main = read_source(text, file)
    except FlowFileError:
        return text  # nothing can be known of it; whoever reads it is told why
    gathered = _Gathered(read, file)
    sources = [main]
    for name, _ in included(main)[0]:
        inside = gathered.add(name)
        if may_name_tables(inside):
            with suppress(FlowFileError):
                sources.append(read_source(inside, file))
    for name in dict.fromkeys(name for source in sources for name in tables_named(source)):
        gathered.add(name)
    if gathered.problems:
        raise FlowFileError(gathered.problems)
    *before, last = text, *gathered.parts
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in before) + last


@dataclass(slots=True)
class _Gathered:
    """The files that come after the main one."""

    read: Callable[[str], str | None]
    file: str
    parts: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str) -> str:
        """Put the file ``name`` into the bundle if it is there; what is in it."""
        try:
            inside = self.read(name)
        except FlowFileError as error:
            self.problems.extend(error.problems)
            return ""
        if inside is None:
            return ""
        if mark := MARK.search(inside):
            place = Place(beside(self.file, name), inside.count("\n", 0, mark.start()) + 1, 1)
            self.problems.append(Problem(place, "F001", *SECOND))
        self.parts.append(marked(name, inside))
        return inside
