"""Where pages and API get what they show. All but ``staff`` and ``notes`` is only read."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ivr.agents.directory import Agent
from ivr.agents.staff import Staff
from ivr.flows import FlowBook
from ivr.outbox import Counts
from ivr.ports import CallRecords, Sessions
from ivr.records.call_recordings import CallRecordings
from ivr.records.notes import SqlNotes
from ivr.records.texts import SqlTexts
from ivr.records.traffic import Exchanged
from ivr.storage import Space
from ivr.web.alerts import Alerts
from ivr.web.softphones import AgentPhones


class VoicemailReader(Protocol):
    """Voicemails as JSON-able data, for pages about something else; the inbox itself is ``ivr.inbox``.

    Each has at least ``id, call_id, mailbox, caller, at_s, state, duration_s, text`` (the transcript; empty until
    there is one) and may have ``words, confidence, reason``.
    """

    def list(
        self, limit: int, caller: str = "", mailboxes: Collection[str] | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """The newest first; of one ``caller`` where one is given, and of these ``mailboxes`` (None: all)."""
        ...

    def of_call(self, call_id: str, mailboxes: Collection[str] | None = None) -> Sequence[Mapping[str, Any]]:
        """What was left in a call."""
        ...


class TransferReader(Protocol):
    """Transfers as JSON-able data (see ``ivr.agents.transfers``)."""

    def context(self, transfer_id: str) -> Mapping[str, Any] | None: ...

    def waiting(self) -> list[Mapping[str, Any]]: ...

    def of_call(self, call_id: str) -> list[Mapping[str, Any]]: ...


class RoomReader(Protocol):
    """Who is in the room of a call (see ``ivr.agents.controls``)."""

    def shown(self, call_id: str) -> Mapping[str, Any] | None: ...


class CallbackReader(Protocol):
    """Who is to be called back (see ``ivr.agents.callback_list``)."""

    def open(self) -> list[Mapping[str, Any]]: ...


class BookReader(Protocol):
    """The flow file in the versions that calls ran on."""

    def version(self, version: str) -> FlowBook:
        """That version, or another one when it is gone.

        Raises:
            FlowFileError: when there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything the pages read. ``links`` are pages of other parts to be found in the menu: (path, name).

    What is None is not to be had here, and pages show no sign of it.
    """

    sessions: Sessions
    records: CallRecords
    transfers: TransferReader
    voicemails: VoicemailReader
    agents: Callable[[], Sequence[Agent]]
    staff: Staff
    alerts: Alerts
    company: Callable[[], str] = field(default=lambda: "Ringdown")
    links: tuple[tuple[str, str], ...] = ()
    notes: SqlNotes | None = None
    callbacks: CallbackReader | None = None
    rooms: RoomReader | None = None
    recordings: CallRecordings | None = None
    softphones: AgentPhones | None = None
    books: BookReader | None = None
    outbox: Callable[[], Counts] | None = None
    space: Callable[[], Space] | None = None
    traffic: Callable[[str], Sequence[Exchanged]] | None = None
    texts: SqlTexts | None = None
    now: Callable[[], float] = time.time
