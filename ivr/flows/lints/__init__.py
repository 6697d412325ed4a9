"""What a flow file may say, though it rarely should. A new lint is a file here and a line in the table.

Reading a flow file for calls runs none of this: warnings never keep a book from being used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from ivr.flows.documents import lines_by_file
from ivr.flows.lints import (
    bent_values,
    endless,
    keys,
    ladders,
    long_menus,
    long_prompts,
    mailboxes,
    meanings,
    misheard,
    never_open,
    never_said,
    no_person,
    not_dialled,
    queues,
    same_stems,
    secrets,
    sounds,
    transfers,
    translations,
    trapped,
    unheard,
    unknown_values,
    unreachable,
    unused,
)
from ivr.flows.lints.allowed import allowed
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts, Misheard
from ivr.flows.loader import Draft
from ivr.flows.problems import Problem

LINTS: Mapping[str, Lint] = {
    lint.code: lint
    for lint in (
        unreachable.LINT,
        endless.LINT,
        trapped.LINT,
        no_person.LINT,
        ladders.LINT,
        keys.LINT,
        sounds.LINT,
        meanings.LINT,
        unheard.LINT,
        long_prompts.LINT,
        long_menus.LINT,
        unknown_values.LINT,
        never_open.LINT,
        transfers.LINT,
        secrets.SPOKEN,
        secrets.SENT,
        bent_values.LINT,
        translations.LINT,
        unused.LINT,
        queues.LINT,
        same_stems.LINT,
        never_said.LINT,
        mailboxes.LINT,
        not_dialled.LINT,
        misheard.LINT,
    )
}
MOST_FINDINGS = 100
"""Of one lint in one file; more than anybody reads at once."""


def lint(
    draft: Draft, text: str, *, now_s: float, pedantic: bool = False, heard: Sequence[Misheard] = ()
) -> list[Problem]:
    """What the lints say of a flow file that was read from ``text``, in the order of its lines.

    ``now_s`` is when: hours may be over for good. ``heard`` is what came of speaking the phrases. Notes are left out
    unless ``pedantic``. While the file has mistakes, only lints that look at each part by itself speak.
    """
    if draft.book is None:
        return []
    facts = Facts(draft.book, draft.source, draft.paths, lines_by_file(text, draft.source.file), now_s, tuple(heard))
    found = [
        Problem(finding.place, one.code, finding.what, finding.instead, one.severity)
        for one in LINTS.values()
        if (one.with_mistakes or not draft.has_mistakes) and (pedantic or one.severity != "info")
        for finding in islice(one.find(facts), MOST_FINDINGS)
    ]
    return sorted(one for one in found if not allowed(facts.lines.get(one.place.file, ()), one.code, one.place.line))


__all__ = ["LINTS", "Finding", "Lint", "Misheard", "lint"]
