"""Calls as they go on, and the agents they go on to."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ivr.flows import FlowBook
from ivr.ports import OutsideError, Service
from ivr.wiring.keeping import Keeping

if TYPE_CHECKING:
    from ivr.agents.attendant import Attendant
    from ivr.agents.callback_list import CallbackList
    from ivr.agents.callback_requests import CallbackPage, CallbackRequests
    from ivr.agents.callbacks import Callbacks
    from ivr.agents.called import Called
    from ivr.agents.controls.rooms import Rooms
    from ivr.agents.listeners import Form
    from ivr.agents.staffing import Staffing
    from ivr.agents.transfers import Transfers
    from ivr.channels.roll_call import RollCall
    from ivr.runtime import Runtime
    from voicemail.by_phone import ByPhone

log = logging.getLogger(__name__)


class People(Keeping):
    """The runtime of calls, queues, callbacks and rooms."""

    @cached_property
    def runtime(self) -> Runtime:
        from ivr.runtime import Runtime
        from ivr.services import http

        services: dict[str, Service] = {"sms": self.send_text, "http": http.ask, "email": self.send_email}
        services |= {"ticket": self.tickets.opened}
        services["callback"] = lambda args: self.callbacks.asked(args)  # noqa: PLW0108 - not built before somebody asks
        services["greeting"] = lambda args: self.by_phone.greeting(args)  # noqa: PLW0108 - likewise
        services["message"] = lambda args: self.by_phone.message(args)  # noqa: PLW0108 - likewise
        services["mailbox"] = lambda args: self.by_phone.mailbox(args)  # noqa: PLW0108 - likewise
        return Runtime(self.sessions, self.records, self.books, self.alerts, self.now, services)

    @cached_property
    def by_phone(self) -> ByPhone:
        from zoneinfo import ZoneInfo

        from voicemail.by_phone import ByPhone
        from voicemail.marks import Marks

        return ByPhone(
            self.boxes,
            Marks(self.database),
            self.sounds,
            self.inbox,
            lambda: self.books.current().company.mailboxes,
            lambda: ZoneInfo(self.books.current().company.timezone),
            self._refusal,
            self.audit,
            self.now,
        )

    def chat_runtime(self, book: FlowBook) -> Runtime:
        """A runtime for ``book`` on a private in-memory store, for conversations in the terminal."""
        from ivr.bookshelf import OneBook
        from ivr.records.memory import MemoryRecords
        from ivr.runtime import Runtime
        from ivr.services import http
        from ivr.sessions.memory import MemorySessions

        services: dict[str, Service] = {"sms": _done, "http": http.ask, "email": _done, "callback": _done}
        services |= {"greeting": _done, "message": _done, "mailbox": _opened}
        services |= {"ticket": lambda args: {"number": 1001}}
        return Runtime(MemorySessions(), MemoryRecords(), OneBook(book), _tell_nobody, self.now, services)

    @cached_property
    def transfers(self) -> Transfers:
        from ivr.agents.directory import found
        from ivr.agents.transfers import Transfers

        return Transfers(self.attendant, lambda to: found(self._staffing().agents, to), self.callbacks)

    @cached_property
    def callbacks(self) -> Callbacks:
        from ivr.agents.callbacks import Callbacks
        from ivr.records.callbacks import SqlCallbacks

        return Callbacks(self.attendant, SqlCallbacks(lambda: self.database))

    @cached_property
    def called(self) -> Called:
        from ivr.agents.called import Called

        return Called(self.attendant, self.callbacks)

    @cached_property
    def roll_call(self) -> RollCall:
        from ivr.channels.roll_call import RollCall

        return RollCall(self.redis, self.runtime, self.transfers, self.called, self.carrier, self.now)

    @cached_property
    def callback_requests(self) -> CallbackRequests:
        from ivr.agents.by_flow_file import callback_page_of
        from ivr.agents.callback_requests import CallbackRequests

        def page() -> CallbackPage | None:
            book = self.books.current()
            return callback_page_of(book.company, book.skills.hours.is_open)

        return CallbackRequests(self.redis, page, self.texts.send, self.callbacks, self.now)

    @cached_property
    def callback_list(self) -> CallbackList:
        from ivr.agents.callback_list import CallbackList

        return CallbackList(self.attendant, self.callbacks)

    @cached_property
    def attendant(self) -> Attendant:
        from ivr.agents.attendant import Attendant
        from ivr.agents.listeners import Listeners
        from ivr.agents.phones import Phones
        from ivr.records.agent_states import SqlAgentStates

        phones = Phones(self.carrier, self.settings.public_url, self._refusal)
        return Attendant(
            self.redis,
            phones,
            self._staffing,
            self.alerts,
            self.now,
            self._history,
            Listeners(self.outbox, self._forms()),
            SqlAgentStates(lambda: self.database),
            self.outbox,
            self.copies,
        )

    def _forms(self) -> Mapping[str, Form]:
        """Programs outside that are told of every transfer, if there are any."""
        from ivr.agents.context import data_of, parameters
        from ivr.channels.carriers.twilio_tasks import ATTRIBUTES_BYTES

        found: dict[str, Form] = {}
        if self.settings.context_webhook:
            found["webhook"] = data_of
        if self.settings.task_workflow:
            found["task"] = lambda context: parameters(context, ATTRIBUTES_BYTES)
        return found

    def _history(self, number: str, call_id: str, at_s: float) -> Mapping[str, Any]:
        """What came from a number before; the database is connected when somebody asks."""
        from ivr.agents.history import Histories, no_history
        from ivr.records import SqlCallers, SqlNotes
        from voicemail.reader import MessageReader

        try:
            database = self.database
        except OutsideError:
            return no_history()
        messages = MessageReader(self.voicemails).list
        histories = Histories(SqlCallers(database), SqlNotes(database), messages, self.tickets.latest)
        return histories(number, call_id, at_s)

    def _staffing(self) -> Staffing:
        """Agents and queues by the flow file as it is now."""
        from ivr.agents.by_flow_file import staffing_of

        book = self.books.current()
        return staffing_of(book.company, lambda hours: book.skills.hours.is_open(hours, self.now()))

    @cached_property
    def rooms(self) -> Rooms:
        from ivr.agents.controls.rooms import Rooms
        from ivr.agents.controls.targets import Targets
        from ivr.channels.carriers.twilio_rooms import TwilioRooms

        return Rooms(
            self.redis,
            self.attendant,
            self.carrier,
            TwilioRooms(self.carrier),
            Targets(lambda: self._staffing().agents, self._skills_of, self._refusal),
            self.runtime.pass_on,
            self.settings.public_url,
            self.alerts,
            self.now,
            self.copies,
        )

    def _refusal(self, number: str) -> str:
        """Why a number outside may not be dialled; empty when it may."""
        from ivr.flows.outside import refused_by

        return refused_by(self.books.current().company, number)

    def _skills_of(self, queue: str) -> Sequence[str]:
        """What agents of a queue can do; nothing when the flow file knows no such queue."""
        found = self.books.current().company.queues.get(queue)
        return (found.skills or (queue,)) if found else ()


def _done(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Nothing is sent from a conversation in the terminal."""
    del args
    return {}


def _opened(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """In the terminal every PIN opens a mailbox, which is empty."""
    return {"open": "yes", "mailbox": args.get("mailbox", ""), "messages": []}


def _tell_nobody(topic: str, data: Mapping[str, Any]) -> None:
    del topic, data
