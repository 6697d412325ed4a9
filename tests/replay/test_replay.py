"""Past calls on an edited flow file: which would now end otherwise, where they leave their way, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ivr.flows import read_flows
from ivr.flows.events import Answered, Event, Heard, HungUp, Pressed, Recorded, Reply, Silence, Unavailable
from ivr.records import SqlCallRecords
from ivr.replay import Replayer, report
from ivr.skillset import SkillMaker
from tests.conftest import MONDAY_NOON
from tests.replay.conftest import Judge, had, stored

SHOP = """\
lines: {"+15035550100": welcome}
timezone: America/Los_Angeles
hours: {shop: {open: "Mo-Fr 09:00-17:00"}}
anywhere: {operator: {press: 0, hear: [agent], go: sales}, repeat: {press: "*"}}
slots:
  order: {kind: digits, length: 6, ask: What is your order number?}
  pin: {kind: digits, length: 4, ask: Your PIN?, secret: true}
  motto: {kind: text, ask: Your secret word?, secret: true}
mailboxes: {support: {}, sales: {}}
queues: {sales: {}, support: {}}
flows:
  welcome:
    - say: Welcome.
    - if: hours.shop is closed
      then: [{go: message}]
    - menu:
        ask: How can I help?
        options:
          track an order: {press: 1, hear: [where is my package], go: track}
          sales: {press: 2, go: sales}
          message: {press: 3, go: message}
          secret: {press: 4, go: secret}
          motto: {press: 5, go: motto}
  track:
    - collect: order
    - sms: {text: "Order {order} is on its way."}
    - hangup: Goodbye.
  sales:
    - transfer: {to: queue sales, otherwise: {no answer: message}}
    - hangup: Thank you for calling.
  message:
    - voicemail: support
    - hangup: Goodbye.
  secret:
    - collect: pin
    - say: Thank you.
    - go: sales
  motto:
    - collect: motto
    - hangup: Goodbye.
"""


def seconds(*events: Event) -> list[Event]:
    """The events, five seconds after each other."""
    return [replace(event, at_s=MONDAY_NOON + 5.0 * n) for n, event in enumerate(events, 1)]


TRACKED = seconds(Heard(0, "where is my package"), Heard(0, "one two three four five six"), Reply(0, "sms", ok=True))
SOLD = seconds(Pressed(0, "2"), Answered(0, "maria"))
LEFT = seconds(Pressed(0, "2"), Unavailable(0, "no answer"), Recorded(0, "RE1", 4.0, "key"))


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def edited(old: str, new: str) -> str:
    assert SHOP.count(old) == 1
    return SHOP.replace(old, new)


def test_nothing_edited_nothing_changed(judge: Judge) -> None:
    verdict = judge(SHOP, SHOP, TRACKED)
    assert (verdict.how, verdict.was, verdict.defect) == ("same", "asks sms; finished in track", None)


def test_a_phrase_taken_away_leaves_its_callers_at_the_menu(judge: Judge) -> None:
    now = edited("hear: [where is my package], ", "")
    verdict = judge(SHOP, now, TRACKED)
    assert verdict.how == "asked something else"
    assert (verdict.place, verdict.step) == (f"flows.yaml:{line_of(now, '- menu')}:7", "welcome.2")
    assert verdict.exchange
    assert verdict.exchange.caller == "where is my package"
    assert verdict.exchange.was == ("What is your order number?",)
    assert verdict.exchange.now == ("Sorry, I didn't get that.", "How can I help?")


def test_another_queue_is_another_ending_and_the_transfer_is_to_blame(judge: Judge) -> None:
    now = edited("to: queue sales", "to: queue support")
    verdict = judge(SHOP, now, LEFT)
    assert verdict.how == "ends differently"
    assert verdict.place == f"flows.yaml:{line_of(now, '- transfer')}:7"
    assert verdict.was == "rings queue sales; records a message for support; finished in message"
    assert verdict.now == "rings queue support; records a message for support; finished in message"


def test_longer_hours_are_seen_at_the_condition(judge: Judge) -> None:
    closed, opened = SHOP.replace("09:00-17:00", "13:00-17:00"), SHOP
    message = seconds(Recorded(0, "RE1", 3.0, "key"))
    verdict = judge(closed, opened, message)
    assert verdict.how == "asked something else"
    assert verdict.step == "welcome.1"
    assert verdict.place == f"flows.yaml:{line_of(opened, '- if')}:7"


def test_a_new_question_is_named_where_it_stands(judge: Judge) -> None:
    now = edited("  sales:\n    - transfer", "  sales:\n    - collect: [order]\n    - transfer")
    verdict = judge(SHOP, now, SOLD)
    assert verdict.how == "asked something else"
    assert verdict.exchange
    assert verdict.exchange.now == ("What is your order number?",)
    assert verdict.place == f"flows.yaml:{line_of(now, 'collect: [order]')}:7"


def test_a_question_that_moved_is_still_the_same_question(judge: Judge) -> None:
    now = edited("    - say: Welcome.\n", "    - say: Welcome.\n    - say: We are glad you call.\n    - pause: 1s\n")
    assert judge(SHOP, now, TRACKED).how == "other words"


def test_a_reworded_question_only_sounds_different(judge: Judge) -> None:
    verdict = judge(SHOP, edited("ask: What is your order number?", "ask: Your order number?"), TRACKED)
    assert (verdict.how, verdict.place) == ("other words", "")


def test_a_flow_with_a_new_name_changes_nothing_for_the_caller(judge: Judge) -> None:
    now = SHOP.replace("go: track}", "go: parcels}").replace("  track:\n", "  parcels:\n")
    assert judge(SHOP, now, TRACKED).how == "same"


def test_a_text_that_was_not_sent_then_is_taken_to_be_sent_now(judge: Judge) -> None:
    before = edited('    - sms: {text: "Order {order} is on its way."}\n', "")
    verdict = judge(before, SHOP, TRACKED[:2])
    assert (verdict.how, verdict.was, verdict.now) == (
        "ends differently",
        "finished in track",
        "asks sms; finished in track",
    )
    assert verdict.step == "track.1"


def test_the_reply_to_a_text_that_is_sent_no_more_is_passed_over(judge: Judge) -> None:
    verdict = judge(SHOP, edited('    - sms: {text: "Order {order} is on its way."}\n', ""), TRACKED)
    assert (verdict.how, verdict.now) == ("ends differently", "finished in track")


def test_a_call_that_now_ends_earlier_has_an_ending(judge: Judge) -> None:
    now = edited("  sales:\n    - transfer", "  sales:\n    - hangup: We are sold out.\n    - transfer")
    verdict = judge(SHOP, now, LEFT)
    assert (verdict.how, verdict.now) == ("ends differently", "finished in sales")
    assert verdict.exchange
    assert verdict.exchange.now == ("We are sold out.", "(end of call)")


def test_silence_at_the_same_question_goes_on_as_it_did(judge: Judge) -> None:
    silent = seconds(Silence(0), HungUp(0))
    now = edited("        ask: How can I help?\n", "        ask: How can I help?\n        no_input: [{go: sales}]\n")
    verdict = judge(SHOP, now, silent)
    assert verdict.was == "caller hung up in welcome"
    assert verdict.step == "welcome.2"
    assert verdict.exchange
    assert verdict.exchange.caller == "(silence)"


# --- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", [Pressed(0, "4711"), Heard(0, "four seven double one"), Heard(0, "it is 4711")])
def test_a_call_is_followed_past_a_pin_of_which_only_the_length_is_kept(judge: Judge, pin: Event) -> None:
    call = seconds(Pressed(0, "4"), pin, Answered(0, "maria"))
    assert judge(SHOP, SHOP, call).how == "same"
    verdict = judge(SHOP, edited("to: queue sales", "to: queue support"), call)
    assert verdict.how == "ends differently"
    assert verdict.exchange
    assert "4711" not in str(verdict)


def test_a_wrong_pin_is_still_wrong_and_the_right_one_right(judge: Judge) -> None:
    call = seconds(Pressed(0, "4"), Pressed(0, "47"), Pressed(0, "4711"), Unavailable(0, "no answer"), HungUp(0))
    verdict = judge(SHOP, SHOP, call)
    assert (verdict.how, verdict.defect) == ("same", None)


def secret_word(now: str, judge: Judge) -> tuple[str, str, str]:
    verdict = judge(SHOP, now, seconds(Pressed(0, "5"), Heard(0, "repeat that"), Heard(0, "open sesame")))
    assert verdict.defect is None
    return verdict.how, verdict.step, verdict.why


def test_a_secret_word_is_not_kept_and_the_call_is_followed_up_to_there(judge: Judge) -> None:
    how, step, why = secret_word(edited("motto: {press: 5, go: motto}", "motto: {press: 6, go: motto}"), judge)
    assert (how, step, why) == ("asked something else", "welcome.2", "")
    how, step, why = secret_word(edited("say: Welcome.", "say: Hello."), judge)
    assert (how, step, why) == ("secret", "", "it cannot be run again past an answer that is secret")
    how, step, _ = secret_word(edited("- collect: motto", "- confirm: {ask: Really?}\n    - collect: motto"), judge)
    assert (how, step) == ("asked something else", "motto.0")


# --- records that are not what they should be -----------------------------------------------------------------------


def test_a_call_that_does_not_come_out_as_recorded_is_a_defect_with_its_first_difference(
    records: SqlCallRecords, skills: SkillMaker
) -> None:
    record = {**stored(records, *had(read_flows(SHOP, skills), TRACKED))}
    record["transcript"] = [dict(line) for line in record["transcript"]]
    record["transcript"][3]["text"] = "What is your number?"
    verdict = Replayer(read_flows(SHOP, skills), skills).judge(record, SHOP)
    assert verdict.defect
    assert verdict.defect.what == "transcript"
    assert verdict.defect.exchange.caller == "where is my package"
    assert verdict.defect.exchange.was == ("What is your number?",)
    assert verdict.defect.exchange.now == ("What is your order number?",)
    assert "1 does not come out as recorded" in report([verdict]).summary


@pytest.mark.parametrize(("field", "value"), [("outcome", "lost"), ("path", ["welcome", "sales"])])
def test_another_outcome_or_path_is_a_defect(
    records: SqlCallRecords, skills: SkillMaker, field: str, value: object
) -> None:
    record = {**stored(records, *had(read_flows(SHOP, skills), SOLD)), field: value}
    if field == "path":
        record["path"] = [*value, "message"] if isinstance(value, list) else value
    verdict = Replayer(read_flows(SHOP, skills), skills).judge(record, SHOP)
    assert verdict.defect
    assert verdict.defect.what.startswith(field)


@pytest.mark.parametrize("text", [None, "flows: {", "flows: {welcome: [{shout: Hello.}]}"])
def test_a_version_that_is_gone_or_cannot_be_read_any_more_cannot_be_compared(
    records: SqlCallRecords, skills: SkillMaker, text: str | None
) -> None:
    record = stored(records, *had(read_flows(SHOP, skills), SOLD))
    now = read_flows(edited("say: Welcome.", "say: Hello."), skills)
    verdict = Replayer(now, skills).judge(record, text)
    assert verdict.how == "not comparable"
    assert "is not kept, or cannot be read" in verdict.why


@pytest.mark.parametrize("events", [[{"event": "Sang", "at_s": 1.0}], [{"event": "Heard"}], [], [{}]])
def test_a_record_that_makes_no_sense_is_told_and_stops_nothing(
    records: SqlCallRecords, skills: SkillMaker, events: Sequence[dict[str, object]]
) -> None:
    record = {**stored(records, *had(read_flows(SHOP, skills), SOLD)), "events": events}
    verdict = Replayer(read_flows(SHOP, skills), skills).judge(record, SHOP)
    assert verdict.how == "not comparable"
    assert verdict.why


# --- the report -----------------------------------------------------------------------------------------------------


def test_calls_are_gathered_by_the_step_where_they_part_and_by_their_endings(judge: Judge) -> None:
    now = edited("to: queue sales", "to: queue support")
    verdicts = [judge(SHOP, now, call) for call in (TRACKED, SOLD, LEFT, SOLD)]
    found = report(verdicts)
    (group,) = found.groups
    assert (group.count, group.step, [len(one.calls) for one in group.turnouts]) == (3, "sales.0", [2, 1])
    assert found.summary == "3 of 4 calls would now end differently."
    assert found.as_json()["groups"][0]["endings"][0]["was"] == "rings queue sales; finished in sales"
    assert report([]).summary == "There are no calls to run again."
