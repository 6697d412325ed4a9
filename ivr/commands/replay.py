"""``ivr replay``: run past calls again, and see which would now end differently."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ivr.commands.parts import Parts
from ivr.commands.replaying import plain, replayed, show_report, verdict_line
from ivr.flow_files import read_flow_file, shown_name

LAST = 200
"""Calls when nobody says which."""

UNITS_S = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Ago(click.ParamType):  # type: ignore[type-arg]  # generic in the types only
    """A length of time such as ``30d``, as seconds."""

    name = "30d"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d{1,5})([mhdw])", str(value))
        if match is None:
            self.fail(f"{value!r} is not a length of time: write 30d, 12h or 2w.", param, ctx)
        return float(int(match[1]) * UNITS_S[match[2]])


@click.command()
@click.argument("calls", nargs=-1, metavar="[CALL]...")
@click.option("--since", type=Ago(), help="Calls of so long ago until now: 30d, 12h, 2w.")
@click.option("--last", type=click.IntRange(1), help=f"So many of the newest calls ({LAST} by default).")
@click.option("--flows", "file", type=click.Path(dir_okay=False, path_type=Path), help="The flow file to run them on.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def replay(
    parts: Parts, calls: tuple[str, ...], since: float | None, last: int | None, file: Path | None, as_json: bool
) -> None:
    """Run past calls on the flow file as it is saved, and tell where they would now go another way.

    Each call is first run on the version it ran on, and must come out as recorded. Exits with 1 when a call would go
    another way, or does not come out as recorded.
    """
    if calls and (since is not None or last):
        raise click.UsageError("Name calls, or say --since or --last.")
    file = file or parts.settings.flows
    try:
        text = read_flow_file(file, shown_name(file))
    except OSError as error:
        raise click.UsageError(f"{shown_name(file)} cannot be read: {error.strerror}.") from error
    parts.versions.prepare()
    records, total = _chosen(parts, calls, since, last)
    found = replayed(parts, records, total, text, file)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        for one in found.verdicts if calls else ():
            click.echo(verdict_line(one))
        show_report(found, parts, text, file)
    sys.exit(1 if found.differing or found.defects else 0)


def _chosen(
    parts: Parts, calls: Sequence[str], since: float | None, last: int | None
) -> tuple[Iterable[Mapping[str, Any]], int]:
    """The records that are meant, and how many there are."""
    if calls:
        named = [_named(parts, call) for call in dict.fromkeys(calls)]
        return named, len(named)
    since_s = time.time() - since if since is not None else 0.0
    last = last or (LAST if since is None else None)
    total = parts.records.count(since_s)
    return parts.records.finished(since_s, last), min(total, last or total)


def _named(parts: Parts, call: str) -> Mapping[str, Any]:
    record = parts.records.call(call)
    if record is None:
        raise click.ClickException(f"There is no call {plain(call)!r}. See:  ivr calls list")
    if record["ended_s"] is None:
        raise click.ClickException(f"The call {plain(call)} is still under way.")
    return record
