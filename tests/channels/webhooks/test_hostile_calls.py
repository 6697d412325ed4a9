"""Whatever a call brings along (a number, a town, words, keys, a size) is data: it is kept and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from app import Parts
from tests.channels.carrier_phone import CALL, CarrierPhone

HOSTILE = (
    "'; DROP TABLE calls; --",
    "../../../../tmp/hostile",
    "=cmd|'/c calc'!A0",
    "{card} {{7*7}} {% raw %} ${HOME} %(x)s",
    "]]></Say><Dial>+19005550100</Dial><!--",
    "<script>alert(1)</script>",
    "a\r\n2026-11-23 00:00:00,000 app forged",
    "*0,,9#&sendDigits=1;ext=5",
    "\x00\x1b[2J\u202e\ufffe",
)


def tables(parts: Parts) -> dict[str, int]:
    """Every table with its rows."""
    with parts.database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_call_brings_along_is_kept_as_data_and_does_nothing(
    make_parts: Callable[..., Parts], tmp_path: Path, hostile: str
) -> None:
    parts = make_parts(IVR_SPEECH="carrier")
    phone = CarrierPhone(parts.web().test_client())
    before = tables(parts)
    more = {"From": hostile, "Caller": hostile, "FromCity": hostile, "FromZip": hostile, "CallerName": hostile}
    phone.post("/voice/incoming", **more)
    for _ in range(2):
        phone.post(f"/voice/turn/{CALL}/1", SpeechResult=hostile, Confidence=hostile, **more)
    phone.post(f"/voice/turn/{CALL}/2", Digits=hostile, RecordingUrl=hostile, DialCallStatus=hostile, **more)
    assert b"<Dial" not in b"".join(phone.answers)
    assert phone.send("/voice/status", CallStatus="completed", CallDuration=hostile, **more).status_code == 204
    parts.traffic.flush()
    after = tables(parts)
    assert set(after) == set(before)
    assert after["calls"] == before["calls"] + 1
    record = parts.records.call(CALL)
    assert record is not None
    assert record["caller"].replace("\ufffd", "\x00") == hostile
    assert not Path("/tmp/hostile").exists()  # noqa: S108 - where it would have been written
    written = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    assert all(
        piece not in name for name in written for piece in ("hostile", "DROP", "calc", "card", "script", "forged")
    )


def test_a_post_larger_than_any_of_the_carriers_is_refused_before_anything_happens(
    phone: CarrierPhone, parts: Parts
) -> None:
    assert phone.send("/voice/incoming", Field="x" * 66_000).status_code == 413
    assert phone.send("/sms/incoming", Body="x" * 66_000).status_code == 413
    assert parts.records.call(CALL) is None
    assert parts.sql_texts.latest(1) == []


@pytest.mark.parametrize(
    "file",
    ["..%2f..%2fflows.yaml", "%2fetc%2fpasswd", "..", "flows.yaml", "%00.wav", "a%0d%0ab.wav", "~root", "C:%5cx.wav"],
)
def test_no_address_of_a_prompt_leads_to_another_file(phone: CarrierPhone, file: str) -> None:
    assert phone.client.get(f"/voice/prompt/{file}").status_code in {308, 404}
