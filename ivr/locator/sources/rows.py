"""Checks what any source says of its stores: all mistakes at once, each at its field."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.flows.problems import Place, Problem
from ivr.locator.great_circle import distance_km
from ivr.locator.opening_times import check_hours
from ivr.locator.places import Places
from ivr.locator.sources.mending import whereabouts
from ivr.locator.sources.written import NoStoresError
from ivr.locator.store import NEEDED, Row, Sheet, Stock, Store

FAR_KM = 100.0
"""A store farther than this from the middle of its ZIP code has one of the two wrong: the widest codes reach there."""

E164_USA = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}")


@dataclass(frozen=True, slots=True)
class OnDisk(ABC):
    """A source that lies at ``path``; ``shown`` is its name in messages."""

    path: Path
    places: Places
    shown: str = ""

    def read(self) -> Stock:
        """All stores, or why they cannot be read."""
        return stock_of(self.sheet(), self.places)

    def sheet(self) -> Sheet:
        """What is written of every store, before anything is checked."""
        return collected(self._rows)

    @property
    def _name(self) -> str:
        return self.shown or str(self.path)

    @abstractmethod
    def _rows(self, problems: list[Problem]) -> Iterator[Row]: ...


def collected(read: Callable[[list[Problem]], Iterable[Row]]) -> Sheet:
    """The sheet that ``read`` yields; it adds the problems it meets to the list it is given."""
    problems: list[Problem] = []
    try:
        return Sheet(tuple(read(problems)), tuple(problems))
    except NoStoresError as error:
        return Sheet((), (error.problem,))


def stock_of(sheet: Sheet, places: Places) -> Stock:
    """The stores of a sheet, checked."""
    return Checking(places, list(sheet.problems)).stock(sheet.rows)


@dataclass(slots=True)
class Checking:
    """Turns rows into stores, collecting what is wrong."""

    places: Places
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)
    stood: dict[str, Place] = field(default_factory=dict)
    known_hours: dict[str, str | None] = field(default_factory=dict)

    def stock(self, rows: Iterable[Row]) -> Stock:
        """The stores without errors, and every problem in the order of the file."""
        stores = tuple(store for row in rows if (store := self._store(row)))
        return Stock(stores, tuple(sorted(self.problems)))

    def _store(self, row: Row) -> Store | None:
        before = len(self.problems)
        text = {name: value.strip() for name, value in row.fields.items()}
        for name in NEEDED:
            if not text.get(name):
                self._report(row, name, "S101", f"this store has no {name}.", self._missing(name, text))
        self._check_id(row, text.get("id", ""))
        lat, lon = (
            self._degrees(row, "lat", text.get("lat", ""), 90),
            self._degrees(row, "lon", text.get("lon", ""), 180),
        )
        phone = self._phone(row, text.get("phone", ""))
        self._check_hours(row, text.get("hours", ""))
        self._check_state(row, text.get("state", ""))
        if lat is None or lon is None:
            return None
        if lat == lon == 0.0:
            self._report(row, "lat", "S111", "0, 0 is a point in the sea: no coordinates.", self._missing("lat", text))
        self._check_twice(row, text, lat, lon)
        timezone, country = self._zone_and_country(row, text.get("zip", ""), lat, lon)
        if any(problem.severity == "error" for problem in self.problems[before:]):
            return None
        return Store(
            id=text["id"],
            name=text["name"],
            lat=lat,
            lon=lon,
            address=text.get("address", ""),
            city=text.get("city", ""),
            state=self.places.region(text.get("state", "")),
            zip=text.get("zip", ""),
            phone=phone,
            hours=text.get("hours", ""),
            services=_words(text.get("services", "")),
            neighborhood=text.get("neighborhood", ""),
            landmarks=_words(text.get("landmarks", "")),
            timezone=timezone,
            country=country,
        )

    def _check_id(self, row: Row, given: str) -> None:
        if given in self.seen:
            what = f"the id {given!r} is taken by the store at {self.seen[given]}."
            self._report(row, "id", "S102", what, "Every store needs an id of its own.")
        elif given:
            self.seen[given] = row.place("id")

    def _check_twice(self, row: Row, text: Mapping[str, str], lat: float, lon: float) -> None:
        """The same store under another id: the same name at the same point, or at the same address."""
        name = text.get("name", "").casefold()
        address = " ".join((text.get("address", ""), text.get("zip", "") or text.get("city", ""))).casefold().split()
        marks = [f"{name} {lat:.5f} {lon:.5f}", *([f"{name} {' '.join(address)}"] if text.get("address") else [])]
        first = next((self.stood[mark] for mark in marks if mark in self.stood), None)
        if first:
            what = f"this is the store of {first} once more: the same name at the same place."
            self._report(row, "name", "S110", what, "Delete one of the two.")
        for mark in marks:
            self.stood.setdefault(mark, row.place("name"))

    def _missing(self, name: str, text: Mapping[str, str]) -> str:
        """What to write into an empty field."""
        there = whereabouts(text, self.places) if name in ("lat", "lon") else None
        if there is None:
            return f"Write one in the column {name}."
        value = there.lat if name == "lat" else there.lon
        return f"Around {there.name} {there.zip}".rstrip() + f" it is {value:.4f}; ivr stores check --fix writes that."

    def _degrees(self, row: Row, name: str, text: str, most: int) -> float | None:
        if not text:
            return None  # reported as missing
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= most:
            what = f"{name} {text!r} is no {'latitude' if name == 'lat' else 'longitude'}."
            swapped = name == "lat" and 90 < abs(value) <= 180
            hint = " lat and lon may be swapped." if swapped else ""
            self._report(row, name, "S103", what, f"Write degrees from -{most} to {most}, such as 45.5231.{hint}")
            return None
        return value

    def _phone(self, row: Row, text: str) -> str:
        """The number as E.164."""
        if not text or E164_USA.fullmatch(text):
            return text
        import phonenumbers  # 0.2 s, and files that are in order never need it

        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            self._report(row, "phone", "S105", f"{text!r} is no phone number.", "Write for example +15035550123.")
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _check_hours(self, row: Row, text: str) -> None:
        if text and text not in self.known_hours:
            self.known_hours[text] = check_hours(text)
        problem = self.known_hours.get(text)
        if problem:
            what, _, instead = problem.partition(". ")
            self._report(row, "hours", "S104", f"the hours {text!r} cannot be read: {what}.", instead)

    def _check_state(self, row: Row, text: str) -> None:
        if text and not self.places.region(text):
            self._report(row, "state", "S108", f"{text!r} is no state.", "Write its two letters, such as OR.")

    def _zone_and_country(self, row: Row, code: str, lat: float, lon: float) -> tuple[str, str]:
        """The time zone and country of the ZIP code; of the code nearest to the point when none is given."""
        if not code:
            near = self.places.around(lat, lon)
            return near.timezone, near.country
        there = self.places.zip(code)
        if there is None:
            self._report(row, "zip", "S106", f"{code!r} is no ZIP code.", "Write five digits, such as 97201.")
            return "", ""
        away_km = distance_km(lat, lon, there.lat, there.lon)
        if away_km > FAR_KM and there.exact:
            what = f"the point {lat}, {lon} is {away_km:.0f} km from ZIP code {code} ({there.name})."
            near = self.places.around(lat, lon)
            self._report(
                row, "zip", "S107", what, f"Near that point is {near.zip} ({near.name}); or lat and lon are wrong."
            )
        return there.timezone, there.country

    def _report(self, row: Row, name: str, code: str, what: str, instead: str) -> None:
        self.problems.append(Problem(row.place(name), code, what, instead))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|") if word.strip())
