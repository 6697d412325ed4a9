"""What a YAML parser complains of, in words for somebody who has never heard of YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

from ivr.flows.problems import Place, Problem

SECOND = ("a second document begins here.", "Delete this line, or what follows it.")
LINE_UP = "Lines that belong together begin with the same number of spaces."


@dataclass(frozen=True, slots=True)
class Complaint:
    """``pattern`` of the parser's words and ours for it; ``opened``: show where it began, not where it was noticed."""

    pattern: str
    what: str
    instead: str
    opened: bool = False


COMPLAINTS = (
    Complaint(
        "mapping values are not allowed",
        "a colon cannot stand here.",
        'Put quotes around a text that has a colon in it:  say: "Hours: nine to five"',
    ),
    Complaint(r"character '\\t'", "a line begins with a tab here.", "Begin lines with spaces, not tabs."),
    Complaint(
        r"character '(.)' that cannot start", "a text cannot begin with '{0}'.", "Put quotes around the whole text."
    ),
    Complaint(r"expected ',' or '(.)'", "a bracket is opened here and never closed.", "Close it with '{0}'.", True),
    Complaint("unexpected end of stream", "a quote is opened here and never closed.", "Close it with a quote.", True),
    Complaint(
        "unknown escape character", "a backslash in double quotes cannot be followed by this.", "Write '\\\\\\\\'."
    ),
    Complaint(r"undefined alias '(.*)'", "there is no '&{0}' above this line.", "Write '&{0}' where it is first used."),
    Complaint("another document", *SECOND),
    Complaint(
        "sequence entries are not allowed", "a list cannot begin in this line.", "Put '- ' on a line of its own."
    ),
    Complaint("could not find expected ':'", "a colon is missing in the line before.", "Write  name: value"),
    Complaint("expected <block end>", "this line does not fit the lines above it.", LINE_UP),
    Complaint("chomping or indentation", "a text cannot begin with this sign.", "Put quotes around the whole text."),
    Complaint("node content, but found '(.)'", "'{0}' cannot stand here.", "Put quotes around a text that has it."),
)


def unreadable(error: MarkedYAMLError, file: str) -> Problem:
    """The mistake behind ``error``."""
    said = str(error.problem or error.context)
    for one in COMPLAINTS:
        match = re.search(one.pattern, said)
        if match:
            mark = error.context_mark if one.opened else error.problem_mark
            return _problem(mark, file, one.what.format(*match.groups()), one.instead.format(*match.groups()))
    return _problem(error.problem_mark, file, f"this line cannot be read: {said}.", LINE_UP)


def _problem(mark: object, file: str, what: str, instead: str) -> Problem:
    line, column = getattr(mark, "line", 0), getattr(mark, "column", 0)
    return Problem(Place(file, line + 1, column + 1), "F001", what, instead)
