"""``ivr call``: somebody calls with real sound, and what came of it is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import app
from ivr import audio
from ivr.calling.acts import InOrder, act_options
from ivr.calling.sound import TwoSides
from ivr.commands.call import call
from ivr.settings import Settings
from ivr.speech import Pyttsx3Voice
from tests.calling.conftest import Running, running_service
from tests.conftest import ROOT, SHARED

VOICE = "en-us+m3"
"""The recogniser hears this voice say the ZIP code right wherever in a frame it begins (40 of 40)."""


@dataclass
class Terminal:
    """Types ``ivr call ...`` beside a service that is already running."""

    folder: Path
    exchange_url: str

    def call(self, *arguments: str) -> Result:
        parts = app.Parts(Settings.from_env({**SHARED, "IVR_DATA": str(self.folder)}, ROOT))
        return CliRunner().invoke(call, ["--service", self.exchange_url, *arguments], obj=parts)

    def json(self, *arguments: str) -> dict[str, Any]:
        result = self.call("--json", *arguments)
        assert result.exit_code == 0, result.output
        document: dict[str, Any] = json.loads(result.stdout)
        return document


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_service(tmp_path_factory.mktemp("service"), fast=True) as running:
        yield running


@pytest.fixture(scope="module")
def terminal(running: Running) -> Terminal:
    return Terminal(running.supervised.data, running.supervised.exchange_url)


@pytest.fixture(scope="module")
def spoken_zip() -> bytes:
    voice = Pyttsx3Voice()
    try:
        return audio.mulaw_decode(voice.render("nine four one zero seven", VOICE))
    finally:
        voice.close()


def heard(document: dict[str, Any]) -> list[str]:
    return [entry["text"] for entry in document["transcript"] if entry["kind"] == "heard"]


@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_a_wav_of_a_spoken_zip_code_reaches_a_store(
    terminal: Terminal, spoken_zip: bytes, tmp_path: Path, rate_hz: int
) -> None:
    wav = tmp_path / "zip.wav"
    audio.write_wav(wav, audio.resample(spoken_zip, 8000, rate_hz), rate_hz)
    document = terminal.json("--say", "store near me", "--play", str(wav))
    assert heard(document) == ["store near me", "nine four one zero seven"]
    assert document["values"]["where"] == "94107"
    assert document["store"]["city"] == "San Francisco"


def test_keys_reach_the_same_store_as_the_voice(terminal: Terminal) -> None:
    document = terminal.json("--press", "1", "--press", "94107")
    assert heard(document) == ["pressed 1", "pressed 94107"]
    assert document["store"]["city"] == "San Francisco"
    assert document["store"]["address"]


@pytest.mark.parametrize("keys", ["94107", "94107#", "941w07"])
def test_what_was_keyed_in_one_go_is_one_line_and_one_answer(terminal: Terminal, keys: str) -> None:
    document = terminal.json("--press", "1", "--press", keys)
    keyed = [entry["text"] for entry in document["transcript"] if entry["kind"] == "keyed"]
    assert keyed == ["1", keys.replace("w", "")]
    assert heard(document) == ["pressed 1", "pressed 94107"]
    whole = [entry["kind"] for entry in document["transcript"] if entry["who"] == "caller"]
    assert whole == ["note", "keyed", "heard", "keyed", "heard", "note"]


def test_the_sound_of_the_call_stays_where_it_says(terminal: Terminal) -> None:
    document = terminal.json("--press", "1")
    wav = Path(document["wav"])
    assert wav.is_relative_to(terminal.folder / "calls")
    assert audio.level_db(TwoSides.read(wav).heard.tobytes()) > -40, "the caller has heard something"


def test_a_message_is_kept_and_written_down(terminal: Terminal) -> None:
    words = "hello my package never arrived please call me back this afternoon"
    document = terminal.json("--say", "leave a message", "--say", words)
    (message,) = document["voicemails"]
    assert message["text"] == words
    assert message["id"] == document["values"]["voicemail"]
    assert audio.pcm_length_s(audio.read_audio(Path(document["audio"]["voicemail"]))) > 3


def test_a_message_is_kept_and_told_when_the_caller_hangs_up_in_the_middle_of_it(terminal: Terminal) -> None:
    words = "please call me back this afternoon"
    document = terminal.json("--press", "3", "--say", words, "--pause", "0.3")
    assert [message["ended_by"] for message in document["voicemails"]] == ["hangup"]
    assert Path(document["audio"]["voicemail"]).is_file()


def test_people_read_who_said_what_how_sure_and_what_came_of_it(terminal: Terminal) -> None:
    result = terminal.call("--voice", VOICE, "--say", "store near me", "--say", "nine four one zero seven")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert 'caller "store near me"' in text
    assert "heard store near me" in text
    assert "%" in text
    assert "find_store.0" in text
    assert "San Francisco" in text
    assert "sound of caller" in text
    assert all(len(row) <= 80 for row in result.stdout.splitlines())


def test_a_number_that_is_no_line_hears_an_apology_and_is_let_go(terminal: Terminal) -> None:
    result = terminal.call("--json", "+15035550199")
    spoken = [entry["text"] for entry in json.loads(result.stdout)["transcript"] if entry["kind"] == "spoken"]
    assert any("orry" in text for text in spoken)


def test_a_voice_can_be_chosen(terminal: Terminal) -> None:
    document = terminal.json("--voice", "en-gb+m3", "--say", "leave a message")
    assert heard(document) == ["leave a message"]


def test_without_a_running_service_one_is_started_for_the_call(tmp_path: Path) -> None:
    parts = app.Parts(Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path)}, ROOT))
    result = CliRunner().invoke(call, ["--json", "--press", "1"], obj=parts)
    assert result.exit_code == 0, result.output
    assert "Starting" in result.stderr
    document = json.loads(result.stdout)
    assert heard(document) == ["pressed 1"]
    assert Path(document["wav"]).is_file()


def test_a_running_service_is_called_on_its_last_good_version_while_an_edit_has_mistakes(
    running: Running, tmp_path: Path
) -> None:
    flows = tmp_path / "flows.yaml"
    flows.write_text((ROOT / "flows.yaml").read_text("utf-8").replace("stores.csv", str(ROOT / "stores.csv")), "utf-8")
    settings = Settings.from_env({**SHARED, "IVR_DATA": str(running.supervised.data), "IVR_FLOWS": str(flows)}, ROOT)
    app.Parts(settings).books.current()  # as the service did when the file was good
    flows.write_text(flows.read_text("utf-8").replace("hangup:", "hangpu:"), "utf-8")
    arguments = ["--service", running.supervised.exchange_url, "--json", "--press", "9"]
    result = CliRunner().invoke(call, arguments, obj=app.Parts(settings))
    assert result.exit_code == 0, result.output


# --- mistakes -------------------------------------------------------------------------------------------------------


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(call, arguments, obj=app.Parts(Settings.from_env({}, ROOT)))


def test_a_sound_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = typed("--play", str(tmp_path / "nowhere.wav"))
    assert result.exit_code == 2
    assert "nowhere.wav" in result.stderr


def test_a_file_that_is_no_sound_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("not sound", encoding="utf-8")
    result = typed("--play", str(tmp_path / "notes.wav"))
    assert result.exit_code == 2
    assert "not a sound file" in " ".join(result.stderr.split())


@pytest.mark.parametrize("keys", ["12x", "", "9 4"])
def test_what_is_no_key_of_a_telephone_is_refused(keys: str) -> None:
    result = typed("--press", keys)
    assert result.exit_code == 2
    assert "--press" in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "ftp://here", "http://", "http://a b", "file:///etc/passwd", "http://h:x"])
def test_what_is_no_address_is_no_service(url: str) -> None:
    result = typed("--service", url, "--press", "1")
    assert result.exit_code == 1
    assert "is no address; one is  http://" in result.output


def test_an_address_with_no_exchange_behind_it_is_told(terminal: Terminal, running: Running) -> None:
    terminal = Terminal(terminal.folder, running.supervised.web_url)
    result = terminal.call("--press", "1")
    assert result.exit_code == 1
    assert "there is no telephone exchange at" in result.output


def test_the_service_of_another_data_folder_is_told(terminal: Terminal, tmp_path: Path) -> None:
    result = Terminal(tmp_path, terminal.exchange_url).call("--press", "1")
    assert result.exit_code == 1
    assert "another data folder (IVR_DATA)" in result.output


def test_saying_nothing_is_a_wrong_use() -> None:
    result = typed("--say", " ")
    assert result.exit_code == 2
    assert "nothing to say" in result.output


def test_a_service_that_does_not_answer_is_named() -> None:
    result = typed("--service", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "http://127.0.0.1:9 does not answer" in result.stderr


def test_a_caller_number_that_is_none_is_refused_by_the_exchange(terminal: Terminal) -> None:
    result = terminal.call("--from", "somebody")
    assert result.exit_code == 1
    assert "'from' needs a number" in result.stderr


def test_things_are_done_in_the_order_in_which_they_were_typed() -> None:
    done: list[dict[str, Any]] = []

    @click.command(cls=InOrder)
    @act_options
    @click.option("--other", multiple=True)
    def do(acts: list[dict[str, Any]], other: tuple[str, ...]) -> None:
        done.extend(acts)

    arguments = ["--press", "1", "--say", "a", "--other", "x", "--pause", "2", "--say", "b", "--press=2"]
    assert CliRunner().invoke(do, arguments).exit_code == 0
    assert done == [{"press": "1"}, {"say": "a"}, {"pause": 2.0}, {"say": "b"}, {"press": "2"}]
