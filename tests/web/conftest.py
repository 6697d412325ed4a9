"""The whole site on real stores: a Redis and a database of its own, voicemails as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.agents.attendant import Attendant
from ivr.agents.directory import Agent
from ivr.agents.floor.rules import Need, Queue
from ivr.agents.history import Histories
from ivr.agents.phones import Phones
from ivr.agents.staff import Staff
from ivr.agents.staffing import Staffing
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call, Frame
from ivr.flows.events import Heard, HungUp, Started
from ivr.ports import Session, Sessions
from ivr.records.call_recordings import CallRecordings
from ivr.records.callers import SqlCallers
from ivr.records.calls import SqlCallRecords
from ivr.records.notes import SqlNotes
from ivr.records.tickets import SqlTickets
from ivr.redis_server import TIMEOUT_S, RedisServer
from ivr.sessions.redis_store import RedisSessions
from ivr.storage import Vault
from ivr.web.access import Access
from ivr.web.alerts import Alerts
from ivr.web.mailroom import Mailroom
from ivr.web.site import add_site
from ivr.web.sources import Sources
from ivr.web.voicemail import add_voicemail
from tests.conftest import opened_with_tables
from voicemail.inbox import SqlInbox
from voicemail.reader import MessageReader
from voicemail.store import Voicemails

CARD = "4111111111111111"
HOSTILE = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    path = str(redis_server.socket)
    once = Retry(NoBackoff(), 0)  # one test takes Redis away: it need not wait for its return
    with Redis(unix_socket_path=path, socket_timeout=TIMEOUT_S, retry=once) as client:
        client.flushall()
        yield client


@dataclass
class House:
    """Everything behind the pages, and ways to fill it."""

    sessions: Sessions
    records: SqlCallRecords
    transfers: Transfers
    voicemails: Voicemails
    alerts: Alerts
    carrier: CannedCarrier
    sources: Sources
    mailroom: Mailroom
    tickets: SqlTickets

    def live_call(self, name: str = "Jo", call_id: str = "CA" + "a" * 32) -> Call:
        """A caller in the middle of a call, who has told a secret."""
        call = Call(
            call_id,
            line="+15035550100",
            caller="+15035550123",
            started_s=1000.0,
            now_s=1010.0,
            stack=(Frame("sales", 2),),
            variables={"name": name, "card": CARD},
            secrets=("card",),
            path=("welcome.0", "sales.2"),
        )
        call = call.said("ivr", f"Thank you, {name}.").said("caller", CARD, 0.9).said("caller", "i want a tent", 0.8)
        assert self.sessions.save(Session(call, 3, ()), 0)
        return call

    def transfer(self, call: Call, name: str = "Jo") -> str:
        """The caller waits for an agent; Ann's phone rings."""
        transfer = Transfer("queue sales", f"{name} wants a tent.", {"intent": f"tent for {name}"})
        transfer_id = self.transfers.begin(call, 3, transfer, 1011.0)
        self.transfers.caller_waits(transfer_id)
        return transfer_id

    def past_call(self, call_id: str = "CA" + "b" * 32, name: str = "Jo", **other: Any) -> Call:
        """A call that is over and recorded, as ever but for ``other``."""
        call = Call(call_id, "+15035550100", "+15035550144", started_s=500.0, now_s=560.0, ended=True)
        call = replace(call.set("name", name).said("caller", name), **other)
        self.records.save_call(call, [Started(500, call.line, call.caller), Heard(510, name), HungUp(560)])
        return call

    def voicemail(self, call_id: str, mailbox: str = "support", seconds: int = 2) -> str:
        """A message of a constant tone, not transcribed yet."""
        writer = self.voicemails.start(call_id, mailbox, "+15035550144", 540.0)
        writer.write(b"\x00\x40\x00\xc0" * (4000 * seconds))
        writer.finish("hangup")
        return writer.id


@pytest.fixture
def house(redis: Redis, tmp_path: Path) -> Iterator[House]:
    database = opened_with_tables(tmp_path / "records.db")
    (tmp_path / "recordings").mkdir()
    alerts, carrier, sound = Alerts(redis), CannedCarrier(), tmp_path / "call-recordings"
    agents = (
        Agent("ann", "Ann Archer", "client:ann", {"sales": 1}),
        Agent("bob", "Bob Baker", "client:bob", {"sales": 1}),
    )
    sessions, records = RedisSessions(redis), SqlCallRecords(database)
    staffing = Staffing(agents, (Queue("sales", Need((("sales", 1),))),))
    voicemails = Voicemails(database, tmp_path / "recordings", lambda voicemail_id: None)
    tickets = SqlTickets(lambda: database, lambda: 900.0)
    histories = Histories(SqlCallers(database), SqlNotes(database), MessageReader(voicemails).list, tickets.latest)
    phones = Phones(carrier, "http://127.0.0.1:5000")
    attendant = Attendant(redis, phones, lambda: staffing, alerts, histories=histories)
    transfers = Transfers(attendant, lambda to: agents)
    sources = Sources(
        sessions,
        records,
        transfers,
        MessageReader(voicemails),
        lambda: agents,
        Staff(attendant),
        alerts,
        notes=SqlNotes(database),
        recordings=CallRecordings(database, sound, Vault(sound, sound)),
    )
    mailroom = Mailroom(
        SqlInbox(database, voicemails, alerts),
        alerts,
        lambda: [agent.id for agent in agents],
        lambda: ["support", "sales"],
        lambda: ["sales"],
        lambda message, queue: f"back-{message['call_id']}-{queue}",
        lambda who, what, about="": None,
        "a secret of the test",
    )
    yield House(sessions, records, transfers, voicemails, alerts, carrier, sources, mailroom, tickets)
    database.close()


def app_of(house: House, access: Access) -> Flask:
    """The site and nothing else."""
    app = Flask(__name__, static_folder=None)
    add_site(app, house.sources, access, {"redis": house.alerts.latest})
    add_voicemail(app, house.mailroom, access)
    return app


@pytest.fixture
def web(house: House) -> FlaskClient:
    return app_of(house, Access("http://127.0.0.1:5000")).test_client()
