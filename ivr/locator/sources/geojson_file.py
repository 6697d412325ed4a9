"""Stores from a GeoJSON file (RFC 7946): a feature each, its point the store's, its properties the other fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ivr.flows.problems import Problem
from ivr.locator.sources.json_rows import Written
from ivr.locator.sources.rows import OnDisk
from ivr.locator.sources.written import NoStoresError, text_of
from ivr.locator.store import Row

SAVE_AS = 'GeoJSON: {"type": "FeatureCollection", "features": [...]}'


@dataclass(frozen=True, slots=True)
class GeoJsonFile(OnDisk):
    """A file that is a ``FeatureCollection``."""

    def _rows(self, problems: list[Problem]) -> Iterator[Row]:
        name = self._name
        written = Written.of(text_of(self.path, name, SAVE_AS), name)
        at = written.key("features") if written.text.lstrip()[0] == "{" else -1
        if at < 0 or written.text[at] != "[":
            raise NoStoresError(name, "this is no collection of features.", f"Save it as {SAVE_AS}.")
        for feature, start, end in written.items(at):
            fields, wrong = _fields(feature)
            if wrong:
                instead = 'Write  "geometry": {"type": "Point", "coordinates": [LON, LAT]}.'
                problems.append(Problem(written.place(start), "S112", wrong, instead))
            else:
                yield written.row(fields, start, end)


def _fields(feature: Any) -> tuple[dict[str, Any], str]:
    """The fields of a feature, or what is wrong with it as a whole."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return {}, "this feature has no properties."
    geometry = feature.get("geometry")
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    fields = dict(feature["properties"])
    if "id" not in fields and feature.get("id") is not None:
        fields["id"] = feature["id"]
    if geometry is None:
        return fields, ""  # told as missing coordinates, and can be mended from the ZIP code
    if geometry.get("type") != "Point" if isinstance(geometry, dict) else True:
        return {}, "this feature is no point."
    if not isinstance(point, list) or len(point) < 2:
        return {}, "this point has no two coordinates."
    return {**fields, "lon": point[0], "lat": point[1]}, ""
