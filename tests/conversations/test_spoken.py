"""Written calls are spoken and recognised by the whole service; what cannot be spoken is skipped with the reason."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.calling.own_service import own_service
from ivr.conversations import Conversation, read_conversations
from ivr.conversations.speech_plan import UnspeakableError, plan
from ivr.conversations.spoken import Telephone
from ivr.flows import FlowBook
from ivr.records import Database, SqlCallRecords
from ivr.settings import Settings
from tests.conftest import ROOT

REAL_TIME = 5.0
"""Calls must go by so many times faster than they would in life."""


@pytest.fixture(scope="module")
def silence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(3200))
    return path


@pytest.fixture(scope="module")
def telephone(shop: FlowBook, silence: Path) -> Iterator[Telephone]:
    with own_service(Settings.from_env({}, ROOT), fast=True) as place:
        database = Database(place.database_url)
        yield Telephone(place.exchange, SqlCallRecords(database), shop, silence)
        database.close()


def read(text: str) -> Conversation:
    (conversation,) = read_conversations(text, "x")
    return conversation


SPOKEN = """
finds a store and a person who is busy:
  call:
    - hears: ...
    - says: find a store
    - hears: What is your ZIP code or city?
    - presses: 94107#
    - hears: ...
    - says: speak to a person
    - hears: Please hold while I connect you.
    - agent: busy
    - hears: ...
    - leaves a message: 4s
    - hears: ...
    - silence: 1
    - hears: ...
    - says: goodbye
    - hears: Thank you ... Goodbye.
  ends: finished
  knows: {where: "94107", intent: goodbye}
"""


def test_a_call_is_spoken_recognised_and_held_to_what_is_written(telephone: Telephone) -> None:
    spoken = telephone.have(read(SPOKEN))
    assert spoken.result is not None
    assert spoken.passed, spoken.result.rows
    assert "heard: find a store" in " ".join(row.happened for row in spoken.result.rows)
    assert spoken.audio_s > 20
    assert spoken.audio_s / spoken.wall_s >= REAL_TIME


SKIPPED = {
    "{says: {text: sales, confidence: 0.3}}": "nobody can speak so that it is heard with a confidence of 0.3",
    "{fails: the disk}": "nothing breaks when it is told to",
    "{presses: 4}, {hears: ...}, {agent: closed}": "no telephone can bring about 'closed'",
}


@pytest.mark.parametrize("acts", SKIPPED)
def test_what_cannot_be_spoken_is_refused_with_the_reason(acts: str, shop: FlowBook, silence: Path) -> None:
    with pytest.raises(UnspeakableError) as error:
        plan(read(f"a: {{call: [{{hears: ...}}, {acts}]}}"), shop, silence)
    assert str(error.value) == SKIPPED[acts]


def test_a_call_of_another_day_is_skipped_when_it_would_go_otherwise_today(telephone: Telephone) -> None:
    spoken = telephone.have(read("a: {at: 2026-11-23 12:00, call: [{hears: ...}, {hears: Merry Christmas.}]}"))
    assert spoken.result is None
    assert spoken.skipped == "it is a call of 2026-11-23 12:00; now it would go otherwise"


def test_every_agent_is_busy_when_the_transfer_is(shop: FlowBook, silence: Path) -> None:
    planned = plan(read(SPOKEN), shop, silence)
    assert planned.phones == {"client:maria": ({"busy": True},), "client:sam": ({"busy": True},)}


def test_only_the_named_agent_accepts(shop: FlowBook, silence: Path) -> None:
    planned = plan(
        read("a: {call: [{hears: ...}, {presses: 4}, {hears: ...}, {agent: accepted by sam}]}"), shop, silence
    )
    assert planned.phones["client:maria"] == ({"decline": True},)
    assert {"press": "1"} in planned.phones["client:sam"]
