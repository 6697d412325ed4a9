"""What the carrier and we told each other is kept in its order, within bounds, and not for ever. On both databases."""

from __future__ import annotations

import pytest

from ivr.records import Database
from ivr.records.traffic import MOST_OF_A_CALL, Exchanged, SqlTraffic
from tests.conftest import CALL_ID

OTHER = "CA" + "1" * 32


@pytest.fixture
def traffic(database: Database) -> SqlTraffic:
    return SqlTraffic(lambda: database)


def test_exchanges_come_back_as_they_were_in_the_order_in_which_they_happened(traffic: SqlTraffic) -> None:
    late = Exchanged(
        CALL_ID, 12.5, "voice.turn", "/voice/turn/x/1", {"Digits": "1", "ä": "\"'"}, "<Hangup/>", 200, 0.004
    )
    early = Exchanged(CALL_ID, 10.0, "voice.incoming")
    traffic.add([late])
    traffic.add([early, Exchanged(OTHER, 11.0, "voice.status", status=204)])
    found = traffic.of_call(CALL_ID)
    assert [one.number for one in found] == [2, 1]
    assert [(one.what, one.at_s) for one in found] == [("voice.incoming", 10.0), ("voice.turn", 12.5)]
    assert (found[1].path, found[1].sent, found[1].answered) == (late.path, late.sent, late.answered)
    assert (found[1].status, found[1].took_s) == (200, 0.004)


def test_of_a_call_that_never_ends_not_everything_is_kept(traffic: SqlTraffic) -> None:
    traffic.add([Exchanged(CALL_ID, float(at), "voice.wait") for at in range(MOST_OF_A_CALL - 1)])
    traffic.add([Exchanged(CALL_ID, 1e6 + at, "voice.wait") for at in range(3)])
    traffic.add([Exchanged(OTHER, 1.0, "voice.incoming")])
    found = traffic.of_call(CALL_ID)
    assert len(found) == MOST_OF_A_CALL
    assert found[-1].at_s == 1e6
    assert len(traffic.of_call(OTHER)) == 1


def test_old_exchanges_go_as_whole_calls_and_those_on_hold_stay(traffic: SqlTraffic) -> None:
    held = "CA" + "2" * 32
    traffic.add([Exchanged(CALL_ID, 10.0, "voice.incoming"), Exchanged(CALL_ID, 90.0, "voice.status")])
    traffic.add([Exchanged(OTHER, 20.0, "voice.incoming"), Exchanged(held, 20.0, "voice.incoming")])
    assert traffic.forget(50.0, {held}) == 1
    assert [len(traffic.of_call(one)) for one in (CALL_ID, OTHER, held)] == [2, 0, 1]
    assert traffic.forget(91.0) == 2
    assert traffic.of_call(CALL_ID) == []
