"""Makes one text of a flow file and the files it includes."""

from __future__ import annotations

from collections.abc import Callable

from ivr.flows.documents import MARK, beside, marked
from ivr.flows.merging import INCLUDE, included
from ivr.flows.problems import FlowFileError, Place, Problem
from ivr.flows.source import read_source
from ivr.flows.unreadable import SECOND


def bundled(text: str, read: Callable[[str], str | None], file: str) -> str:
    """``text`` and after it every file it includes; ``text`` itself when it includes none, or is a bundle already.

    ``read`` finds a file by its name, which is sure to stay below the folder of ``file``, or returns None. A file that
    is not there is left out: reading the bundle tells of it, together with all other mistakes.

    Raises:
        FlowFileError: when files that are there cannot be read.
    """
    if INCLUDE not in text or MARK.search(text):
        return text
    try:
        names, _ = included(read_source(text, file))
    except FlowFileError:
        return text  # nothing can be known of it; whoever reads it is told why
    whole = [text]
    problems: list[Problem] = []
    for name, _ in names:
        try:
            inside = read(name)
        except FlowFileError as error:
            problems.extend(error.problems)
            continue
        if inside is None:
            continue
        if mark := MARK.search(inside):
            place = Place(beside(file, name), inside.count("\n", 0, mark.start()) + 1, 1)
            problems.append(Problem(place, "F001", *SECOND))
        whole.append(marked(name, inside))
    if problems:
        raise FlowFileError(problems)
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in whole[:-1]) + whole[-1]
