"""``ivr stores``: the store list and the locator by themselves."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.commands.parts import Parts
from ivr.flows.company import Company
from ivr.flows.loader import Misfit, read_draft
from ivr.flows.problems import FlowFileError
from ivr.flows.skills import Found, KindOptions, Skills
from ivr.locator.finder import StoreFinder
from ivr.locator.places import Places
from ivr.locator.sources import GEOJSON, source_at
from ivr.locator.sources.mending import mended
from ivr.locator.store import StoreSource
from ivr.skillset import SkillMaker
from ivr.understanding.kinds.zip import Zip

PIPE_COLUMNS = 200
"""How wide a table is where there is no terminal, so that nothing is cut before grep sees it."""

USUAL_FILE = "stores.csv"


@click.group()
def stores() -> None:
    """The stores and where they are."""


@stores.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Give stores without coordinates those of their ZIP code, else their city.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The CSV file that --fix writes.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def check_stores(parts: Parts, file: Path | None, fix: bool, output: Path | None, as_json: bool) -> None:
    """Show every mistake in FILE (CSV, GeoJSON or a folder of JSON; by default the stores of the flow file).

    Exits with 1 when there are mistakes. With --fix nothing is overwritten that you do not name.
    """
    if fix != (output is not None):
        raise click.UsageError("Write --fix together with -o FILE.")
    places = _places(parts)
    source = _source(parts, file, places)
    if output is not None:
        _fix(source, places, output)
        source = source_at(output, places)
    stock = source.read()
    if as_json:
        problems = [{**asdict(problem), "place": str(problem.place)} for problem in stock.problems]
        click.echo(json.dumps({"stores": len(stock.stores), "problems": problems}, ensure_ascii=False))
    else:
        for problem in stock.problems:
            click.echo(_printable(str(problem)))
        mistakes = len(stock.problems)
        said = f"{mistakes} {'mistake' if mistakes == 1 else 'mistakes'}" if mistakes else "no mistakes"
        click.echo(f"{len(stock.stores)} stores can be found, {said}.")
    if stock.problems:
        raise SystemExit(1)


@stores.command("nearest")
@click.argument("place", nargs=-1, required=True)
@click.option("-n", "count", default=3, show_default=True, type=click.IntRange(1, 1000), help="How many stores.")
@click.option("--open-now", is_flag=True, help="Only stores that are open at this moment.")
@click.option("--open-at", default="", help="Only stores open at a time of their own clock: 18:00, 2026-12-24 18:00.")
@click.option("--service", default="", help="Only stores with this service, such as rentals.")
@click.option("--file", type=click.Path(path_type=Path), help="The stores, instead of those of the flow file.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def nearest_stores(
    parts: Parts,
    place: tuple[str, ...],
    count: int,
    open_now: bool,
    open_at: str,
    service: str,
    file: Path | None,
    as_json: bool,
) -> None:
    """Find the stores nearest to PLACE: a ZIP code, a city, words as spoken, or LAT,LON."""
    places = _places(parts)
    stock = _source(parts, file, places).read()
    if not stock.stores and stock.problems:
        raise click.ClickException(_printable(str(stock.problems[0])))
    finder = StoreFinder(stock.stores, places)
    text = " ".join(place)
    found = finder.locate(_near(text), count, time.time(), open_at="now" if open_now else open_at, service=service)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    elif found.outcome == "found":
        _show(found)
    else:
        click.echo(_printable(_why_none(found, text)))
    if found.outcome != "found":
        raise SystemExit(1)


def _places(parts: Parts) -> Places:
    company = _company(parts)
    if company is None:  # the places of the USA need no flow file
        return Places.load(parts.settings.cache)
    return SkillMaker(parts.settings).places_of(company)


class _CompanyOnly:
    """Reads a flow file for its company alone: its stores may have every mistake there is."""

    company: Company | None = None

    def misfits(self, company: Company) -> Iterator[Misfit]:
        self.company = company
        return iter(())

    def __call__(self, company: Company) -> Skills:
        raise FlowFileError(())


def _company(parts: Parts) -> Company | None:
    """The company of the flow file; None when it cannot be told."""
    reading, file = _CompanyOnly(), parts.settings.flows
    with suppress(FlowFileError, OSError, ValueError):
        read_draft(file.read_text("utf-8"), reading, file=str(file))
    return reading.company


def _source(parts: Parts, file: Path | None, places: Places) -> StoreSource:
    """``file``, else what the flow file names; a flow file with mistakes must not be in the way."""
    if file is not None:
        return source_at(file, places)
    try:
        company = parts.book.company
    except FlowFileError:
        company = None
    if company and company.stores and isinstance(parts.skills, SkillMaker):
        return parts.skills.source(company)
    return source_at(parts.settings.flows.parent / USUAL_FILE, places, USUAL_FILE)


def _fix(source: StoreSource, places: Places, output: Path) -> None:
    made = mended([row.fields for row in source.sheet().rows], places)
    if output.suffix.lower() in GEOJSON or output.is_dir():
        raise click.UsageError("--fix writes a CSV file: name it so.")
    try:
        output.write_text(made.csv, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    click.echo(f"{len(made.stores)} stores got coordinates, {len(made.left)} did not: {output}", err=True)


def _near(text: str) -> str:
    """Digits spoken as words are a ZIP code: ``nine four one oh seven``."""
    if any(letter.isdigit() for letter in text):
        return text
    return Zip().hear(text, KindOptions()) or text


def _why_none(found: Found, text: str) -> str:
    if found.outcome == "ambiguous":
        return found.ask
    if found.outcome == "unknown":
        return f"I do not know where {text!r} is. Write a ZIP code, a city (portland oregon) or LAT,LON."
    return f"No such store near {found.place}."


def _show(found: Found) -> None:
    table = Table(
        "distance", "", "store", "address", "phone", "", box=None, title=f"Nearest to {_printable(found.place)}"
    )
    for store in found.stores:
        cells = ("distance", "direction", "name", "address_spoken", "phone", "open_until")
        table.add_row(*(Text(_printable(store[cell])) for cell in cells))
    Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS, highlight=False).print(table)


def _printable(text: str) -> str:
    """What a file holds is text: no control codes for the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)
