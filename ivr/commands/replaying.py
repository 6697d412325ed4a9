"""What the commands that run past calls again have in common: choosing calls, progress, and what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ivr.commands.parts import Parts
from ivr.flow_files import shown_name
from ivr.flows import read_flows
from ivr.replay import Exchange, Report, Verdict, replay_calls, report
from ivr.replay.report import Group

EXAMPLES, ENDINGS = 2, 4
"""Calls named for each pair of endings, and pairs for each step; --json names all."""

ASKED = "asked something else"


def replayed(parts: Parts, records: Iterable[Mapping[str, Any]], total: int, text: str, file: Path) -> Report:
    """The report on ``records`` run on ``text``, with a progress bar in a terminal."""
    from ivr.skillset import skills_beside

    skills = skills_beside(parts.skills, file)
    with _progress(total) as done:
        verdicts = replay_calls(records, parts.versions.text, text, skills, file=shown_name(file), done=done)
    return report(verdicts)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("calls run again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # It draws when told and has no thread of its own: a process with threads cannot be forked.
    with Progress(
        *columns, console=console, auto_refresh=False, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.update(task, advance=count, refresh=True)


def show_report(found: Report, parts: Parts, text: str, file: Path, summary: str = "") -> None:
    """The summary, then every change, the largest first."""
    for group in found.groups:
        _show_group(group)
    _show_defects(found, _stores_changed_s(parts, text, file))
    click.secho(summary or found.summary, bold=True)


def _show_group(group: Group) -> None:
    click.secho(f"{plain(group.place)}  ", bold=True, nl=False)
    click.echo(f"{plain(group.step)}: {_calls(group.count)}")
    example = group.turnouts[0].calls[0]
    if example.exchange:
        show_exchange(example.exchange)
    for one in group.turnouts[:ENDINGS]:
        named = ", ".join(verdict.call for verdict in one.calls[:EXAMPLES])
        more = f" and {len(one.calls) - EXAMPLES} more" if len(one.calls) > EXAMPLES else ""
        click.echo(f"    {_calls(len(one.calls))}: {plain(one.was)}")
        click.echo(f"      -> {'asks something else; ' * (one.how == ASKED)}{plain(one.now)}")
        click.echo(f"         {plain(named)}{more}")
    left = sum(len(one.calls) for one in group.turnouts[ENDINGS:])
    click.echo(f"    {_calls(left)} with other endings (--json names them)\n" if left else "")


def _calls(count: int) -> str:
    return f"{count} call{'' if count == 1 else 's'}"


def show_exchange(exchange: Exchange, was: str = "then", now: str = "now") -> None:
    """What the caller did, and what was and is heard in answer."""
    click.echo(f"      caller: {plain(exchange.caller)}")
    for label, lines in ((was, exchange.was), (now, exchange.now)):
        click.echo(f"      {label + ':':<7} {plain(' '.join(lines)) or '(nothing)'}")


def _show_defects(found: Report, stores_changed_s: float) -> None:
    for one in found.defects[:EXAMPLES]:
        assert one.defect  # noqa: S101 - it is why the call is among them
        click.echo(f"{plain(one.call)} does not come out as recorded ({plain(one.defect.what)}):")
        show_exchange(one.defect.exchange, "record", "again")
    if not found.defects:
        return
    if any(one.started_s < stores_changed_s for one in found.defects):
        when = datetime.fromtimestamp(stores_changed_s).astimezone().isoformat(" ", "minutes")
        click.echo(f"The store list was changed at {when}, after such calls: that may be why.")
    else:
        click.echo("The flow file and the store list are as they were: the program itself has changed, or is wrong.")


def _stores_changed_s(parts: Parts, text: str, file: Path) -> float:
    """When the store list was changed last; 0 without one."""
    from ivr.skillset import skills_beside

    stores = read_flows(text, skills_beside(parts.skills, file)).company.stores
    try:
        return (file.parent / stores.file).stat().st_mtime if stores else 0.0
    except OSError:
        return 0.0


def verdict_line(one: Verdict) -> str:
    """One call that was asked for by name, in a line."""
    why = f": {one.why}" if one.why else ""
    ends = f" ({one.now})" if one.now and not one.differs else ""
    return plain(f"{one.call}: {one.how}{why}{ends}")


def plain(text: str) -> str:
    """Without control codes, which callers may send to a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
