"""Where stores come from: one file a kind. A new kind is a file here and a line in the table."""

from __future__ import annotations

from ivr.locator.sources.canned import Canned
from ivr.locator.sources.csv_file import CsvFile

SOURCES = {"csv": CsvFile, "canned": Canned}
"""Every kind of source by its name in the flow file (``stores: {file: stores.csv}`` is a ``csv``)."""
