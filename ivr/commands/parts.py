"""What the commands need from the composition root; ``ivr/wiring`` provides it. One line per part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from ivr.flows.book import FlowBook
from ivr.flows.loader import MakeSkills
from ivr.ports import CarrierNumbers, Ears, Prompts, Recordings, Sessions
from ivr.runtime import Runtime
from ivr.settings import Settings

if TYPE_CHECKING:  # they bring the database along, which most commands do without
    from ivr.accounts import Accounts, AuditTrail
    from ivr.agents.callback_list import CallbackList
    from ivr.erasing import Found
    from ivr.outbox import Outbox
    from ivr.publishing import Publisher
    from ivr.records import FlowVersions
    from ivr.records.holds import SqlHolds
    from ivr.records.texts import SqlTexts
    from ivr.records.tickets import SqlTickets
    from ivr.replay.past import PastCalls


class Parts(Protocol):
    """The parts of one process, each built when first asked for."""

    @property
    def settings(self) -> Settings: ...

    @property
    def book(self) -> FlowBook:
        """The flow file as it is saved, live or not. Raises FlowFileError with every mistake."""
        ...

    @property
    def live_book(self) -> FlowBook:
        """What callers hear now: the published version, or the file while nothing is published."""
        ...

    @property
    def skills(self) -> MakeSkills: ...

    @property
    def ears(self) -> Ears: ...

    @property
    def prompts(self) -> Prompts: ...

    @property
    def records(self) -> PastCalls: ...

    @property
    def versions(self) -> FlowVersions: ...

    @property
    def publisher(self) -> Publisher: ...

    @property
    def recordings(self) -> Recordings: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def audit(self) -> AuditTrail: ...

    @property
    def tickets(self) -> SqlTickets: ...

    @property
    def callback_list(self) -> CallbackList: ...

    @property
    def numbers(self) -> CarrierNumbers: ...

    @property
    def sql_texts(self) -> SqlTexts: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def holds(self) -> SqlHolds: ...

    @property
    def now(self) -> Callable[[], float]: ...

    def erase(self, number: str, *, really: bool) -> Found:
        """Forget a caller everywhere; or only say what there is of them."""
        ...

    def chat_runtime(self, book: FlowBook) -> Runtime:
        """A runtime for ``book`` on a private in-memory store, for conversations in the terminal."""
        ...
