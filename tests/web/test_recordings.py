"""What agents recorded of a call is with the call: for its agents and for supervisors, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from ivr.accounts import Role
from ivr.audio import wav_bytes
from ivr.flows.call import Call
from ivr.ports import OutsideError
from tests.web.conftest import House
from tests.web.flows_house import Editor
from tests.web.people import Company
from tests.web.test_flows import make

__all__ = ["make"]

SECOND = b"\0\0" * 8000


def test_the_recording_is_played_on_the_page_of_its_call(web: FlaskClient, house: House) -> None:
    call, kept = house.past_call(), house.sources.recordings
    assert kept
    [first, again] = [kept.keep(call.id, "", "", 560.0, wav_bytes(SECOND)) for _ in range(2)]
    assert first == again
    [told] = web.get(f"/api/v1/calls/{call.id}/recordings").get_json()["recordings"]
    assert (told["id"], told["duration_s"], told["started_s"]) == (first, 1.0, 559.0)
    address = f"/api/v1/calls/{call.id}/recordings/{first}"
    assert address in web.get(f"/calls/{call.id}").get_data(as_text=True)
    sound = web.get(address)
    assert (sound.mimetype, sound.data) == ("audio/wav", wav_bytes(SECOND))
    sound.close()


def test_a_recording_is_only_found_with_its_own_call(web: FlaskClient, house: House) -> None:
    call, other, kept = house.past_call(), house.past_call("CA" + "d" * 32), house.sources.recordings
    assert kept
    recording = kept.keep(call.id, "", "", 560.0, wav_bytes(SECOND))
    assert web.get(f"/api/v1/calls/{other.id}/recordings/{recording}").status_code == 404
    assert web.get(f"/api/v1/calls/{other.id}/recordings").get_json()["recordings"] == []
    assert web.get("/api/v1/calls/CAnone/recordings").status_code == 404
    assert web.get(f"/api/v1/calls/{call.id}/recordings/..%2Fringdown").status_code == 404


def test_what_is_no_sound_is_not_kept(house: House) -> None:
    assert house.sources.recordings
    with pytest.raises(OutsideError, match="no WAV"):
        house.sources.recordings.keep("CA1", "", "", 1.0, b"RIFF....WAVE")


def test_an_agent_hears_only_what_was_recorded_of_their_own_callers(make: Callable[..., Editor]) -> None:
    company = Company(make().parts)
    call = Call("CA" + "e" * 32, "+15035550100", "+15035550144", started_s=500.0, now_s=560.0, ended=True)
    company.parts.records.save_call(call, [])
    recording = company.parts.call_recordings.keep(call.id, "", "", 560.0, wav_bytes(SECOND))
    address = f"/api/v1/calls/{call.id}/recordings/{recording}"
    company.hire("dana", Role.ADMIN)
    boss = company.at_work("boss", Role.SUPERVISOR)
    heard = boss.get(address)
    assert heard.status_code == 200
    heard.close()
    assert company.at_work("ann", Role.AGENT, agent="maria").get(address).status_code == 404
    assert company.visitor().get(address).status_code in {302, 303, 401, 403}
