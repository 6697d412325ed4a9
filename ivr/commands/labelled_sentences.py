"""``ivr understand --eval``: how well sentences with labels are understood."""

from __future__ import annotations

import json
import math
from pathlib import Path

import click

from ivr.flows.skills import Understand
from ivr.understanding.trial import Labelled, Score, menu_of, tried

_MOST_CONFUSED = 10


def evaluate(understands: Understand, train: Path, test: Path, *, as_json: bool) -> None:
    """Print how the sentences of ``test`` are understood at the menu whose phrases are those of ``train``."""
    score = Score(tried(understands, menu_of(_read(train)), _read(test)))
    counts = {"sentences": len(score.inside), "out of scope": len(score.outside)}
    shares = {
        "accuracy": score.accuracy,
        "acted": score.outcomes("act"),
        "asked": score.outcomes("ask"),
        "refused": score.outcomes("refuse"),
        "acted wrongly": score.wrong_acts,
        "out of scope refused": score.refused_outside,
        "out of scope refused at 5 % rejection": score.refused_outside_at(0.05),
    }
    confused = score.confused[:_MOST_CONFUSED]
    if as_json:
        finite = {name: value if math.isfinite(value) else None for name, value in shares.items()}
        click.echo(json.dumps({**counts, **finite, "confused": confused}))
        return
    for name, count in counts.items():
        click.echo(f"{name:40}{count}")
    for name, value in shares.items():
        click.echo(f"{name:40}{f'{value:.1%}' if math.isfinite(value) else '-'}")
    for meant, taken, times in confused:
        click.echo(f"{times:4} x  {meant}  taken for  {taken}")


def _read(file: Path) -> list[Labelled]:
    found = []
    for at, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append((str(row["text"]), str(row["label"])))
        except (ValueError, KeyError, TypeError) as error:
            what = f'{file}:{at}: not a line such as {{"text": "where is my card", "label": "card"}}'
            raise click.UsageError(what) from error
    return found
