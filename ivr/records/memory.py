"""Call records in this process only: for conversations in the terminal and for conversation tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ivr.flows.call import Call
from ivr.flows.events import Event, event_to_json
from ivr.records.secrets import mask_secrets


class MemoryRecords:
    """The twin of the SQL records, without their secrets like them."""

    def __init__(self) -> None:
        self._records: dict[str, Mapping[str, Any]] = {}

    def save_call(self, call: Call, events: Sequence[Event]) -> None:
        call, events = mask_secrets(call, events)
        self._records[call.id] = {**asdict(call), "events": [event_to_json(event) for event in events]}

    def call(self, call_id: str) -> Mapping[str, Any] | None:
        return self._records.get(call_id)

    def calls(self, limit: int = 50) -> list[Mapping[str, Any]]:
        return list(reversed(self._records.values()))[:limit]
