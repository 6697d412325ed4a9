"""The composition root: the only file that knows every part.

``create_app()`` is the web service (gunicorn serves it), ``transcribe`` and ``fetch_recording`` are the jobs of the
worker, ``main()`` the command line. Each part is built, and imported, when it is first asked for: ``ivr check`` needs
no web server.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import click

from ivr.commands import Commands
from ivr.flows import FlowBook, FlowFileError
from ivr.flows.events import Heard
from ivr.ports import Ears, OutsideError, Service
from ivr.settings import ROOT, Settings, SettingsError, read_environment

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from redis import Redis

    from ivr.accounts import Accounts, AuditTrail, Visits
    from ivr.accounts.passwords import Passwords
    from ivr.agents.attendant import Attendant
    from ivr.agents.callback_list import CallbackList
    from ivr.agents.callback_requests import CallbackPage, CallbackRequests
    from ivr.agents.callbacks import Callbacks
    from ivr.agents.controls.rooms import Rooms
    from ivr.agents.listeners import Listener
    from ivr.agents.staffing import Staffing
    from ivr.agents.transfers import Transfers
    from ivr.bookshelf import Bookshelf
    from ivr.channels.carriers.twilio_rest import TwilioRest
    from ivr.channels.media_stream import Streams
    from ivr.channels.phone_line import Gear
    from ivr.publishing import Publisher
    from ivr.records import CallRecordings, Database, FlowVersions, SqlCallRecords
    from ivr.runtime import Runtime
    from ivr.sessions.redis_store import RedisSessions
    from ivr.skillset import SkillMaker
    from ivr.speech import PromptStore
    from ivr.web.alerts import Alerts
    from ivr.web.flows_desk import FlowDesk
    from ivr.web.softphones import Softphones
    from ivr.web.sources import Sources
    from voicemail.fetching import Fetching
    from voicemail.store import Voicemails

log = logging.getLogger(__name__)

WARM_CALLS = 4
WARM_WORDS = "words that no menu has"
"""Understood at every menu before the first caller, so that the vectors of its phrases are made."""
NO_REDIS = "REDIS_URL is not set; './run' starts a Redis of its own"
NOT_BOOTED = 3
"""By this exit code of its worker gunicorn knows that trying again is no use."""
LOOK_AFTER_S = 3.0
"""How often lost transfers are mended; an agent's phone rings four times longer."""


class Parts:
    """The parts of one process, each built when first asked for."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.now = now

    # --- the conversation -------------------------------------------------------------------------------------------

    @cached_property
    def skills(self) -> SkillMaker:
        from ivr.skillset import SkillMaker
        from ivr.speech.word_facts import WordFacts

        words = WordFacts(lambda: self.ears, self._model, local=self.settings.speech == "local")
        return SkillMaker(self.settings, words.can_hear, words.pronounce, words.stand_in)

    @cached_property
    def books(self) -> Bookshelf:
        from ivr.bookshelf import Bookshelf

        return Bookshelf(self.settings.flows, self.versions, self.skills, self.skills.stamp)

    @cached_property
    def versions(self) -> FlowVersions:
        from ivr.records import FlowVersions

        return FlowVersions(self.settings.data / "flows", self._unprepared_database)

    @cached_property
    def publisher(self) -> Publisher:
        from ivr.conversations.rehearsal import rehearse
        from ivr.publishing import Publisher

        calls = self.settings.flows.parent / "calls"
        return Publisher(self.books, self.versions, self.skills, self.now, partial(rehearse, calls), self.audit)

    @cached_property
    def book(self) -> FlowBook:
        """The flow file as it is saved, live or not: for commands. Raises FlowFileError with every mistake."""
        return self.books.draft()[1]

    @property
    def live_book(self) -> FlowBook:
        """What callers hear now. Raises FlowFileError when nothing was ever good."""
        return self.books.current()

    @cached_property
    def runtime(self) -> Runtime:
        from ivr.runtime import Runtime
        from ivr.services import email, http

        send = partial(email.send, self.settings.smtp_url)
        services: dict[str, Service] = {"sms": self._send_text, "http": http.ask, "email": send}
        services["callback"] = lambda args: self.callbacks.asked(args)  # noqa: PLW0108 - not built before somebody asks
        return Runtime(self.sessions, self.records, self.books, self.alerts, self.now, services)

    def chat_runtime(self, book: FlowBook) -> Runtime:
        """A runtime for ``book`` on a private in-memory store, for conversations in the terminal."""
        from ivr.bookshelf import OneBook
        from ivr.records.memory import MemoryRecords
        from ivr.runtime import Runtime
        from ivr.services import http
        from ivr.sessions.memory import MemorySessions

        services: dict[str, Service] = {"sms": _done, "http": http.ask, "email": _done, "callback": _done}
        return Runtime(MemorySessions(), MemoryRecords(), OneBook(book), _tell_nobody, self.now, services)

    def _send_text(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"sid": self.carrier.send_text(str(args["to"]), str(args["from"]), str(args["body"]))}

    # --- sound ------------------------------------------------------------------------------------------------------

    @cached_property
    def ears(self) -> Ears:
        from ivr.speech import VoskEars

        return VoskEars(self._model())

    def _model(self) -> Path:
        """The recogniser's folder. Raises OutsideError when there is none."""
        from ivr.speech.models import find_model

        return find_model(self.settings.vosk_model, self.settings.root, self.settings.data)

    @cached_property
    def prompts(self) -> PromptStore:
        from ivr.speech import PromptStore, Pyttsx3Voice

        return PromptStore(Pyttsx3Voice(), self.settings.data / "prompts", self.settings.root / "prompts")

    @cached_property
    def gear(self) -> Gear:
        """Ears and voice activity are None where they cannot be had: calls then go on by keys."""
        from ivr.channels.phone_line import Gear
        from ivr.speech import SileroActivity

        try:
            self.ears.knows("yes")
            SileroActivity()
        except OutsideError as error:
            log.warning("nothing can be recognised, calls go on by keys: %s", error)
            return Gear(self.prompts, None, None, self.voicemails, self.now)
        return Gear(self.prompts, self.ears, SileroActivity, self.voicemails, self.now)

    # --- live state and records -------------------------------------------------------------------------------------

    @cached_property
    def redis(self) -> Redis:
        from ivr.sessions.connection import connected

        if not self.settings.redis_url:
            raise OutsideError(NO_REDIS, retry=False)
        return connected(self.settings.redis_url)

    @cached_property
    def sessions(self) -> RedisSessions:
        from ivr.sessions.redis_store import RedisSessions

        return RedisSessions(self.redis)

    @cached_property
    def database(self) -> Database:
        from ivr.records import migrate

        migrate(self._unprepared_database.engine)
        return self._unprepared_database

    @cached_property
    def _unprepared_database(self) -> Database:
        """Not connected yet: who checks a flow file needs none."""
        from ivr.records import Database

        return Database(self.settings.database_url)

    @cached_property
    def records(self) -> SqlCallRecords:
        from ivr.records import SqlCallRecords

        return SqlCallRecords(self.database)

    @cached_property
    def alerts(self) -> Alerts:
        from ivr.web.alerts import Alerts

        return Alerts(self.redis)

    @cached_property
    def voicemails(self) -> Voicemails:
        from voicemail.store import Voicemails

        # Redis is asked for only when a message changes: reading messages needs none.
        return Voicemails(
            self.database,
            self.settings.data / "recordings",
            self._enqueue,
            self._alert,
        )

    def _enqueue(self, voicemail_id: str) -> None:
        from voicemail.queue import JobQueue

        JobQueue(self.redis, "app.transcribe")(voicemail_id)

    @cached_property
    def fetching(self) -> Fetching:
        from voicemail.fetching import Fetching
        from voicemail.queue import JobQueue

        enqueue = JobQueue(self.redis, "app.fetch_recording")
        return Fetching(self.redis, self.carrier, self.voicemails, enqueue, self.now)

    @cached_property
    def call_recordings(self) -> CallRecordings:
        from ivr.records import CallRecordings

        return CallRecordings(self.database, self.settings.data / "call-recordings")

    @cached_property
    def fetching_calls(self) -> Fetching:
        from voicemail.fetching import CALLS_KEY, Fetching
        from voicemail.queue import JobQueue

        enqueue = JobQueue(self.redis, "app.fetch_call_recording")
        return Fetching(self.redis, self.carrier, self.call_recordings, enqueue, self.now, CALLS_KEY)

    def _alert(self, topic: str, data: Mapping[str, Any]) -> None:
        self.alerts(topic, data)

    @property
    def recordings(self) -> Voicemails:
        return self.voicemails

    # --- accounts ---------------------------------------------------------------------------------------------------

    @cached_property
    def audit(self) -> AuditTrail:
        from ivr.accounts import AuditTrail

        return AuditTrail(lambda: self.database, self.now)

    @cached_property
    def accounts(self) -> Accounts:
        from ivr.accounts import Accounts

        return Accounts(lambda: self.database, self.now, self.audit, self._passwords)

    @cached_property
    def visits(self) -> Visits:
        from ivr.accounts import Attempts, Visits

        return Visits(lambda: self.database, self.now, self.audit, lambda: Attempts(self.redis), self._passwords)

    @cached_property
    def _passwords(self) -> Passwords:
        from ivr.accounts.passwords import Passwords

        return Passwords()

    # --- people and the carrier -------------------------------------------------------------------------------------

    @cached_property
    def carrier(self) -> TwilioRest:
        from ivr.channels.carriers.twilio_rest import TwilioRest

        return TwilioRest(self.settings.account_sid, self.settings.auth_token, base_url=self.settings.carrier_url)

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
    def callback_requests(self) -> CallbackRequests:
        from ivr.agents.by_flow_file import callback_page_of
        from ivr.agents.callback_requests import CallbackRequests

        def page() -> CallbackPage | None:
            book = self.books.current()
            return callback_page_of(book.company, book.skills.hours.is_open)

        return CallbackRequests(self.redis, page, self.carrier.send_text, self.callbacks, self.now)

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
        from ivr.services import email

        phones = Phones(self.carrier, self.settings.public_url, self._refusal)
        return Attendant(
            self.redis,
            phones,
            self._staffing,
            self.alerts,
            self.now,
            self._history,
            Listeners(self._listeners()),
            SqlAgentStates(lambda: self.database),
            partial(email.send, self.settings.smtp_url),
        )

    def _listeners(self) -> list[Listener]:
        """Programs outside that are told of every transfer, if there are any."""
        from ivr.agents.context import data_of, parameters
        from ivr.channels.carriers.twilio_tasks import ATTRIBUTES_BYTES, TwilioTasks
        from ivr.services import webhook

        found: list[Listener] = []
        url, secret = self.settings.context_webhook, self.settings.secret_key
        if url:
            found.append(lambda context: webhook.post(url, secret, data_of(context)))
        if self.settings.task_workflow:
            tasks = TwilioTasks(self.carrier, self.settings.task_workspace, self.settings.task_workflow)
            found.append(lambda context: log.info("task %s", tasks.create(parameters(context, ATTRIBUTES_BYTES))))
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
        histories = Histories(SqlCallers(database), SqlNotes(database), MessageReader(self.voicemails).list)
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
        )

    def _refusal(self, number: str) -> str:
        """Why a number outside may not be dialled; empty when it may."""
        from ivr.agents.outside import countries_of, refusal

        company = self.books.current().company
        countries = company.outside_countries or countries_of(company.lines, company.language)
        return refusal(number, countries)

    def _skills_of(self, queue: str) -> Sequence[str]:
        """What agents of a queue can do; nothing when the flow file knows no such queue."""
        found = self.books.current().company.queues.get(queue)
        return (found.skills or (queue,)) if found else ()

    # --- the web service --------------------------------------------------------------------------------------------

    def web(self) -> Flask:
        """The Flask application."""
        from flask import Flask

        from ivr.agents.called import Called
        from ivr.channels.agent_legs import agent_legs
        from ivr.channels.callback_legs import callback_legs
        from ivr.channels.carriers.twilio import Urls
        from ivr.channels.guard import signature_guard
        from ivr.channels.media_stream import Streams
        from ivr.channels.room_legs import room_legs
        from ivr.channels.web_socket import web_socket
        from ivr.channels.webhooks import Webhooks, webhooks
        from ivr.web.access import Access
        from ivr.web.accounts import add_accounts
        from ivr.web.callback_page import add_callback_page
        from ivr.web.callbacks_api import add_callbacks
        from ivr.web.controls_api import add_controls
        from ivr.web.flows import add_flows
        from ivr.web.phone import add_phone
        from ivr.web.site import add_site

        app = Flask("ringdown", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
        app.before_request(signature_guard(self.settings.auth_token.split(","), self.settings.public_url))
        streams = Streams(self.runtime, self.books, self.gear, instead=self._instead, measured=_log_measure)
        hooks = Webhooks(
            self.runtime,
            self.transfers,
            self._note_recording,
            self.prompts,
            Urls(self.settings.public_url),
            lambda: self._mode(streams),
            self._instead if self.settings.speech == "local" else "",
        )
        app.register_blueprint(webhooks(hooks))
        app.register_blueprint(
            callback_legs(Called(self.attendant, self.callbacks), self.settings.public_url, self._company)
        )
        app.register_blueprint(agent_legs(self.transfers, self.settings.public_url, self.rooms))
        app.register_blueprint(room_legs(self.rooms, self._note_call_recording))
        web_socket(app, "/voice/stream", streams.serve)
        access = Access(
            self.settings.public_url,
            self.settings.secret_key,
            self.settings.pages_token,
            self.accounts,
            self.visits,
            self.settings.program_token,
        )
        add_site(app, self._sources(), access, {"redis": self.redis.ping, "flows": self.books.current})
        add_flows(app, self._flow_desk(), access)
        add_controls(app, self.rooms, access)
        add_accounts(app, access, self.accounts, self.visits, self.audit)
        add_callbacks(app, self.callback_list, access, self.audit)
        add_callback_page(app, self.callback_requests, access, self._company, self.now)
        add_phone(app, self._sources(), self.softphones, self._lines, access)
        return app

    @property
    def softphones(self) -> Softphones:
        """Telephones in pages: only the exchange in a box has them."""
        from ivr.web.softphones import Softphones

        exchange_url = self.settings.carrier_url if self.settings.uses_local_exchange else ""
        return Softphones(exchange_url, self.settings.auth_token)

    def _lines(self) -> Mapping[str, str]:
        return self.books.current().company.lines

    def _flow_desk(self) -> FlowDesk:
        from ivr.channels.text import TextCall
        from ivr.web.flows_desk import FlowDesk
        from ivr.web.flows_draft import DraftFile

        return FlowDesk(
            self.settings.flows,
            DraftFile(self.settings.data / "flows" / "draft.yaml"),
            self.publisher,
            self.books,
            self.records,
            self.sessions,
            self.alerts,
            self.alerts.latest,
            TextCall,
        )

    def _note_recording(self, call_id: str, mailbox: str, url: str) -> None:
        """A call is known from its beginning, so it is known who left the message, however late this comes."""
        record = self.records.call(call_id) or {}
        self.fetching.note(call_id, mailbox, str(record.get("caller", "")), url)

    def _note_call_recording(self, call_id: str, url: str) -> None:
        self.fetching_calls.note(call_id, "", "", url)

    def _mode(self, streams: Streams) -> str:
        """How a call that begins now is heard."""
        if self.settings.speech != "local":
            return self.settings.speech
        return self._instead if streams.full or self.gear.ears is None else "stream"

    @property
    def _instead(self) -> str:
        """How a call goes on that we cannot hear: an account's carrier has ears of its own."""
        return "keys" if self.settings.uses_local_exchange else "carrier"

    def _sources(self) -> Sources:
        from ivr.agents.staff import Staff
        from ivr.records import SqlNotes
        from ivr.web.flows import LINK
        from ivr.web.phone import LINK as PHONE_LINK
        from ivr.web.sources import Sources
        from voicemail.reader import MessageReader

        return Sources(
            self.sessions,
            self.records,
            self.transfers,
            MessageReader(self.voicemails),
            lambda: self._staffing().agents,
            Staff(self.attendant),
            self.alerts,
            self._company,
            (PHONE_LINK, LINK),
            notes=SqlNotes(self.database),
            callbacks=self.callback_list,
            rooms=self.rooms,
            recordings=self.call_recordings,
            softphones=self.softphones,
            books=self.books,
        )

    def _company(self) -> str:
        """The company's name; the pages must work while there is no good flow file, to mend it."""
        try:
            return self.books.current().company.company
        except FlowFileError:
            return "Ringdown"

    def warm_up(self) -> None:
        """Do now what the first callers would otherwise wait for."""
        from ivr.speech import SileroActivity

        networks = [SileroActivity() for _ in range(WARM_CALLS)] if self.gear.ears else []
        del networks  # they go back to the pool that calls take them from
        book = self.books.current()
        for flow in book.flows:
            book.skills.understand(Heard(0.0, WARM_WORDS), (*book.menu(flow), *book.company.commands))
        for prompt in book.static_prompts():
            try:
                self.prompts.audio(prompt)
            except OutsideError as error:
                log.warning("no sound for %r: %s", prompt.text, error)
                return

    def look_after(self) -> None:
        """Mend transfers that lost a process or a message, for as long as this process lives."""
        while True:
            time.sleep(LOOK_AFTER_S)
            try:
                self.transfers.look_after()
                self.rooms.look_after()
            except OutsideError as error:
                log.warning("looking after transfers failed: %s", error)
            except Exception:  # the operator is told; the next round tries again
                log.exception("looking after transfers failed")

    def maintain(self) -> None:
        """What the worker does every minute."""
        from voicemail.recovery import recover

        live = set(self.sessions.live())
        recover(self.voicemails, live.__contains__)
        self.fetching.enqueue_due()
        self.fetching_calls.enqueue_due()


def _done(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Nothing is sent from a conversation in the terminal."""
    del args
    return {}


def _tell_nobody(topic: str, data: Mapping[str, Any]) -> None:
    del topic, data


def _log_measure(name: str, value: float) -> None:
    log.info("measure %s %.4f", name, value)


# --- entry points ---------------------------------------------------------------------------------------------------


@cache
def parts() -> Parts:
    """The parts of this process, set up from its environment."""
    environment, _ = read_environment(ROOT)
    return Parts(Settings.from_env(environment, ROOT))


def _log_to_stdout() -> None:
    """One line an event; the supervisor or the platform keeps them."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stdout)
    for chatty in ("twilio.http_client", "rq.worker", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _tell_mistakes(error: FlowFileError) -> None:
    count = len(error.problems)
    click.echo(f"{count} mistake{'s' if count != 1 else ''} in the flow file\n{error}", err=True)


def _told(error: OutsideError) -> str:
    return f"{error}{' (Trying again may help.)' if error.retry else ''}"


def create_app() -> Flask:
    """The web service of this process. It does not begin with a flow file that has never been good."""
    _log_to_stdout()
    try:
        parts().books.current()
        app = parts().web()
    except FlowFileError as error:
        _tell_mistakes(error)
        sys.exit(NOT_BOOTED)
    except OutsideError as error:
        click.echo(_told(error), err=True)
        sys.exit(NOT_BOOTED)
    threading.Thread(target=parts().warm_up, name="warm up", daemon=True).start()
    threading.Thread(target=parts().look_after, name="look after transfers", daemon=True).start()
    return app


def transcribe(voicemail_id: str) -> None:
    """The worker's job: write down one message."""
    from voicemail.jobs import transcribe as transcribe_message

    transcribe_message(voicemail_id, parts().voicemails, parts().ears)


def fetch_recording(recording_id: str) -> None:
    """The worker's job: fetch a message that the carrier recorded."""
    parts().fetching.fetch(recording_id)


def fetch_call_recording(recording_id: str) -> None:
    """The worker's job: fetch what an agent recorded of a call."""
    parts().fetching_calls.fetch(recording_id)


@click.command()
@click.option("--burst", is_flag=True, help="Stop when there is nothing left to do.")
@click.pass_obj
def worker(own: Parts, burst: bool) -> None:
    """Write down messages, and look after what others left unfinished."""
    from ivr.sessions.connection import connected, must_answer
    from voicemail.worker import run_worker

    _log_to_stdout()
    if not own.settings.redis_url:
        raise OutsideError(NO_REDIS, retry=False)
    must_answer(own.settings.redis_url)
    run_worker(connected(own.settings.redis_url), own.maintain, burst=burst)


@click.group(
    cls=Commands,
    more={"voicemail": "voicemail.commands:voicemail"},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option("0.1.0", prog_name="ringdown")
@click.pass_context
def ivr(context: click.Context) -> None:
    """Ringdown answers the phone, understands what callers say, and does the job."""
    context.obj = parts()


ivr.add_command(worker)


def main() -> None:
    """The command line."""
    # Jobs are named "app.transcribe" and so on: in this process that is this very module.
    sys.modules.setdefault("app", sys.modules[__name__])
    try:
        ivr(prog_name="ivr")
    except FlowFileError as error:
        _tell_mistakes(error)
        sys.exit(1)
    except OutsideError as error:
        click.echo(_told(error), err=True)
        sys.exit(1)
    except SettingsError as error:
        click.echo(f"{error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
