"""What came of a call, once it is over."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.calling.clients import Json, Service
from ivr.calling.transcript import CALLER, IVR
from ivr.calling.watch import Watch

TRANSCRIBED_S = 20.0
"""How long the transcription of a message may take: some seconds of sound, and the worker's pace."""

POLL_S = 0.1

LEFT = "left a message"
"""The outcome of a call that was hung up in the middle of a message: it is kept, but the conversation does not know."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failure`` says why the call was no proper call; empty when it was."""

    failure: str
    outcome: str
    path: list[str]
    values: Mapping[str, Any]
    store: Mapping[str, Any]
    voicemails: list[Json]


def outcome_of(watch: Watch) -> Outcome:
    """Ask both sides; waits for the transcription of messages."""
    record = watch.record
    outcome, values = str(record.get("outcome") or ""), dict(record.get("variables") or {})
    store = values.get("store")
    return Outcome(
        failure=_failure(watch),
        outcome=outcome,
        path=[str(flow) for flow in record.get("path") or ()],
        values=values,
        store=store if isinstance(store, Mapping) else {},
        voicemails=voicemails_of(watch.service, watch.sid) if "voicemail" in values or outcome == LEFT else [],
    )


def _failure(watch: Watch) -> str:
    if watch.status != "completed":
        return f"the exchange says {watch.status or 'nothing'}"
    if not watch.record:
        return "the service knows nothing of it"
    before_end = [entry for entry in watch.entries if entry.who == CALLER or entry.who == IVR][:-1]
    # Trouble after which the call went on (a stream that broke and was taken up again) is no failure.
    return before_end[-1].text if before_end and before_end[-1].kind == "trouble" else ""


def voicemails_of(service: Service, sid: str) -> list[Json]:
    """The messages left in a call, when all have been written down or it takes too long."""
    deadline_s = time.monotonic() + TRANSCRIBED_S
    while True:
        found = service.voicemails(sid)
        if all(one["state"] not in {"recording", "recorded", "transcribing"} for one in found):
            return found
        if time.monotonic() > deadline_s:
            return found
        time.sleep(POLL_S)
