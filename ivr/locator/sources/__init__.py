"""Where stores come from: one file a kind. A new kind is a file here and a line in the table."""

from __future__ import annotations

from pathlib import Path

from ivr.locator.places import Places
from ivr.locator.sources.canned import Canned
from ivr.locator.sources.csv_file import CsvFile
from ivr.locator.sources.feed import Feed
from ivr.locator.sources.geojson_file import GeoJsonFile
from ivr.locator.sources.json_folder import JsonFolder
from ivr.locator.store import StoreSource

SOURCES = {"csv": CsvFile, "geojson": GeoJsonFile, "folder": JsonFolder, "feed": Feed, "canned": Canned}
"""Every kind of source by its name."""

GEOJSON = (".geojson", ".json")


def source_at(path: Path, places: Places, shown: str = "") -> StoreSource:
    """The source that lies at ``path``: a folder of JSON, a GeoJSON file by its name, else a CSV file."""
    if path.is_dir():
        return JsonFolder(path, places, shown)
    return (GeoJsonFile if path.suffix.lower() in GEOJSON else CsvFile)(path, places, shown)
