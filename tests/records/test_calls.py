"""What is kept of a call, and what never is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.call import MASK, Call
from ivr.flows.events import Event, Failed, Heard, HungUp, Pressed, Reply, Started, Word, event_from_json
from ivr.records import Database, SqlCallRecords, mask_secrets

CALL = Call("CA1", "+15035550100", "+15035550199", book="abc", started_s=100.0, now_s=130.5, path=("welcome.0",))
FINISHED = replace(CALL.said("caller", "a store", 0.9), ended=True, outcome="store found", now_s=160.0)
EVENTS: list[Event] = [Started(100.0, "+15035550100", "+15035550199"), Heard(130.5, "a store", 0.9), HungUp(160.0)]
CARD = "4111111111111111"


@pytest.fixture
def records(database: Database) -> SqlCallRecords:
    return SqlCallRecords(database)


def test_a_finished_call_is_kept_whole(records: SqlCallRecords) -> None:
    records.save_call(FINISHED, EVENTS)
    records.save_call(FINISHED, EVENTS)
    record = records.call("CA1")
    assert record is not None
    assert json.loads(json.dumps(record)) == record
    assert [event_from_json(event) for event in record["events"]] == EVENTS
    assert record["transcript"][0]["text"] == "a store"
    assert (record["started_s"], record["ended_s"], record["outcome"]) == (100.0, 160.0, "store found")
    assert records.call("CA2") is None


def test_the_newest_calls_come_first_and_without_events(records: SqlCallRecords) -> None:
    for number in range(5):
        records.save_call(replace(CALL, id=f"CA{number}", started_s=float(number)), EVENTS)
    newest = records.calls(limit=2)
    assert [record["id"] for record in newest] == ["CA4", "CA3"]
    assert "events" not in newest[0]


def test_a_late_record_of_the_call_under_way_does_not_undo_the_finished_one(records: SqlCallRecords) -> None:
    records.save_call(CALL, EVENTS[:1])
    records.save_call(FINISHED, EVENTS)
    records.save_call(CALL, EVENTS[:2])
    record = records.call("CA1")
    assert record is not None
    assert (record["ended_s"], len(record["events"])) == (160.0, 3)


def test_a_finished_record_is_not_replaced_by_one_that_knows_less(records: SqlCallRecords) -> None:
    records.save_call(FINISHED, EVENTS)
    records.save_call(replace(FINISHED, variables={}, now_s=170.0), [*EVENTS[:-1], HungUp(170.0)])
    record = records.call("CA1")
    assert record is not None
    assert (record["ended_s"], record["variables"], len(record["events"])) == (160.0, dict(FINISHED.variables), 3)


def secret_call(value: object = CARD) -> Call:
    call = replace(CALL, variables={"card": value, "zip": "94107"}, secrets=("card",))
    return replace(call, now_s=140.0).said("caller", MASK)


SECRET_EVENTS: list[Event] = [
    Pressed(130.5, "411111111111111"),
    Heard(135.0, "four one one one double one one one one one triple one one one one one", 0.8),
    Pressed(140.0, CARD),
    Reply(141.0, "pay", ok=True, data={"echo": [f"paid with {CARD}"], "number": int(CARD), "zip": "94107"}),
    Failed(142.0, f"POST /pay?card={CARD} timed out"),
]


def test_a_secret_is_nowhere_in_the_database(records: SqlCallRecords, database: Database, tmp_path: Path) -> None:
    call = secret_call().said("ivr", "I have 4 1 1 1, 1111-1111 1 1 1 1. Right?").set("copy", CARD)
    call = replace(call, now_s=130.5).said("caller", MASK)
    records.save_call(call, SECRET_EVENTS)
    record = records.call("CA1")
    database.close()
    assert record is not None
    assert record["variables"] == {"card": MASK, "zip": "94107", "copy": MASK}
    assert record["transcript"][-2]["text"] == f"I have {MASK}. Right?"
    assert record["events"][3]["data"] == {"echo": [f"paid with {MASK}"], "number": MASK, "zip": "94107"}
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for trace in (CARD, CARD[:-1], "four one one", "4 1 1"):
        assert trace.encode() not in stored


def test_a_wrong_first_try_at_a_secret_is_masked_with_its_transcript_line() -> None:
    call = replace(secret_call(), now_s=130.5).said("caller", MASK)
    _, events = mask_secrets(call, SECRET_EVENTS)
    assert events[0] == Pressed(130.5, "0" * 15)


def test_a_masked_answer_keeps_its_shape_so_that_the_call_can_be_run_again() -> None:
    _, events = mask_secrets(secret_call(), SECRET_EVENTS)
    assert events[1] == Heard(135.0, " ".join(["zero"] * 17), 0.8)  # as it was said: one too many
    assert events[2] == Pressed(140.0, "0" * 16)


def test_the_answer_to_a_read_back_is_kept_only_where_it_cannot_be_the_secret() -> None:
    said: list[Event] = [Heard(140.0, "yes"), Heard(140.0, "i will not tell"), Pressed(140.0, "1")]
    _, events = mask_secrets(secret_call(), said)
    assert events == [Heard(140.0, "yes"), Heard(140.0, MASK), Pressed(140.0, "0")]
    _, events = mask_secrets(secret_call("yes"), said)
    assert events[0] == Heard(140.0, MASK)
    _, events = mask_secrets(replace(secret_call(""), secrets=("card",)), said)
    assert events[0] == Heard(140.0, MASK)


def test_a_word_list_that_spells_the_secret_is_dropped() -> None:
    words = tuple(Word(word, 0.0, 0.1, 0.9) for word in ("nine", "oh", "two"))
    _, events = mask_secrets(secret_call("902"), [Heard(1.0, "[unk]", 0.5, ("nine or two",), words)])
    assert events == [Heard(1.0, MASK, 0.5)]


def test_a_short_secret_is_masked_alone_but_blots_nothing_else_out() -> None:
    call = secret_call("1").said("ivr", "Press 1 for sales.")
    shown, events = mask_secrets(call, [Pressed(1.0, "1"), Pressed(2.0, "11")])
    assert events == [Pressed(1.0, "0"), Pressed(2.0, "11")]
    assert shown.transcript[-1].text == "Press 1 for sales."


def test_a_call_without_secrets_is_stored_as_it_is() -> None:
    assert mask_secrets(FINISHED, EVENTS) == (FINISHED, EVENTS)


WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@given(secret=st.text("0123456789", min_size=4, max_size=16), lead=st.sampled_from(["", "it is ", "um "]))
def test_no_way_to_say_or_key_the_digits_gets_through(secret: str, lead: str) -> None:
    spoken = lead + " ".join(WORDS[int(digit)] for digit in secret)
    said: list[Event] = [
        Heard(1.0, spoken),
        Heard(2.0, spoken.replace("zero", "oh")),
        Heard(3.0, lead + " ".join(secret)),
        Heard(4.0, "", alternatives=(spoken,)),
        Pressed(5.0, secret),
        Pressed(6.0, f"{secret}#"),
    ]
    _, events = mask_secrets(replace(CALL, variables={"pin": secret}, secrets=("pin",)), said)
    zeros = " ".join(["zero"] * len(secret))
    assert events == [
        *(Heard(at_s, zeros) for at_s in (1.0, 2.0, 3.0)),
        Heard(4.0, MASK),
        Pressed(5.0, "0" * len(secret)),
        Pressed(6.0, f"{'0' * len(secret)}#"),
    ]
