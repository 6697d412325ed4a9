"""The carrier's own package against the real switch, with calls that really ring, wait, meet and are recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.audio import tone
from ivr.exchange.clock import Clock
from ivr.exchange.party import Line
from ivr.exchange.plant import Plant
from ivr.exchange.rest import rest_routes
from ivr.exchange.ringing import tick
from ivr.exchange.sounds import FRAME_BYTES, SILENCE
from ivr.exchange.speaking import Speaking
from ivr.exchange.switch import Switch
from ivr.exchange.timeline import Timeline
from ivr.exchange.webhooks import Webhooks
from ivr.settings import LOCAL_ACCOUNT
from tests.exchange.serving import Routes, serving_with
from tests.exchange.test_rest import TOKEN, ToTheBox

SHOP, ANN, BOB = "+15035550100", "client:ann", "client:bob"
PAUSE = "<Response><Pause length='600'/></Response>"
DEADLINE_S = 10
Found = TypeVar("Found")


class Talker:
    """Picks up and hums a second now and then a second not, until hung up on."""

    def __init__(self) -> None:
        self._hum = tone([440], 1.0)
        self._at = 0

    def ring(self, line: Line) -> None:
        line.pick_up()

    def connected(self, line: Line) -> None:
        """Hums anyway."""

    def speak(self) -> bytes:
        frame = self._hum[self._at : self._at + FRAME_BYTES]
        self._at = (self._at + FRAME_BYTES) % (2 * len(self._hum))
        return frame.ljust(FRAME_BYTES, b"\0") if frame else SILENCE

    def hear(self, frame: bytes) -> None:
        """Does not listen."""

    def ended(self, status: str) -> None:
        """Is used to it."""


class TalkersPhone:
    """The phone of a talker."""

    def take_call(self) -> Talker:
        return Talker()


class Mute:
    """A voice for documents without words."""

    def render(self, text: str, language: str) -> bytes:
        return b"\xff" * len(text)


def eventually(look: Callable[[], Found | None]) -> Found:
    """What ``look`` finds in the end."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < deadline, f"{look} found nothing in {DEADLINE_S} s"
        time.sleep(0.01)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    @asynccontextmanager
    async def exchange() -> AsyncIterator[Routes]:
        clock = Clock()
        timeline = Timeline(clock)
        webhooks, speaking = Webhooks(TOKEN, clock, timeline), Speaking(Mute(), clock)
        plant = Plant(LOCAL_ACCOUNT, clock, timeline, webhooks, speaking, tmp_path, TOKEN)
        clock.alive = lambda: bool(plant.live)
        clock.on_tick(lambda: tick(plant))
        for address in (ANN, BOB):
            plant.phonebook.put(address, TalkersPhone())
        ticking = asyncio.create_task(clock.run())
        switch = Switch(plant)
        try:
            yield rest_routes(switch, LOCAL_ACCOUNT, TOKEN)
        finally:
            for leg in list(plant.live.values()):
                leg.end()
            await plant.stop_tasks()
            ticking.cancel()
            await asyncio.wait({ticking})
            await webhooks.close()
            speaking.close()

    with serving_with(exchange, answers=True) as url:
        http = ToTheBox(url)
        yield Client(LOCAL_ACCOUNT, TOKEN, http_client=http)
        http.session.close()


def status(client: Client, sid: str, wanted: str) -> bool:
    return bool(client.calls(sid).fetch().status == wanted)


def call(client: Client, to: str, twiml: str) -> str:
    """A call that is answered and busy with ``twiml``."""
    sid = str(client.calls.create(to=to, from_=SHOP, twiml=twiml).sid)
    assert eventually(lambda: status(client, sid, "in-progress"))
    return sid


def test_a_call_is_answered_sent_elsewhere_and_hung_up(client: Client) -> None:
    sid = call(client, f"{ANN}?name=Jo", PAUSE)
    assert client.calls(sid).fetch().start_time is not None
    client.calls(sid).update(twiml="<Response><Hangup/></Response>")
    assert eventually(lambda: status(client, sid, "completed"))
    with pytest.raises(TwilioRestException) as caught:
        client.calls(sid).update(twiml=PAUSE)
    assert caught.value.code == 21220
    assert client.calls(call(client, ANN, PAUSE)).update(status="completed").status == "completed"


def test_a_phone_that_does_not_exist_fails(client: Client) -> None:
    sid = client.calls.create(to="+15035550999", from_=SHOP, twiml=PAUSE).sid
    assert eventually(lambda: status(client, sid, "failed"))


def test_two_meet_in_a_room_one_is_held_and_put_out(client: Client) -> None:
    caller = call(
        client, ANN, "<Response><Dial><Conference endConferenceOnExit='true'>r</Conference></Dial></Response>"
    )
    room = eventually(lambda: client.conferences.list(friendly_name="r"))[0]
    added = client.conferences("r").participants.create(from_=SHOP, to=BOB, label="agent", beep="false")
    people = client.conferences(room.sid).participants
    assert eventually(lambda: {person.call_sid for person in people.list()} == {caller, added.call_sid})
    assert client.conferences(room.sid).fetch().status == "in-progress"
    assert people("agent").update(hold=True).hold
    assert people("agent").fetch().hold
    assert people(added.call_sid).update(coaching=True, call_sid_to_coach=caller).call_sid_to_coach == caller
    assert people("agent").delete()
    assert eventually(lambda: [person.call_sid for person in people.list()] == [caller])
    client.conferences(room.sid).update(status="completed")
    assert eventually(lambda: status(client, caller, "completed"))


def test_a_chosen_caller_is_pulled_out_of_a_queue(client: Client) -> None:
    waits = "<Response><Enqueue waitUrl=''>sales</Enqueue></Response>"
    first, second = call(client, ANN, waits), call(client, BOB, waits)
    [queue] = client.queues.list()
    assert [member.call_sid for member in client.queues(queue.sid).members.list()] == [first, second]
    assert client.queues(queue.sid).members("Front").fetch().call_sid == first
    client.queues(queue.sid).members(second).update(url="http://127.0.0.1:9/nobody")
    assert eventually(lambda: client.queues(queue.sid).fetch().current_size == 1)
    with pytest.raises(TwilioRestException) as caught:
        client.queues(queue.sid).members(second).fetch()
    assert caught.value.code == 20404
    with pytest.raises(TwilioRestException):
        client.queues.create(friendly_name="sales")


def test_what_is_recorded_can_be_listed_fetched_and_deleted(client: Client) -> None:
    sid = call(client, ANN, "<Response><Record playBeep='false' maxLength='1'/></Response>")
    assert eventually(lambda: [one for one in client.calls(sid).recordings.list() if one.status == "completed"])
    recording = client.recordings.list(call_sid=sid)[-1]
    sound = requests.get(recording.media_url, auth=(LOCAL_ACCOUNT, TOKEN), timeout=10)
    assert sound.headers["Content-Type"] == "audio/x-wav"
    assert sound.content[:4] == b"RIFF"
    assert client.recordings(recording.sid).delete()
    assert requests.get(recording.media_url, auth=(LOCAL_ACCOUNT, TOKEN), timeout=10).status_code == 404


def test_a_text_is_delivered(client: Client) -> None:
    message = client.messages.create(to="+15035550199", from_=SHOP, body="Hello")
    assert message.status == "queued"
    assert eventually(lambda: client.messages(message.sid).fetch().status == "delivered")
