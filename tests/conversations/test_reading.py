"""What is wrong in a file of calls is said all at once, with its place and what to write instead."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.conversations import read_conversations
from ivr.conversations.script import HEARS, AgentDoes, HangsUp, LeavesMessage, Presses, Says, ServiceReplies, Silence
from ivr.flows.problems import FlowFileError

ALL = """
orders a book:
  line: "+15035550100"
  from: "+14155550123"
  at: 2026-11-23 12:00
  call:
    - hears: Hello.
    - hears:
        - One.
        - /Two.*/
    - says: A Book
    - says: {text: nine four, confidence: 0.4, alternatives: [nine for]}
    - presses: 012#
    - silence: 2
    - leaves a message: 5s
    - agent: accepted by ann
    - service http: {status: {text: sent}}
    - service sms: failed
    - hangs up: yes
    - knows: {order: "012"}
  ends: finished
  knows: {store.name: ...}
  at step: main.0
"""


def test_everything_that_can_be_written_is_understood() -> None:
    (call,) = read_conversations(ALL, "calls/x.yaml")
    assert (call.name, call.line, call.caller, call.at) == (
        "orders a book",
        "+15035550100",
        "+14155550123",
        datetime(2026, 11, 23, 12, 0),  # noqa: DTZ001 - local time of the company
    )
    assert [turn.act for turn in call.turns] == [
        None,
        Says("a book"),
        Says("nine four", 0.4, ("nine for",)),
        Presses("012#"),
        Silence(2),
        LeavesMessage(5.0),
        AgentDoes("accepted", "ann"),
        ServiceReplies("http", True, {"status": {"text": "sent"}}),
        ServiceReplies("sms", False),
        HangsUp(),
    ]
    heard = [(one.kind, one.wording.written, one.place.line) for one in call.turns[0].expected]
    assert heard == [(HEARS, "Hello.", 7), (HEARS, "One.", 9), (HEARS, "/Two.*/", 10)]
    assert [(one.name, one.wording.written) for one in call.turns[-1].known] == [("order", "012")]
    assert (call.ends, call.at_step, call.knows[0].name) == ("finished", "main.0", "store.name")


MISTAKES = {
    "": ["x.yaml:1:1 there are no calls in this file."],
    "- hears: x": ["x.yaml:1:1 there are no calls in this file."],
    "a: {}": ["x.yaml:1:1 'call' is missing here. / Add a line  call: ..."],
    "a: {call: []}": ["x.yaml:1:11 this is empty."],
    "a: {call: hello}": ["x.yaml:1:11 here must be a list."],
    "a: {call: [{says: x}], cal: y}": ["x.yaml:1:24 I do not know 'cal' here. / Did you mean 'call'?"],
    "a:\n  call:\n    - sais: x": ["x.yaml:3:7 I do not know 'sais' here. / Did you mean 'says'?"],
    "a:\n  call:\n    - says: x\n      hears: y": [
        "x.yaml:3:7 'hears' needs a line of its own. / Write  - hears: ...  below this one."
    ],
    "a:\n  call:\n    - hello": ["x.yaml:3:7 this is nothing that happens in a call."],
    "a:\n  call:\n    - says: {text: x, confidense: 1}": [
        "x.yaml:3:23 I do not know 'confidense' here. / Did you mean 'confidence'?"
    ],
    "a:\n  call:\n    - says: {text: x, confidence: 2}": ["x.yaml:3:35 '2' cannot stand here"],
    "a:\n  call:\n    - silence: often": ["x.yaml:3:16 'often' cannot stand here"],
    "a:\n  call:\n    - presses: one": ["x.yaml:3:16 'one' are not keys of the telephone."],
    "a:\n  call:\n    - agent: sleeps": ["x.yaml:3:14 an agent cannot do 'sleeps'."],
    "a:\n  call:\n    - hangs up: no": ["x.yaml:3:17 the caller can only hang up."],
    "a:\n  call:\n    - leaves a message: soon": ["x.yaml:3:25 'soon' is not a length of time."],
    "a:\n  call:\n    - service sms: maybe": ["x.yaml:3:7 'maybe' is not a reply."],
    "a:\n  call:\n    - hears: /(/": ["x.yaml:3:14 /(/ is not a pattern"],
    "a:\n  call:\n    - hears: /(a+)+b/": [
        "x.yaml:3:14 /(a+)+b/ is not a pattern: looking for it could take for ever."
    ],
    "a:\n  at: tomorrow\n  call: [{says: x}]": [
        "x.yaml:2:7 'tomorrow' is not a date and time. / Write it like  at: 2026-11-23 12:00"
    ],
    "a:\n  at: 2026-02-30 12:00\n  call: [{says: x}]": ["x.yaml:2:7 '2026-02-30 12:00' is not a date and time."],
    "a:\n  call: [{says: x}]\na:\n  call: [{says: y}]": ["x.yaml:3:1 'a' stands here twice."],
    "a:\n  call:\n    - hears: Hours: nine to five": ["x.yaml:3:19 "],
    "a:\n  at: x\n  call:\n    - sais: x\n    - agent: y": ["x.yaml:2:7 ", "x.yaml:4:7 ", "x.yaml:5:14 "],
}


@pytest.mark.parametrize("text", MISTAKES, ids=[text.replace("\n", " ")[:50] or "nothing" for text in MISTAKES])
def test_a_mistake_is_told_with_its_place_and_a_remedy(text: str) -> None:
    with pytest.raises(FlowFileError) as error:
        read_conversations(text, "x.yaml")
    told = [f"{one.place} {one.what} / {one.instead}" for one in error.value.problems]
    assert len(told) == len(MISTAKES[text]), told
    for what, expected in zip(told, MISTAKES[text], strict=True):
        assert what.startswith(expected)
    assert all(one.instead for one in error.value.problems)


@given(st.text(alphabet="a:[]{}-&*'\"?/ \n.0no\t", max_size=60))
def test_no_text_is_read_with_anything_but_mistakes(text: str) -> None:
    try:
        calls = read_conversations(text, "x.yaml")
    except FlowFileError as error:
        told = error.problems
    else:
        told = ()
        assert all(call.turns for call in calls)
    assert all(problem.what for problem in told)
