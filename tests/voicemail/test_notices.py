"""People are told of a message once: in words when it is written down, without them when that takes too long."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from app import Parts
from ivr.flows.told import Told
from ivr.outbox import Delivery, Outbox, State
from ivr.ports import Hearing, OutsideError
from ivr.records import Database
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from tests.conftest import ROOT, SHARED, at
from tests.exchange.serving import serving
from tests.outbox.conftest import Clock
from tests.services.smtp_server import mail_server
from tests.voicemail.conftest import SPEECH
from voicemail.mailbox import Message
from voicemail.mailbox import State as MailState
from voicemail.marks import Marks
from voicemail.notices import MOST_TEXT, Notices, Place, text_of
from voicemail.rows import REVIEWED_S, TOLD_AFTER_S
from voicemail.store import Voicemails

NOON = at("2026-11-23 12:00")
FLOWS = """
company: Northwind Outfitters
timezone: America/Los_Angeles
lines: {{"+15035550100": main}}
web_services: ["{host}"]
mailboxes:
  support: {{email: support@northwind.example, sms: "+15035550177", webhook: "http://{host}/messages"}}
flows:
  main:
    - voicemail: support
    - hangup: Goodbye.
"""


@dataclass
class Posts:
    """What was sent; ``error`` keeps e-mail from going."""

    sent: list[tuple[Any, ...]] = field(default_factory=list)
    error: OutsideError | None = None

    def email(self, key: str, to: str, subject: str, text: str, sound: bytes | None) -> None:
        if self.error:
            raise self.error
        self.sent.append(("email", key, to, subject, text, sound))

    def sms(self, key: str, to: str, text: str, call_id: str) -> None:
        self.sent.append(("sms", key, to, text, call_id))

    def webhook(self, key: str, url: str, data: Mapping[str, Any]) -> None:
        self.sent.append(("webhook", key, url, json.loads(json.dumps(data))))


@dataclass
class Office:
    """Mailboxes, a clock, and what goes out."""

    store: Voicemails
    delivery: Delivery
    posts: Posts
    clock: Clock
    told: dict[str, Told]

    def message(self, mailbox: str = "support", pcm: bytes = SPEECH) -> str:
        writer = self.store.start("CA1", mailbox, "+15035550144", self.clock.at_s)
        writer.write(pcm)
        writer.finish("hangup")
        return writer.id

    def hears(self, voicemail_id: str, text: str) -> None:
        claimed = self.store.claim(voicemail_id)
        assert claimed is not None
        assert self.store.transcribed(claimed, Hearing(text, 0.9))
        self.clock.at_s += REVIEWED_S


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    clock, posts, told = Clock(NOON), Posts(), {"support": Told(email="support@northwind.example")}
    outbox = Outbox(lambda: database, clock)
    store = Voicemails(database, tmp_path / "recordings", lambda voicemail_id: None, clock=clock, outbox=outbox)
    place = Place("https://ivr.example.com", "America/Los_Angeles")
    notices = Notices(store, outbox, told.get, lambda: place, posts)
    return Office(store, Delivery(outbox, notices.senders), posts, clock, told)


def test_a_message_is_told_when_it_is_written_down_and_only_once(office: Office) -> None:
    message = office.message()
    office.delivery.run_due()
    assert office.posts.sent == []
    office.hears(message, "please call me back")
    for _ in range(2):
        office.delivery.run_due()
        office.clock.at_s += TOLD_AFTER_S
    [(_, key, to, subject, text, sound)] = office.posts.sent
    assert (key, to) == (f"message-{message}-email", "support@northwind.example")
    assert subject == "Message for support from +15035550144 (0:02)"
    assert '"please call me back"' in text
    assert "Monday, 23 November 2026, 12:00 PST" in text
    assert f"https://ivr.example.com/voicemail/{message}" in text
    assert sound.startswith(b"RIFF")


def test_the_name_the_number_and_the_topic_are_told_where_the_message_says_them() -> None:
    place = Place("https://ivr.example.com", "America/Los_Angeles")
    message = Message("m1", "CA1", "support", "+15035550144", NOON, MailState.TRANSCRIBED, text="call")
    clear = replace(message, caller_name="Dana Reed", topic="track an order", number_named="5550199")
    told = text_of(clear, place, has_sound=False)
    assert "Picked out by the machine: name: Dana Reed; number: 5550199; topic: track an order." in told
    silent = text_of(message, place, has_sound=False)
    assert "Picked out" not in silent


def test_a_message_that_is_not_written_down_in_time_is_told_all_the_same_and_not_again_later(office: Office) -> None:
    message = office.message()
    office.clock.at_s += TOLD_AFTER_S
    office.delivery.run_due()
    [told] = office.posts.sent
    assert "not written down yet" in told[4]
    office.hears(message, "too late")
    office.clock.at_s += TOLD_AFTER_S
    office.delivery.run_due()
    assert len(office.posts.sent) == 1


def test_a_message_that_cannot_be_written_down_is_told_as_that(office: Office) -> None:
    claimed = office.store.claim(office.message())
    assert claimed is not None
    office.store.failed(claimed, "no model", retry=False)
    office.delivery.run_due()
    assert office.posts.sent == []
    office.clock.at_s += REVIEWED_S
    office.delivery.run_due()
    assert "could not be written down" in office.posts.sent[0][4]


def test_who_records_again_is_told_of_once_though_the_first_was_written_down(
    office: Office, database: Database
) -> None:
    first = office.message()
    claimed = office.store.claim(first)
    assert claimed is not None
    office.store.transcribed(claimed, Hearing("no wait", 0.9))
    office.delivery.run_due()
    Marks(database).mark(first, dropped=True)
    second = office.message()
    office.hears(second, "please call me back")
    office.delivery.run_due()
    assert [one[1] for one in office.posts.sent] == [f"message-{second}-email"]


def test_silence_is_told_to_nobody_nor_is_a_mailbox_that_tells_nobody(office: Office) -> None:
    office.message(pcm=b"\0\0" * 16000)
    office.told["quiet"] = Told()
    office.hears(office.message("quiet"), "hello")
    office.hears(office.message("gone"), "hello")
    office.delivery.run_due()
    assert office.posts.sent == []
    assert [errand.state for errand in office.delivery.outbox.latest(10)] == [State.SENT] * 2


def test_each_way_is_told_by_itself_and_one_that_fails_holds_up_no_other(office: Office) -> None:
    office.told["support"] = Told(
        email="support@northwind.example", attach=False, sms="+15035550177", webhook="https://crm.example/m"
    )
    office.posts.error = OutsideError("mail is down", retry=True)
    message = office.message()
    office.hears(message, "hello " * 100)
    office.delivery.run_due()
    assert {one[0] for one in office.posts.sent} == {"sms", "webhook"}
    office.posts.error = None
    office.clock.at_s += 60
    office.delivery.run_due()
    by_way = {one[0]: one for one in office.posts.sent}
    assert by_way["email"][5] is None
    assert len(by_way["sms"][3]) <= MOST_TEXT
    data = by_way["webhook"][3]
    assert (data["id"], data["mailbox"], data["caller"]) == (message, "support", "+15035550144")
    assert data["page"].endswith(f"/voicemail/{message}")
    assert len(office.posts.sent) == 3


def test_a_message_goes_out_by_mail_text_and_webhook_through_the_whole_service(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    taken: list[tuple[str, Mapping[str, Any]]] = []
    texts: list[Mapping[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((request.headers["Idempotency-Key"], await request.json()))
        return web.Response(status=204)

    async def text(request: web.Request) -> web.Response:
        texts.append({name: str(value) for name, value in (await request.post()).items()})
        return web.json_response({"sid": "SM" + "0" * 32}, status=201)

    routes = [web.post("/messages", take), web.post("/2010-04-01/Accounts/{sid}/Messages.json", text)]
    with serving(routes) as url, mail_server() as mail:
        flows = tmp_path / "flows.yaml"
        flows.write_text(FLOWS.format(host=url.removeprefix("http://")))
        environment = {
            **SHARED,
            "IVR_DATA": str(tmp_path),
            "IVR_FLOWS": str(flows),
            "SMTP_URL": mail.url,
            "IVR_CARRIER_URL": url,
            "TWILIO_AUTH_TOKEN": "made up",
            "PUBLIC_URL": "https://ivr.example.com",
            "REDIS_URL": redis_server.url,
        }
        clock = Clock(NOON)
        parts = Parts(Settings.from_env(environment, ROOT), clock)
        writer = parts.voicemails.start("CA1", "support", "+15035550144", NOON)
        writer.write(SPEECH)
        writer.finish("hangup")
        claimed = parts.voicemails.claim(writer.id)
        assert claimed is not None
        parts.voicemails.transcribed(claimed, Hearing("please call me back", 0.9))
        clock.at_s += REVIEWED_S
        parts.delivery.run_due()
        assert parts.outbox.open(10) == []
        parts.carrier.close()
        parts.redis.close()
        parts.database.close()
    [letter] = mail.letters
    assert letter["Message-ID"] == f"<message-{writer.id}-email@127.0.0.1>"
    [sound] = letter.iter_attachments()
    assert len(sound.get_content()) == 44 + len(SPEECH)
    [(key, data)] = taken
    assert (key, data["text"]) == (f"message-{writer.id}-webhook", "please call me back")
    [sms] = texts
    assert (sms["To"], sms["From"]) == ("+15035550177", "+15035550100")
    assert "please call me back" in sms["Body"]
