"""The web service: the carrier's webhooks and streams, and the pages for people."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ivr.flows import FlowFileError
from ivr.supervisor.patient_threads import DRAINING
from ivr.wiring.people import People

if TYPE_CHECKING:
    from flask import Flask

    from ivr.channels.media_stream import Streams
    from ivr.channels.traffic import Traffic
    from ivr.storage import Space
    from ivr.web.flows_desk import FlowDesk
    from ivr.web.mailroom import Mailroom
    from ivr.web.metrics import Gauges, Metrics
    from ivr.web.softphones import AgentPhones, Softphones
    from ivr.web.sources import Sources
    from ivr.web.stores_desk import StoreDesk

BRIEF = 200
"""Of a transcript so much goes along to who calls back."""

log = logging.getLogger(__name__)


class Site(People):
    """What one web process serves."""

    def web(self) -> Flask:
        """The Flask application."""
        from flask import Flask

        from ivr.channels.agent_legs import agent_legs
        from ivr.channels.callback_legs import callback_legs
        from ivr.channels.carrier_forms import FormRequest
        from ivr.channels.carrier_notices import CarrierNotices, carrier_notices
        from ivr.channels.carriers.twilio import Urls
        from ivr.channels.guard import signature_guard
        from ivr.channels.media_stream import Streams
        from ivr.channels.room_legs import room_legs
        from ivr.channels.texts import TextHooks, text_hooks
        from ivr.channels.voice_routes import voice_routes
        from ivr.channels.web_socket import web_socket
        from ivr.channels.webhooks import Webhooks
        from ivr.web.access import Access
        from ivr.web.accounts import add_accounts
        from ivr.web.callback_page import add_callback_page
        from ivr.web.callbacks_api import add_callbacks
        from ivr.web.controls_api import add_controls
        from ivr.web.flows import add_flows
        from ivr.web.metrics import add_metrics
        from ivr.web.openapi import add_openapi
        from ivr.web.phone import add_phone
        from ivr.web.site import add_site
        from ivr.web.stores import add_stores
        from ivr.web.voicemail import add_voicemail

        app = Flask("ringdown", static_folder=None)
        app.request_class = FormRequest
        app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
        self.metrics.watch(app)
        self.traffic.watch(app)
        app.before_request(signature_guard(self.settings.auth_token.split(","), self.settings.public_url))
        streams = Streams(
            self.runtime,
            self.books,
            self.gear,
            instead=self._instead,
            measured=_measured(self.metrics),
            told=self.traffic.streamed,
        )
        hooks = Webhooks(
            self.runtime,
            self.transfers,
            self._note_recording,
            self.prompts,
            Urls(self.settings.public_url),
            lambda: self._mode(streams),
            self._instead if self.settings.speech == "local" else "",
            self.caps.admits_call,
            streams.draining,
        )
        app.extensions[DRAINING] = streams.draining
        app.register_blueprint(voice_routes(hooks))
        app.register_blueprint(carrier_notices(CarrierNotices(self.traffic.streamed, self.metrics.noticed)))
        app.register_blueprint(callback_legs(self.called, self.settings.public_url, self._company))
        app.register_blueprint(agent_legs(self.transfers, self.settings.public_url, self.rooms))
        app.register_blueprint(room_legs(self.rooms, self._note_call_recording))
        app.register_blueprint(
            text_hooks(TextHooks(self.texts, self._company, confirms=not self.settings.uses_local_exchange))
        )
        web_socket(app, "/voice/stream", streams.serve)
        access = Access(
            self.settings.public_url,
            self.settings.secret_key,
            self.settings.pages_token,
            self.accounts,
            self.visits,
            self.settings.program_token,
        )
        checks = {"calls": self.sessions.check, "flows": self.books.current, "draining": streams.draining.check}
        add_site(app, self._sources(), access, checks, {"redis": lambda: {"away": self.sessions.away}})
        add_metrics(app, self.metrics, access)
        add_flows(app, self._flow_desk(), access)
        add_stores(app, self._store_desk(), access, self.audit, self.now, self.alerts, self.alerts.latest)
        add_controls(app, self.rooms, access)
        add_accounts(app, access, self.accounts, self.visits, self.audit)
        add_callbacks(app, self.callback_list, access, self.audit)
        add_callback_page(app, self.callback_requests, access, self._company, self.now)
        add_voicemail(app, self._mailroom(), access)
        add_openapi(app, access)
        add_phone(app, self._sources(), self.softphones, self._lines, access)
        return app

    @cached_property
    def traffic(self) -> Traffic:
        """What the carrier and this process tell each other."""
        from ivr.channels.tracing import spans_of
        from ivr.channels.traffic import Traffic
        from ivr.logs import cleaner

        spans = spans_of(os.environ)
        return Traffic(self.traffic_kept.add, cleaner(self.settings), self.now, spans.add if spans else None)

    @property
    def softphones(self) -> Softphones:
        """Telephones in pages: only the exchange in a box has them."""
        from ivr.web.softphones import Softphones

        exchange_url = self.settings.carrier_url if self.settings.uses_local_exchange else ""
        return Softphones(exchange_url, self.settings.auth_token)

    @property
    def _agent_phones(self) -> AgentPhones:
        """Telephones in the desks: of the exchange, or of a carrier account where one is set up for them."""
        from ivr.channels.carriers.twilio_voice import voice_token
        from ivr.web.carrier_phones import CarrierPhones

        own = self.settings
        if own.uses_local_exchange:
            return self.softphones
        return CarrierPhones(own.voice_sdk, partial(voice_token, own.account_sid, own.voice_key, own.voice_secret))

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

    def _store_desk(self) -> StoreDesk:
        from ivr.web.stores_desk import StoreDesk

        skills = self.skills
        return StoreDesk(
            self.books.current,
            skills.source,
            skills.stamp,
            skills.trouble,
            lambda: skills.places_of(self.books.current().company),
            self.settings.data / "stores",
            self.settings.flows.parent,
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
        from ivr.web.stores import LINK as STORES_LINK
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
            (PHONE_LINK, STORES_LINK, LINK),
            notes=SqlNotes(self.database),
            callbacks=self.callback_list,
            rooms=self.rooms,
            recordings=self.call_recordings,
            softphones=self._agent_phones,
            books=self.books,
            outbox=self.outbox.counts,
            space=self._space,
            traffic=self.traffic_kept.of_call,
            texts=self.sql_texts,
        )

    def _space(self) -> Space:
        """How full the disk is, and what is still at the carrier."""
        from ivr.storage import Space
        from ivr.storage.space import free_mb

        waiting = [*self.fetching.waiting(), *self.fetching_calls.waiting()]
        oldest_s = max((self.now() - one.at_s for one in waiting), default=0.0)
        return Space(free_mb(self.settings.data), len(waiting), max(0.0, oldest_s))

    def _mailroom(self) -> Mailroom:
        from ivr.agents.callback_requests import ASKED_HERE
        from ivr.web.mailroom import Mailroom

        def call_back(message: Mapping[str, Any], queue: str) -> str:
            record = self.records.call(message["call_id"]) or {}
            asked = {"queue": queue, "number": message["caller"], "line": str(record.get("line", ""))}
            call = message["call_id"] if record else f"{ASKED_HERE}{message['id']}"
            brief = f"Left a message for {message['mailbox']}: {message['text'][:BRIEF] or 'no transcript'}"
            return str(self.callbacks.asked({**asked, "call": call, "brief": brief, "again": True})["id"])

        return Mailroom(
            self.inbox,
            self.alerts,
            self._people,
            lambda: sorted(self.books.current().company.mailboxes),
            lambda: sorted(self.books.current().company.queues),
            call_back,
            self.audit,
            self.settings.secret_key,
        )

    def _people(self) -> list[str]:
        """To whom a message can be assigned: who has an account, or the agents while nobody has."""
        from ivr.accounts import Role

        users = [user.name for user in self.accounts.users() if user.roles != {Role.EDITOR}]
        return users or sorted(agent.id for agent in self._staffing().agents)

    @cached_property
    def metrics(self) -> Metrics:
        from ivr.web.metrics import Metrics

        return Metrics(self._gauges())

    def _gauges(self) -> Mapping[str, tuple[str, Gauges]]:
        """What all processes share, for ``/metrics``."""

        def lines() -> Mapping[str, float]:
            queues = Staff(self.attendant).queues()
            longest_s = max((float(one["longest_wait_s"]) for one in queues), default=0.0)
            return {"waiting": sum(one["waiting"] for one in queues), "longest_wait_seconds": longest_s}

        def errands() -> Mapping[str, float]:
            counts = self.outbox.counts()
            return {"waiting": counts.waiting, "parked": counts.parked, "oldest_seconds": counts.oldest_s}

        def stores() -> Mapping[str, float]:
            try:
                return {"outdated": float(self.skills.is_outdated(self.books.current().company))}
            except FlowFileError:
                return {}

        from ivr.agents.staff import Staff

        return {
            "stores": ("1 while an older list of stores is in force, as the latest cannot be used.", stores),
            "calls": ("Calls under way.", lambda: {"live": len(self.sessions.live())}),
            "lines": ("Callers in the queues' lines.", lines),
            "outbox": ("What is to be sent.", errands),
        }

    def _company(self) -> str:
        """The company's name; the pages must work while there is no good flow file, to mend it."""
        try:
            return self.books.current().company.company
        except FlowFileError:
            return "Ringdown"


def _measured(metrics: Metrics) -> Callable[[str, float], None]:
    def measured(name: str, value: float) -> None:
        log.info("measure %s %.4f", name, value)
        metrics.measured(name, value)

    return measured
