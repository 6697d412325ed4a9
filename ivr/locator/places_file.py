"""Reads a places file: the postal codes and towns of another country, as a CSV file. All mistakes at once, by line."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.flows.problems import Place, Problem
from ivr.locator.abroad import LONGEST_CODE, SHORTEST_AREA, AbroadRow, bare
from ivr.locator.sources.csv_file import Record, records
from ivr.locator.sources.written import NoStoresError, text_of

COLUMNS = ("country", "postal_code", "city", "region", "region_code", "latitude", "longitude", "timezone")
NEEDED = ("country", "city", "latitude", "longitude", "timezone")
"""The others may be empty, or not be there."""


def read_places_file(path: Path, shown: str = "") -> tuple[tuple[AbroadRow, ...], tuple[Problem, ...]]:
    """The places of a file that are in order, and everything that is wrong with the others."""
    name = shown or str(path)
    try:
        lines = records(text_of(path, name, "CSV UTF-8"))
        header = [column.strip().lower() for column in next(lines).values]
        missing = [column for column in NEEDED if column not in header]
        return ((), (_headless(name, missing),)) if missing else _rows(list(lines), header, name)
    except NoStoresError as error:
        return (), (error.problem,)
    except csv.Error as error:
        return (), (Problem(Place(name, 1, 1), "S001", f"this is no CSV: {error}.", "Save the file as CSV UTF-8."),)


def _headless(name: str, missing: list[str]) -> Problem:
    what = f"there is no column {' and no column '.join(missing)}."
    return Problem(Place(name, 1, 1), "S001", what, f"The first line is  {','.join(COLUMNS)}  (in any order).")


def _rows(lines: list[Record], header: list[str], name: str) -> tuple[tuple[AbroadRow, ...], tuple[Problem, ...]]:
    rows: list[AbroadRow] = []
    problems: list[Problem] = []
    for record in lines:
        if not any(value.strip() for value in record.values):
            continue
        text = dict.fromkeys(COLUMNS, "") | {
            column: value.strip() for column, value in zip(header, record.values, strict=False)
        }
        wrong = {column: told for column in COLUMNS if (told := _wrong(column, text[column]))}
        for column, (what, instead) in wrong.items():
            index = header.index(column) if column in header else 0
            problems.append(Problem(record.place(name, index), "S201", what, instead))
        if not wrong:
            rows.append(_row(text))
    if not rows and not problems:
        problems.append(Problem(Place(name, 1, 1), "S001", "there are no places in it.", "Write one a line."))
    return tuple(rows), tuple(problems)


def _row(text: Mapping[str, str]) -> AbroadRow:
    return AbroadRow(
        text["country"].upper(),
        text["postal_code"].upper(),
        text["city"],
        text["region"],
        text["region_code"],
        float(text["latitude"]),
        float(text["longitude"]),
        text["timezone"],
    )


def _wrong(column: str, value: str) -> tuple[str, str] | None:
    """What is wrong with one value, and what to write instead."""
    if not value:
        return (f"this place has no {column}.", f"Write one in the column {column}.") if column in NEEDED else None
    match column:
        case "country":
            fits = re.fullmatch("[A-Za-z]{2}", value) is not None and value.upper() != "US"
            return None if fits else (f"{value!r} is no other country.", "Write its two letters, such as CA.")
        case "postal_code":
            code = bare(value)
            fits = SHORTEST_AREA <= len(code) <= LONGEST_CODE and code.isascii() and code.isalnum()
            return None if fits else (f"{value!r} is no postal code.", "Write letters and figures, such as K1A 0B1.")
        case "latitude" | "longitude":
            most = 90 if column == "latitude" else 180
            fits = abs(_number(value)) <= most
            return None if fits else (f"{value!r} is no {column}.", f"Write degrees from -{most} to {most}.")
        case "timezone":
            return None if _is_zone(value) else (f"{value!r} is no time zone.", "Write for example America/Toronto.")
        case _:
            return None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
