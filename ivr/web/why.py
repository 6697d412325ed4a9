"""Why the service took an answer as it did, beside the transcript line it belongs to, in the words of people."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from ivr.flows import FlowBook, FlowFileError
from ivr.flows.decisions import Decision
from ivr.flows.question import YES_NO
from ivr.flows.skills import Candidate, Understand
from ivr.replay.decisions import Reason, Reasons, reasons
from ivr.understanding.weighing import weighed
from ivr.web.sources import BookReader

log = logging.getLogger(__name__)

SHOWN = 4
"""Choices shown beside the one that was taken: the likeliest."""
GONE = "The version of the flow file that this call ran on is not kept any more, so why it went so is not known."
PARTLY = "From some line on it is not known why: a secret answer, or a list of stores that is not the same any more."
LEAST = 0.005
"""What would be shown as 0.00 is not shown."""


def with_reasons(call: dict[str, Any], record: Mapping[str, Any] | None, books: BookReader | None) -> dict[str, Any]:
    """``call`` with ``why`` in each line of its transcript that was decided about, and ``unknown``: what is missing."""
    if record is None or books is None:
        return call
    book = _own_book(record, books)
    found = _worked_out(record, book) if book else None
    if book is None or found is None:
        return {**call, "unknown": GONE}
    understand = book.skills.understand
    why = {at: [_told(one, understand) for one in those] for at, those in found.by_line.items()}
    lines = [{**line, "why": why.get(at, [])} for at, line in enumerate(_as_mappings(call["transcript"]))]
    return {**call, "transcript": lines, "unknown": "" if found.whole else PARTLY}


def _own_book(record: Mapping[str, Any], books: BookReader) -> FlowBook | None:
    try:
        book = books.version(str(record["book"]))
    except FlowFileError:
        return None
    return book if book.version == record["book"] else None


def _worked_out(record: Mapping[str, Any], book: FlowBook) -> Reasons | None:
    try:
        return reasons(record, book)
    except Exception:  # an old call by today's program may raise anything; the page is for reading what was said
        log.exception("call %s cannot be run again", record["id"])
        return None


def _as_mappings(lines: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [line if isinstance(line, Mapping) else asdict(line) for line in lines]


def _told(reason: Reason, understand: Understand) -> dict[str, Any]:
    """One reason as JSON; of a hidden one only what came of it."""
    made = reason.decision
    if reason.hidden:
        made = replace(made, how="not shown: it is secret", names=(), value="", score=0.0, said="", among=())
    return {
        "outcome": made.outcome,
        "took": _took(made, reason),
        "how": made.how,
        "names": list(made.names),
        "value": made.value,
        "kind": made.kind,
        "slot": made.slot,
        "score": made.score,
        "sure": made.sure,
        "read_back": reason.read_back,
        "candidates": [asdict(one) for one in _likeliest(made, understand)],
    }


def _took(made: Decision, reason: Reason) -> str:
    """What was done with the answer: ``Took 'sales'``."""
    names = " or ".join(f"'{name}'" for name in made.names)
    value = f"'{made.value}'" if made.value else "it"
    kind = "yes or no" if made.kind == YES_NO else made.kind
    match made.outcome:
        case "chosen":
            return f"Took {names or 'a choice'}"
        case "value":
            return f"Took {value} as {kind}{', and read it back' if reason.read_back else ''}"
        case "offered":
            return f"Asked: {names or 'this one'}?"
        case "corrected":
            return f"Changed {made.slot} to {value}"
        case "also":
            return f"Took {value} as {made.slot} as well"
        case "refused":
            return "Not taken as an answer"


def _likeliest(made: Decision, understand: Understand) -> list[Candidate]:
    if not made.among:
        return []
    worth = [one for one in weighed(made.said, made.among, understand) if max(one.words, one.near) >= LEAST]
    first = [one for one in worth if one.choice in made.names]
    return [*first, *(one for one in worth if one.choice not in made.names)][:SHOWN]
