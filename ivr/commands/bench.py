"""``ivr bench``: the benchmarks, each with its baseline in the same run."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from string import ascii_lowercase

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ivr.benchmarks.report import Figure, Report
from ivr.benchmarks.setting import Setting
from ivr.commands.parts import Parts
from ivr.ports import OutsideError
from ivr.speech.models import find_model

BENCHMARKS: Mapping[str, str] = {
    "turns": "ivr.benchmarks.turns:turns",
    "streams": "ivr.benchmarks.streams:streams",
    "flows": "ivr.benchmarks.flows:flows",
    "queue": "ivr.benchmarks.queue:queue",
    "desks": "ivr.benchmarks.desks:desks",
    "inbox": "ivr.benchmarks.inbox:inbox",
    "slots": "ivr.benchmarks.slots:slots",
    "digits": "ivr.benchmarks.digits:digits",
    "nearest": "ivr.benchmarks.nearest:nearest",
    "places": "ivr.benchmarks.places:places",
    "understanding": "ivr.benchmarks.understanding:understanding",
    "limits": "ivr.benchmarks.limits:limits",
    "messages": "ivr.wiring.message_trial:messages",
    "transcription": "ivr.wiring.transcription_trial:transcription",
    "soak": "ivr.benchmarks.soak:soak",
    "fuzz": "ivr.benchmarks.fuzz:fuzz",
    "chaos": "ivr.wiring.chaos_trial:chaos",
}
"""Where each benchmark is: a function from a ``Setting`` to a ``Report``."""
SECONDS = 60.0
THOROUGH = 4
"""A thorough run takes so many times as long."""
RECORDINGS = Path("shared") / "data" / "speech"
"""Recordings of real speakers, where they are found beside the program."""

SENTENCES = Path("shared") / "data"
"""Labelled sentences, likewise."""


@click.command()
@click.argument("name", type=click.Choice(list(BENCHMARKS)))
@click.option("--seconds", default=SECONDS, show_default=True, type=click.FloatRange(1), help="About how long.")
@click.option("--thorough", is_flag=True, help=f"Measure {THOROUGH} times as long.")
@click.option(
    "--speech",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Recordings of real speakers: WAVs and an index.jsonl.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Labelled sentences: clinc150/data_full.json and banking77/banking77.json.",
)
@click.option("--calls", type=click.IntRange(1), help="chaos: so many calls (1000 unless told).")
@click.option("--seed", type=int, help="chaos: other callers, and other moments to kill.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def bench(
    parts: Parts,
    name: str,
    seconds: float,
    thorough: bool,
    speech: Path | None,
    data: Path | None,
    calls: int | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Measure NAME against its baseline, in one run.

    Missed bars are shown; they do not change the exit code, but those of chaos, which are promises.
    """
    settings = parts.settings
    notice = Console(stderr=True, highlight=False)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=notice, transient=True)
    shown = bar.add_task("", total=1.0, visible=False)
    setting = Setting(
        settings,
        parts.skills,
        find_model(settings.vosk_model, settings.root, settings.data),
        seconds * (THOROUGH if thorough else 1),
        speech or _recordings(settings.root),
        lambda text: notice.print(f"{text} ...", style="dim"),
        data or _beside(settings.root, SENTENCES),
        calls or 0,
        seed,
        lambda share, text: bar.update(shown, completed=share, description=text, visible=True),
    )
    module, _, function = BENCHMARKS[name].partition(":")
    measure: Callable[[Setting], Report] = getattr(import_module(module), function)
    try:
        with bar:
            report = measure(setting)
    except OutsideError as error:
        raise click.ClickException(f"The benchmark could not run: {error}") from error
    if as_json:
        click.echo(json.dumps(report.to_json()))
    else:
        _show(report)
    if report.broken:
        raise click.ClickException(f"A promise is broken: {'; '.join(report.broken)}.")


def _recordings(root: Path) -> Path | None:
    found = root.parent / RECORDINGS
    return found if (found / "index.jsonl").is_file() else None


def _beside(root: Path, folder: Path) -> Path | None:
    found = root.parent / folder
    return found if found.is_dir() else None


def _show(report: Report) -> None:
    console = Console(highlight=False)
    baselines = list(dict.fromkeys(figure.against for figure in report.figures if figure.against))
    table = Table("", "measured", "baseline", "n", "bar", "", box=None, padding=(0, 1))
    for column in table.columns[1:5]:
        column.justify, column.no_wrap = "right", True
    for figure in report.figures:
        table.add_row(
            figure.what,
            _amount(figure.value, figure.unit),
            _baseline(figure, baselines),
            str(figure.n),
            str(figure.bar or ""),
            {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}[figure.met],
        )
    console.print(report.machine, style="dim")
    console.print(table)
    for mark, against in zip(ascii_lowercase, baselines, strict=False):
        console.print(f"{mark}: {against}", style="dim")
    for note in report.notes:
        console.print(f"- {note}", style="dim", soft_wrap=True)


def _baseline(figure: Figure, baselines: Sequence[str]) -> str:
    if figure.baseline is None:
        return ""
    return f"{_amount(figure.baseline, figure.unit)} {ascii_lowercase[baselines.index(figure.against)]}"


def _amount(value: float, unit: str) -> str:
    if not math.isfinite(value):
        return "none"
    digits = 2 if abs(value) < 10 and value != round(value) else 0
    return f"{value:.{digits}f} {unit}".strip()
