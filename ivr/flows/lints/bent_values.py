"""L117: values that stay text here, but that other programs would read as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.problems import Place

BENT: tuple[tuple[str, str], ...] = (
    (r"0[0-7]+", "a number to the base eight"),
    (r"0\d*[89]\d*", "a number without its zeros"),
    (r"\d+(:[0-5]?\d)+", "a number of seconds or minutes"),
    (r"y|n|yes|no|on|off|true|false", "true or false"),
    (r"\+\d+", "a number without its plus"),
    (r"\d+(_\d+)+", "a number without its lines"),
    (r"~|null", "nothing at all"),
    (r"\d+e\d+", "a very large number"),
)
"""What YAML makes of words without quotes, before a program sees them."""
TRUTHS = frozenset({"secret"})
"""Keys whose value is true or false here as well."""


def find(facts: Facts) -> Iterator[Finding]:
    """Values and names without quotes; what an alias brings along once, where it is written."""
    told: set[Place] = set()
    source = facts.source
    values = ((place, path) for path, place in source.values.items() if path[-1:] and path[-1] not in TRUTHS)
    for place, path in chain(values, ((place, path) for path, place in source.keys.items())):
        text = _plain(facts, place)
        bent = next((what for pattern, what in BENT if re.fullmatch(pattern, text, re.IGNORECASE)), "") if text else ""
        if bent and place not in told and text in (path[-1], facts.written(path)):
            told.add(place)
            what = f"'{text}' stays text here; other programs that read this file would see {bent}."
            yield Finding(place, what, f'Put quotes around it to be safe:  "{text}"')


def _plain(facts: Facts, place: Place) -> str:
    """The word without quotes that begins at ``place``."""
    lines = facts.lines.get(place.file, ())
    line = lines[place.line - 1][place.column - 1 :] if place.line <= len(lines) else ""
    word = re.match(r"[\w+~]+(?::\d+)*", line)
    rest = line[word.end() :].lstrip() if word else ""
    # More words, or a sign that is part of the word: then it is a longer text, and that is never bent.
    return word[0] if word and (not rest or rest[0] in ",]}#:") else ""


LINT = Lint(
    code="L117",
    title="A value that other programs bend",
    severity="info",
    why="""\
In a flow file every value is the text that is written: 02134 is a ZIP, 12:30 a time, no a word. Other programs that
read YAML guess: 02134 becomes 1116, 12:30 becomes 750, no becomes false. Nothing is wrong as long as only Ringdown
reads the file, so this is told with `--pedantic` only.""",
    bad="""\
lines: {+15035550100: main}
flows:
  main:
    - set: {zip: 02134}
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - set: {zip: "02134"}
    - hangup: Goodbye.
""",
    find=find,
    with_mistakes=True,
)
