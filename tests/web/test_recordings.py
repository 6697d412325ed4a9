"""What agents recorded of a call is with the call: for its agents and for supervisors, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr.accounts import Role
from ivr.audio import wav_bytes
from ivr.flows.call import Call
from ivr.ports import OutsideError
from tests.conftest import MONDAY_NOON
from tests.web.conftest import House
from tests.web.flows_house import FLOWS, Editor
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


DAY_S = 86400


def keep_some(company: Company, *ages_days: float) -> list[str]:
    """Recordings of so old calls."""
    kept = company.parts.call_recordings
    ends_s = [MONDAY_NOON - days * DAY_S for days in ages_days]
    return [kept.keep(f"CA{at_s}", "", "", at_s, wav_bytes(SECOND)) for at_s in ends_s]


def test_recordings_are_deleted_after_the_days_of_the_flow_file_with_a_line_in_the_trail(
    make: Callable[..., Editor], tmp_path: Path
) -> None:
    (tmp_path / "flows.yaml").write_text("keep_recordings_days: 30\n" + FLOWS, encoding="utf-8")
    company = Company(make().parts)
    kept = company.parts.call_recordings
    old, young = keep_some(company, 31, 29)
    sound = kept.audio_path(old)
    assert sound
    for _ in range(2):  # what is gone is not told again
        company.parts.maintain()
        assert [kept.get(one) is not None for one in (old, young)] == [False, True]
    assert not sound.exists()
    assert kept.audio_path(young)
    [entry] = [one for one in company.parts.audit.entries(10) if one.what == "recording deleted"]
    assert old in entry.about
    assert "30 days" in entry.about


def test_without_days_recordings_are_kept(make: Callable[..., Editor]) -> None:
    company = Company(make().parts)
    [old] = keep_some(company, 5000)
    company.parts.maintain()
    assert company.parts.call_recordings.audio_path(old)


def test_a_recording_whose_sound_is_gone_already_is_forgotten_too(make: Callable[..., Editor]) -> None:
    company = Company(make().parts)
    kept = company.parts.call_recordings
    [old] = keep_some(company, 2)
    sound = kept.audio_path(old)
    assert sound
    sound.unlink()
    assert [gone["id"] for gone in kept.forget(MONDAY_NOON)] == [old]
    assert kept.get(old) is None
