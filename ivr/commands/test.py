"""``ivr test``: hold the conversation to written calls, and see which ways nobody ever took."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from ivr.commands.parts import Parts
from ivr.conversations import Conversation, Result, coverage, play
from ivr.conversations.files import conversation_files, read_files
from ivr.conversations.recording import record
from ivr.conversations.report import coverage_data, result_data, spoken_data, spoken_summary, summary
from ivr.conversations.side_by_side import console, failure, plain, untaken
from ivr.conversations.spoken import Spoken, Telephone
from ivr.flows.problems import Problem
from ivr.ports import OutsideError

SILENCE_S = 0.2
"""Taking one's turn without a sound takes so long."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@click.option("-k", "word", default="", metavar="WORD", help="Only calls with WORD in their name or file.")
@click.option("--coverage", "with_coverage", is_flag=True, help="Name the ways of the flow file that no call took.")
@click.option("--record", "call_id", metavar="CALL-ID", help="Write a call on record down as a test.")
@click.option("-o", "output", type=click.Path(dir_okay=False, path_type=Path), help="The new file for --record.")
@click.option("--speech", is_flag=True, help="Then speak and recognise the calls, with real sound.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def test(
    parts: Parts,
    paths: tuple[Path, ...],
    word: str,
    with_coverage: bool,
    call_id: str | None,
    output: Path | None,
    speech: bool,
    as_json: bool,
) -> None:
    """Have the calls written in PATH... as text: by default, those in the folder calls next to the flow file.

    A call is written like this; docs/how-to.md has all the words:

    \b
        asks about an order:
          at: 2026-11-23 18:30
          call:
            - hears: Thanks for calling ...
            - says: where is my package
            - hears: What is your order number?
            - presses: 1234
            - service http: {text: on its way}
            - hears: Your order is on its way.
          ends: finished
          knows: {order: "1234"}

    Exits with 1 when a call goes otherwise than written, or when --coverage finds a way that no call took.
    """  # noqa: D301 - click keeps the lines after a real backspace as they are
    if call_id:
        _record(parts, call_id, output)
        return
    chosen = _chosen(parts, paths, word, as_json)
    book = parts.book
    began_s = time.perf_counter()
    results = [play(one, book) for one in chosen]
    took_s = time.perf_counter() - began_s
    document: dict[str, Any] = {"calls": [result_data(one) for one in results], "took_s": round(took_s, 3)}
    fine = all(one.passed for one in results)
    if not as_json:
        _show(results, took_s)
    if with_coverage:
        found = coverage(results, book)
        document["coverage"] = coverage_data(found)
        fine = fine and not found.untaken
        for line in () if as_json else untaken(found):
            console(to_terminal=sys.stdout.isatty()).print(line)
    if speech:
        spoken = list(_spoken(parts, results, as_json))
        document["speech"] = spoken_data(spoken)
        fine = fine and all(one.passed for one in spoken)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    sys.exit(0 if fine else 1)


def _chosen(parts: Parts, paths: Sequence[Path], word: str, as_json: bool) -> list[Conversation]:
    """The calls that are meant; ends the command when there are none, or mistakes."""
    folders = list(paths) or [parts.settings.flows.parent / "calls"]
    conversations, problems = read_files([*conversation_files(path for path in folders if path.exists())])
    if problems:
        _refuse(problems, as_json)
    chosen = [one for one in conversations if word.lower() in f"{one.place.file} {one.name}".lower()]
    if not chosen:
        where = ", ".join(str(path) for path in folders)
        raise click.UsageError(f"There is no call{f' with {word!r} in its name' if word else ''} in {where}.")
    return chosen


def _refuse(problems: Sequence[Problem], as_json: bool) -> None:
    if as_json:
        shown = [
            {"file": one.place.file, "line": one.place.line, "column": one.place.column, "code": one.code,
             "what": one.what, "instead": one.instead}
            for one in sorted(problems)
        ]  # fmt: skip
        click.echo(json.dumps({"problems": shown}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{len(problems)} mistake{'s' if len(problems) != 1 else ''} in the calls\n")
        for problem in sorted(problems):
            click.secho(f"{problem.place}: ", bold=True, nl=False)
            click.echo(plain(f"{problem.what}  [{problem.code}]"))
            click.echo(f"    {plain(problem.instead)}")
    sys.exit(1)


def _show(results: Sequence[Result], took_s: float) -> None:
    """A line of dots a file, then each call that failed, then how many did."""
    shown = console(to_terminal=sys.stdout.isatty())
    for file, inside in groupby(results, key=lambda one: one.conversation.place.file):
        shown.print(Text(f"{file} {''.join('.' if one.passed else 'F' for one in inside)}"))
    for one in results:
        if not one.passed:
            shown.print()
            shown.print(failure(one))
    shown.print()
    shown.print(Text(summary(results, took_s)))


# --- from a record --------------------------------------------------------------------------------------------------


def _record(parts: Parts, call_id: str, output: Path | None) -> None:
    kept = parts.records.call(call_id)
    if kept is None:
        raise click.ClickException(f"There is no call {call_id!r}. See:  ivr calls list")
    try:
        text = record(kept, parts.book)
        if output is None:
            click.echo(text, nl=False)
            return
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise click.UsageError(f"{output} exists already; name another file.") from error
    except (OutsideError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Written to {output}. Try it:  ivr test {output}")


# --- with sound -----------------------------------------------------------------------------------------------------


def _spoken(parts: Parts, results: Sequence[Result], quiet: bool) -> Iterator[Spoken]:
    """Have the calls that went well as text on the telephone, one after the other."""
    # A whole service and a database: only here are they needed.
    from ivr.calling.own_service import own_service
    from ivr.records import Database, SqlCallRecords

    shown = console(to_terminal=sys.stdout.isatty())
    had: list[Spoken] = []
    try:
        with tempfile.TemporaryDirectory() as folder, own_service(parts.settings, fast=True) as place:
            database = Database(place.database_url)
            telephone = Telephone(place.exchange, SqlCallRecords(database), parts.book, _silence(Path(folder)))
            try:
                for result in results:
                    if result.passed:
                        had.append(telephone.have(result.conversation))
                        if not quiet:
                            _show_spoken(had[-1], shown)
                        yield had[-1]
            finally:
                database.close()
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    if not quiet:
        shown.print()
        shown.print(Text(spoken_summary(had)))


def _show_spoken(spoken: Spoken, shown: Any) -> None:
    name = plain(spoken.conversation.name)
    if spoken.skipped:
        shown.print(Text(f"skipped  {name}: {spoken.skipped}"))
    elif spoken.result and not spoken.result.passed:
        shown.print(failure(spoken.result))
    else:
        shown.print(Text(f"ok       {name} ({spoken.audio_s:.0f} s in {spoken.wall_s:.1f} s)"))


def _silence(folder: Path) -> Path:
    path = folder / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(round(SILENCE_S * 8000) * 2))
    return path
