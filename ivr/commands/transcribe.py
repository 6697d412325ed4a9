"""``ivr transcribe``: what the recogniser hears in sound files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.audio import AudioError
from ivr.commands.parts import Parts
from ivr.ports import Ears, OutsideError
from ivr.speech.grammar import UNKNOWN, spoken_words
from ivr.speech.hear_file import HeardFile, hear_file


@click.command()
@click.argument("wavs", metavar="WAV...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--grammar", default="", help='Hold the recogniser to phrases: "yes|no|find a store".')
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def transcribe(parts: Parts, wavs: tuple[Path, ...], grammar: str, as_json: bool) -> None:
    """Print what is said in each WAV, with the time and confidence of every word."""
    phrases = [phrase.strip() for phrase in grammar.split("|") if phrase.strip()] or None
    try:
        unknown = _unknown(parts.ears, phrases or ())
        if unknown:
            click.echo(f"The model does not know {', '.join(unknown)}: left out of the grammar.", err=True)
        results = [_heard(parts.ears, wav, phrases) for wav in wavs]
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([_to_json(wav, result, unknown) for wav, result in zip(wavs, results, strict=True)]))
    else:
        for wav, result in zip(wavs, results, strict=True):
            _show(wav, result)
    if any(isinstance(result, AudioError) for result in results):
        raise SystemExit(1)


def _unknown(ears: Ears, phrases: tuple[str, ...] | list[str]) -> list[str]:
    words = dict.fromkeys(word for phrase in phrases for word in spoken_words(phrase) if word != UNKNOWN)
    return [word for word in words if not ears.knows(word)]


def _heard(ears: Ears, wav: Path, phrases: list[str] | None) -> HeardFile | AudioError:
    """What was heard, or why nothing could be: one bad file must not hide the others."""
    try:
        return hear_file(ears, wav, phrases)
    except AudioError as error:
        return error


def _to_json(wav: Path, result: HeardFile | AudioError, unknown: list[str]) -> dict[str, Any]:
    if isinstance(result, AudioError):
        return {"file": str(wav), "error": str(result)}
    return {
        "file": str(wav),
        "length_s": round(result.length_s, 3),
        "rate_hz": result.rate_hz,
        **asdict(result.hearing),
        "unknown_words": unknown,
    }


def _show(wav: Path, result: HeardFile | AudioError) -> None:
    if isinstance(result, AudioError):
        click.echo(str(result), err=True)
        return
    hearing = result.hearing
    click.echo(f"{wav} ({result.length_s:.1f} s at {result.rate_hz} Hz, confidence {hearing.confidence:.2f})")
    click.echo(f"  {hearing.text or '(nothing heard)'}")
    for other in hearing.alternatives:
        click.echo(f"  or: {other}")
    if hearing.words:
        table = Table("word", "from", "to", "confidence", box=None, padding=(0, 2))
        for word in hearing.words:
            table.add_row(Text(word.text), f"{word.start_s:.2f} s", f"{word.end_s:.2f} s", f"{word.confidence:.2f}")
        Console().print(table)
