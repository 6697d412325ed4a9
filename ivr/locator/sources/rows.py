"""Checks what any source says of its stores: all mistakes at once, each at its field."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ivr.flows.problems import Place, Problem
from ivr.locator.great_circle import distance_km
from ivr.locator.opening_times import check_hours
from ivr.locator.places import Places
from ivr.locator.states import STATES
from ivr.locator.store import NEEDED, Stock, Store

FAR_KM = 100.0
"""A store farther than this from the middle of its ZIP code has one of the two wrong: the widest codes reach there."""

E164_USA = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one store as text, and where each is written."""

    fields: Mapping[str, str]
    place: Callable[[str], Place]


@dataclass(slots=True)
class Checking:
    """Turns rows into stores, collecting what is wrong."""

    places: Places
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)
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
                self._report(row, name, "S101", f"this store has no {name}.", f"Write one in the column {name}.")
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
        timezone = self._timezone(row, text.get("zip", ""), lat, lon)
        if any(problem.severity == "error" for problem in self.problems[before:]):
            return None
        return Store(
            id=text["id"],
            name=text["name"],
            lat=lat,
            lon=lon,
            address=text.get("address", ""),
            city=text.get("city", ""),
            state=text.get("state", "").upper(),
            zip=text.get("zip", ""),
            phone=phone,
            hours=text.get("hours", ""),
            services=tuple(word.strip() for word in text.get("services", "").split("|") if word.strip()),
            timezone=timezone,
        )

    def _check_id(self, row: Row, given: str) -> None:
        if given in self.seen:
            what = f"the id {given!r} is taken by the store at {self.seen[given]}."
            self._report(row, "id", "S102", what, "Every store needs an id of its own.")
        elif given:
            self.seen[given] = row.place("id")

    def _degrees(self, row: Row, name: str, text: str, most: int) -> float | None:
        if not text:
            return None  # reported as missing
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= most:
            what = f"{name} {text!r} is no {'latitude' if name == 'lat' else 'longitude'}."
            self._report(row, name, "S103", what, f"Write degrees from -{most} to {most}, such as 45.5231.")
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
        if text and text.upper() not in STATES:
            self._report(row, "state", "S108", f"{text!r} is no state.", "Write its two letters, such as OR.")

    def _timezone(self, row: Row, code: str, lat: float, lon: float) -> str:
        """The time zone of the ZIP code; of the code nearest to the point when none is given."""
        if not code:
            return self.places.around(lat, lon).timezone
        there = self.places.zip(code)
        if there is None:
            self._report(row, "zip", "S106", f"{code!r} is no ZIP code.", "Write five digits, such as 97201.")
            return ""
        away_km = distance_km(lat, lon, there.lat, there.lon)
        if away_km > FAR_KM and there.exact:
            what = f"the point {lat}, {lon} is {away_km:.0f} km from ZIP code {code} ({there.name})."
            near = self.places.around(lat, lon)
            self._report(
                row, "zip", "S107", what, f"Near that point is {near.zip} ({near.name}); or lat and lon are wrong."
            )
        return there.timezone

    def _report(self, row: Row, name: str, code: str, what: str, instead: str) -> None:
        self.problems.append(Problem(row.place(name), code, what, instead))
