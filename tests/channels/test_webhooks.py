"""Whole calls through the carrier's webhooks: the real application on a real Redis and a real database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast
from urllib.parse import urldefrag

import pytest
from redis import Redis

from app import Parts
from ivr import audio
from ivr.channels.carriers.canned import CannedCarrier, Ring
from ivr.channels.falling_back import SENTENCES
from ivr.exchange.twiml import Conference, Connect, Dial, Gather, Hangup, Number, Play, Record, Redirect
from ivr.flows import FlowFileError
from ivr.flows.events import Pressed
from ivr.ports import OutsideError
from ivr.records.migrate import migrate
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.speech import PromptStore
from ivr.speech.canned import CannedEars, CannedVoice
from tests.channels.carrier_phone import CALL, KEY, PUBLIC_URL, CarrierPhone
from tests.conftest import CALLER, LINE, MONDAY_NOON, ROOT
from voicemail.fetching import KEY as KEY_OF_FETCHING

MUSIC = f"{PUBLIC_URL}/voice/media/hold.wav"


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    with redis_server.client() as client:
        client.flushall()
        yield client


@pytest.fixture
def carrier() -> CannedCarrier:
    return CannedCarrier()


@pytest.fixture
def make_parts(
    redis: Redis, redis_server: RedisServer, tmp_path: Path, skills: SkillMaker, carrier: CannedCarrier
) -> Iterator[Callable[..., Parts]]:
    """The parts of the application with a canned voice, ears and carrier; everything else is real."""
    made: list[Parts] = []

    def make(**environment: str) -> Parts:
        flows = tmp_path / "flows.yaml"
        for name in ("flows.yaml", "stores.csv"):
            if not (tmp_path / name).exists():
                shutil.copy(ROOT / name, tmp_path / name)
        settings = Settings.from_env(
            {
                "PUBLIC_URL": PUBLIC_URL,
                "TWILIO_AUTH_TOKEN": KEY,
                "REDIS_URL": redis_server.url,
                "IVR_DATA": str(tmp_path),
                "IVR_FLOWS": str(flows),
                "IVR_SPEECH": "keys",
                **environment,
            },
            ROOT,
        )
        parts = Parts(settings, lambda: MONDAY_NOON)
        own = SkillMaker(settings)
        own.__dict__["places"] = skills.places
        prompts = PromptStore(CannedVoice(), tmp_path / "prompts", tmp_path / "recorded")
        parts.__dict__ |= {"skills": own, "ears": CannedEars(), "prompts": prompts, "carrier": carrier}
        migrate(parts.database.engine)
        made.append(parts)
        return parts

    yield make
    for parts in made:
        parts.database.close()
        parts.redis.close()


@pytest.fixture
def parts(make_parts: Callable[..., Parts]) -> Parts:
    return make_parts()


@pytest.fixture
def phone(parts: Parts) -> CarrierPhone:
    return CarrierPhone(parts.web().test_client())


# --- who may call -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signed", ["", "x", "A" * 28, "\u00e9"])
@pytest.mark.parametrize(
    "path", ["incoming", f"turn/{CALL}/1", f"resume/{CALL}", "status", f"recording/{CALL}/support", "fallback"]
)
def test_without_the_carriers_signature_nothing_happens(
    phone: CarrierPhone, redis: Redis, path: str, signed: str
) -> None:
    response = phone.send(f"/voice/{path}", signed=signed)
    assert response.status_code == 403
    assert redis.keys("*") == []


def test_a_signature_for_other_words_or_another_address_is_none(phone: CarrierPhone, redis: Redis) -> None:
    phone.key = "another"
    assert phone.send("/voice/incoming").status_code == 403
    phone.key = ""
    assert phone.send("/voice/incoming").status_code == 403
    assert redis.keys("*") == []


def test_without_a_token_nobody_is_let_in(make_parts: Callable[..., Parts], redis: Redis) -> None:
    phone = CarrierPhone(make_parts(TWILIO_AUTH_TOKEN="").web().test_client(), key="")
    assert phone.send("/voice/incoming").status_code == 403
    assert redis.keys("*") == []


def test_both_tokens_are_good_while_they_are_changed(make_parts: Callable[..., Parts]) -> None:
    client = make_parts(TWILIO_AUTH_TOKEN=",".join(["old", "new"])).web().test_client()
    assert CarrierPhone(client, key="old").rings().the(Gather).prompts
    assert CarrierPhone(client, key="new").rings().presses("9").document[-1:] == (Hangup(),)


@pytest.mark.parametrize("call", ["", "CA1", "CA" + "g" * 32, "../../etc/passwd", "CA" + "0" * 33])
def test_a_call_id_that_is_none_is_refused(phone: CarrierPhone, redis: Redis, call: str) -> None:
    phone.call = call
    assert phone.send("/voice/incoming").status_code == 400
    assert redis.keys("*") == []


# --- by keys ----------------------------------------------------------------------------------------------------------


def test_a_whole_conversation_by_keys_reaches_a_store(phone: CarrierPhone, parts: Parts) -> None:
    phone.rings()
    menu = phone.the(Gather)
    assert (menu.input, menu.num_digits, menu.finish_on_key) == (("dtmf",), 1, "#")
    assert phone.heard[0] == "Thanks for calling Northwind Outfitters."
    assert "For find a store press 1" in phone.heard[-1]
    phone.presses("1")
    assert phone.heard[0] == "What is your ZIP code or city?"
    assert (phone.the(Gather).num_digits, phone.the(Gather).finish_on_key) == (5, "#")
    phone.presses("94107")
    assert phone.heard[0].startswith("Northwind Outfitters Downtown San Francisco, ")
    phone.presses("9").presses("9")
    assert phone.heard == ["Thank you for calling Northwind Outfitters. Goodbye."]
    assert isinstance(phone.document[-1], Hangup)
    record = parts.records.call(CALL)
    assert record is not None
    assert (record["outcome"], record["variables"]["where"], record["caller"]) == ("finished", "94107", CALLER)
    assert [event["event"] for event in record["events"]] == ["Started", "Pressed", "Pressed", "Pressed", "Pressed"]


def test_a_silent_caller_is_asked_again_and_then_handed_to_a_person(phone: CarrierPhone) -> None:
    phone.rings().waits()
    assert phone.heard[0] == "Sorry, I didn't hear you."
    phone.waits()
    assert phone.heard[0] == "You can also press a key."
    phone.waits()
    assert phone.heard == ["Please hold while I connect you."]
    assert phone.resumes().heard == []
    assert [verb.url for verb in phone.document if isinstance(verb, Play)] == [MUSIC]


def test_a_repeated_post_gets_the_same_document_to_the_byte(phone: CarrierPhone) -> None:
    phone.rings()
    action = phone.the(Gather).action
    phone.follows(action, Digits="1").follows(action, Digits="1").follows(action, Digits="4")
    assert phone.answers[1] == phone.answers[2] == phone.answers[3]
    phone.rings()
    assert phone.heard[0] == "What is your ZIP code or city?"


def test_a_number_nobody_has_gets_a_spoken_apology(phone: CarrierPhone, parts: Parts) -> None:
    phone.line = "+19995550100"
    phone.rings()
    assert phone.heard == ["Sorry, this number is not in service. Please check the number and call again. Goodbye."]
    assert isinstance(phone.document[-1], Hangup)
    record = parts.records.call(CALL)
    assert record is not None
    assert record["outcome"] == "unknown line"


def test_a_call_that_is_not_known_any_more_gets_a_spoken_apology(phone: CarrierPhone) -> None:
    for path in (f"/voice/turn/{CALL}/3", f"/voice/resume/{CALL}", "/voice/fallback"):
        phone.post(path, Digits="1")
        assert phone.heard == ["Sorry, something went wrong. Please call again later. Goodbye."]
        assert isinstance(phone.document[-1], Hangup)


@pytest.mark.parametrize("keys", ["", "x", "\uff11", "1234567890" * 50, "**##", "<Say>"])
def test_odd_keys_do_no_harm(phone: CarrierPhone, keys: str) -> None:
    phone.rings().presses(keys)
    assert phone.the(Gather).prompts


def test_by_the_carriers_own_ears(make_parts: Callable[..., Parts]) -> None:
    phone = CarrierPhone(make_parts(IVR_SPEECH="carrier").web().test_client()).rings()
    gather = phone.the(Gather)
    assert gather.input == ("dtmf", "speech")
    assert "nearest store" in gather.hints
    phone.says("Find a store, please!")
    assert phone.heard == ["What is your ZIP code or city?"]
    phone.says("Nine four one oh seven.", "0.3")
    assert phone.heard == ["I heard 9 4 1 0 7. Is that right?"]
    phone.says("Yes.", "nonsense")
    assert phone.heard[0].startswith("Northwind Outfitters Downtown San Francisco")


# --- messages ---------------------------------------------------------------------------------------------------------


def told(phone: CarrierPhone, record: Record, url: str, **form: str) -> None:
    """The carrier tells of a recording, where the verb said."""
    path = urldefrag(record.recording_status_callback or "").url.removeprefix(PUBLIC_URL)
    response = phone.send(path, RecordingUrl=url, **form)
    assert response.status_code == 204


def fetch(parts: Parts) -> None:
    """The worker does its jobs."""
    for recording in cast("list[bytes]", parts.redis.hkeys(KEY_OF_FETCHING)):
        parts.fetching.fetch(recording.decode())


def test_a_message_is_recorded_by_the_carrier_and_kept(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    phone.rings().presses("3")
    record, nothing = phone.the(Record), phone.the(Redirect)
    assert (record.finish_on_key, record.max_length_s, record.action) == ("#", 180, nothing.url)
    url = "https://api.example/2010-04-01/Accounts/AC0/Recordings/RE1"
    carrier.sounds[url] = audio.wav_bytes(audio.tone([440], 2.0))
    done = {"RecordingUrl": url, "RecordingSid": "RE1", "RecordingDuration": "2"}
    phone.follows(record.action, Digits="#", **done)
    assert phone.heard[0] == "Thank you. Your message has been saved."
    for _ in range(2):
        told(phone, record, url, RecordingStatus="completed", RecordingSid="RE1")
        fetch(parts)
    [message] = parts.voicemails.messages(10)
    assert (message.mailbox, message.caller, round(message.duration_s)) == ("support", CALLER, 2)


def test_an_empty_recording_takes_the_redirect_and_is_asked_for_once_more(phone: CarrierPhone) -> None:
    phone.rings().presses("3").resumes()
    assert phone.heard == ["I did not hear a message. Please speak after the tone."]
    phone.resumes()
    assert phone.heard[0] == "I did not hear a message."
    assert phone.the(Gather).prompts


def test_hanging_up_in_the_middle_of_a_message_counts_as_leaving_one(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    phone.rings().presses("3")
    record = phone.the(Record)
    carrier.sounds["https://api.example/RE2"] = audio.wav_bytes(audio.tone([440], 1.0))
    assert phone.send("/voice/status", CallStatus="completed").status_code == 204
    assert parts.sessions.live() == []
    parts.redis.flushall()  # long afterwards the call is on record only
    told(phone, record, "https://api.example/RE2", RecordingSid="RE2")
    fetch(parts)
    kept = parts.records.call(CALL)
    assert kept is not None
    assert kept["outcome"] == "left a message"
    [message] = parts.voicemails.messages(10)
    assert (message.call_id, message.mailbox, message.caller) == (CALL, "support", CALLER)


def test_a_recording_that_came_to_nothing_is_not_fetched(phone: CarrierPhone, parts: Parts) -> None:
    record = phone.rings().presses("3").the(Record)
    told(phone, record, "https://api.example/RE3", RecordingStatus="absent")
    told(phone, record, "")
    assert parts.redis.hlen(KEY_OF_FETCHING) == 0


@pytest.mark.parametrize("duration", ["", "-1", "nan", "\u00b2", "1e9", "2.5"])
def test_an_odd_length_of_a_recording_does_no_harm(phone: CarrierPhone, duration: str) -> None:
    phone.rings().presses("3").follows(phone.the(Record).action, RecordingDuration=duration)
    assert phone.heard


# --- transfers --------------------------------------------------------------------------------------------------------


def to_sales(phone: CarrierPhone) -> CarrierPhone:
    """The caller has asked for sales and stands in line."""
    return phone.rings().presses("4").resumes()


def agents_key(phone: CarrierPhone, ring: Ring, key: str) -> CarrierPhone:
    """The agent of ``ring`` answers and presses a key; the caller's telephone does the carrier's posts."""
    phone.follows(ring.url, CallSid=ring.sid)
    return phone.follows(phone.the(Gather).action, CallSid=ring.sid, Digits=key)


def test_the_caller_waits_with_music_until_an_agent_accepts_and_meets_them_in_a_room(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    assert phone.the(Play).url == MUSIC
    assert parts.web().test_client().get("/voice/media/hold.wav").data.startswith(b"RIFF")
    assert phone.the(Redirect).url == f"{PUBLIC_URL}/voice/wait/{CALL}/2"
    [ring] = carrier.rings
    [agents_room] = agents_key(phone, ring, "1").the(Dial).targets
    assert carrier.redirects == [(CALL, f"{PUBLIC_URL}/voice/wait/{CALL}/2")]
    dial = phone.follows(carrier.redirects[0][1]).the(Dial)
    [room] = dial.targets
    assert isinstance(room, Conference)
    assert isinstance(agents_room, Conference)
    assert room.name == agents_room.name == f"room-{CALL}"
    assert room.wait_url == f"{PUBLIC_URL}/voice/hold"
    assert dial.action == f"{PUBLIC_URL}/voice/turn/{CALL}/2"
    phone.post("/voice/hold")
    assert phone.the(Play).url == MUSIC


def test_when_everybody_declines_the_caller_can_leave_a_message(phone: CarrierPhone, carrier: CannedCarrier) -> None:
    to_sales(phone)
    for number in range(2):
        assert isinstance(agents_key(phone, carrier.rings[number], "2").document[0], Hangup)
    assert carrier.redirects == [(CALL, f"{PUBLIC_URL}/voice/turn/{CALL}/2")]
    phone.follows(carrier.redirects[0][1])
    assert phone.heard[0] == "Sorry, nobody can take your call right now."
    assert phone.the(Record).play_beep


def test_who_is_to_go_back_learns_it_from_the_line_when_the_carrier_could_not_fetch_them(
    phone: CarrierPhone, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    for number in range(2):
        agents_key(phone, carrier.rings[number], "2")
    phone.post(f"/voice/wait/{CALL}/2")
    phone.resumes()
    assert phone.heard[0] == "Sorry, nobody can take your call right now."


def test_a_line_that_is_over_leads_on_in_the_conversation(phone: CarrierPhone) -> None:
    to_sales(phone).post(f"/voice/turn/{CALL}/2")
    now = phone.answers[-1]
    phone.post(f"/voice/wait/{CALL}/2")
    assert phone.answers[-1] == now


def test_a_transfer_that_comes_to_nothing_takes_a_message(phone: CarrierPhone) -> None:
    to_sales(phone).post(f"/voice/turn/{CALL}/2")
    assert phone.heard[0] == "Sorry, nobody can take your call right now."
    assert phone.the(Record).play_beep


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("completed", "Is there anything else? You can say sales, leave a message, or goodbye."),
        ("no-answer", "Sorry, the store does not answer."),
        ("busy", "Sorry, the store does not answer."),
        ("failed", "Sorry, the store does not answer."),
        ("surprise", "Sorry, the store does not answer."),
    ],
)
def test_a_store_is_rung_on_its_own_number(phone: CarrierPhone, status: str, heard: str) -> None:
    phone.rings().presses("1").presses("94107").presses("4")
    dial = phone.the(Dial)
    [number] = dial.targets
    assert isinstance(number, Number)
    assert (number.number[:2], dial.caller_id) == ("+1", LINE)
    phone.follows(dial.action, DialCallStatus=status)
    assert phone.heard[0] == heard


def test_a_text_message_goes_out_once(phone: CarrierPhone, carrier: CannedCarrier) -> None:
    phone.rings().presses("1").presses("94107")
    action = phone.the(Gather).action
    phone.follows(action, Digits="3").follows(action, Digits="3")
    assert phone.heard[0] == "I have sent you a text message."
    [(to, sender, body)] = carrier.texts
    assert (to, sender) == (CALLER, LINE)
    assert body.startswith("Northwind Outfitters Downtown San Francisco: ")


# --- streams that break -----------------------------------------------------------------------------------------------


@pytest.fixture
def streaming(make_parts: Callable[..., Parts]) -> CarrierPhone:
    return CarrierPhone(make_parts(IVR_SPEECH="local").web().test_client())


def test_a_call_is_heard_over_a_stream_where_there_are_ears(streaming: CarrierPhone) -> None:
    streaming.rings()
    stream = streaming.the(Connect).stream
    assert stream.url == "wss://ivr.example/voice/stream"
    assert dict(stream.parameters) == {"call": CALL, "turn": "1"}


def test_a_stream_that_broke_is_tried_again_once_and_then_the_call_goes_on_by_keys(streaming: CarrierPhone) -> None:
    streaming.rings().resumes()
    assert streaming.the(Connect).stream.url
    streaming.resumes()
    assert "For find a store press 1" in streaming.heard[-1]
    streaming.presses("1").presses("94107")
    assert streaming.heard[0].startswith("Northwind Outfitters Downtown San Francisco")


def test_a_stream_that_breaks_before_the_last_words_were_heard_does_not_go_on_for_ever(streaming: CarrierPhone) -> None:
    streaming.line = "+19995550100"
    streaming.rings().resumes().resumes()
    assert streaming.heard == ["Sorry, this number is not in service. Please check the number and call again. Goodbye."]
    assert isinstance(streaming.document[-1], Hangup)


def test_a_stream_that_did_its_part_is_not_counted_as_broken(make_parts: Callable[..., Parts]) -> None:
    parts = make_parts(IVR_SPEECH="local")
    streaming = CarrierPhone(parts.web().test_client()).rings()
    parts.runtime.handle(CALL, 1, Pressed(MONDAY_NOON, "4"))
    parts.runtime.spoken(CALL, 2)
    streaming.resumes()
    assert streaming.the(Redirect).url == f"{PUBLIC_URL}/voice/wait/{CALL}/2"
    session = parts.runtime.get(CALL)
    assert session is not None
    assert session.notes["mode"] == "stream"


def test_a_stream_that_found_the_house_full_goes_on_by_keys_at_once_and_the_caller_is_told(
    make_parts: Callable[..., Parts],
) -> None:
    parts = make_parts(IVR_SPEECH="local")
    phone = CarrierPhone(parts.web().test_client()).rings()
    parts.__dict__["gear"] = replace(parts.gear, ears=None)  # as when streams are full
    phone.resumes()
    assert phone.heard[0] == SENTENCES["keys"]
    assert "For find a store press 1" in phone.heard[-1]
    phone.presses("1")
    assert phone.heard[0] == "What is your ZIP code or city?"


def test_with_an_account_the_carriers_ears_stand_in_for_ours(make_parts: Callable[..., Parts]) -> None:
    parts = make_parts(IVR_SPEECH="local", TWILIO_ACCOUNT_SID="AC" + "1" * 32)
    phone = CarrierPhone(parts.web().test_client()).rings()
    parts.runtime.note(CALL, mode="carrier", fell_back="1")
    phone.resumes()
    assert phone.heard[0] == SENTENCES["carrier"]
    assert phone.the(Gather).input == ("dtmf", "speech")
    phone.says("Find a store.")
    assert phone.heard == ["What is your ZIP code or city?"]
    parts.__dict__["gear"] = replace(parts.gear, ears=None)
    phone.call = "CA" + "9" * 32
    assert phone.rings().the(Gather).input == ("dtmf", "speech")


def test_a_pound_key_that_ended_the_answer_before_does_not_answer_the_next_question(phone: CarrierPhone) -> None:
    phone.rings().presses("1").presses("94107")
    found = phone.answers[-1]
    phone.presses("#")
    assert phone.answers[-1] == found
    phone.presses("9")
    assert phone.heard[0].startswith("Is there anything else?")


def test_when_the_carrier_falls_back_the_call_goes_on_by_keys(streaming: CarrierPhone) -> None:
    streaming.rings()
    streaming.post("/voice/fallback", ErrorCode="11200", ErrorUrl=f"{PUBLIC_URL}/voice/incoming")
    assert "For find a store press 1" in streaming.heard[-1]


def test_without_ears_calls_go_by_keys(make_parts: Callable[..., Parts]) -> None:
    class NoEars(CannedEars):
        def knows(self, word: str) -> bool:
            raise OutsideError("no model", retry=False)

    parts = make_parts(IVR_SPEECH="local")
    parts.__dict__["ears"] = NoEars()
    assert CarrierPhone(parts.web().test_client()).rings().the(Gather).prompts


# --- the flow file ----------------------------------------------------------------------------------------------------


def test_an_edit_with_mistakes_leaves_the_last_good_version_answering(
    phone: CarrierPhone, parts: Parts, tmp_path: Path
) -> None:
    phone.rings()
    (tmp_path / "flows.yaml").write_text("flowz: {}\n", encoding="utf-8")
    phone.call = "CA" + "0b" * 16
    phone.rings()
    assert phone.heard[0] == "Thanks for calling Northwind Outfitters."
    assert [problem.what for problem in parts.books.problems] == [
        "I do not know 'flowz' here.",
        "'flows' is missing here.",
    ]


def test_a_flow_file_with_mistakes_at_the_start_is_refused_with_all_of_them(
    make_parts: Callable[..., Parts], tmp_path: Path
) -> None:
    (tmp_path / "flows.yaml").write_text("flowz: {}\ncompany: [x]\n", encoding="utf-8")
    parts = make_parts()
    with pytest.raises(FlowFileError) as refused:
        _ = parts.book
    assert len(refused.value.problems) == 3


def test_the_service_does_not_start_with_a_broken_flow_file_and_prints_every_mistake(
    tmp_path: Path, skills: SkillMaker
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("flows:\n  welcome:\n    - sya: Hello.\n    - go: nowhere\n", encoding="utf-8")
    (tmp_path / "cache").symlink_to(skills.settings.data / "cache")  # places are long since read
    environment = {**os.environ, "IVR_FLOWS": str(broken), "IVR_DATA": str(tmp_path)}
    command = [sys.executable, str(ROOT / "app.py"), "run"]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "2 mistakes" in ended.stderr
    assert "broken.yaml:3:7: I do not know the step 'sya'." in ended.stderr
    assert "broken.yaml:4:11: there is no flow 'nowhere'." in ended.stderr


def test_the_web_server_does_not_start_with_a_broken_flow_file_either(tmp_path: Path, skills: SkillMaker) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("flows:\n  welcome:\n    - sya: Hello.\n", encoding="utf-8")
    (tmp_path / "cache").symlink_to(skills.settings.data / "cache")
    environment = {**os.environ, "IVR_FLOWS": str(broken), "IVR_DATA": str(tmp_path), "REDIS_URL": "unix:///nowhere"}
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:ivr.supervisor.web_server"]
    command = [*gunicorn, "--bind", f"unix:{tmp_path}/web.sock", "app:create_app()"]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 3
    assert "broken.yaml:3:7: I do not know the step 'sya'." in ended.stderr
    assert "ringdown web is ready" not in ended.stdout
    assert "Traceback" not in ended.stderr
