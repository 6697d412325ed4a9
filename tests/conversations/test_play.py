"""A conversation goes as written, or it is shown where it did not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.conversations import Result, play, read_conversations
from ivr.conversations.side_by_side import console, failure
from ivr.flows import FlowBook

Run = Callable[[str], Result]


def call(*lines: str, **keys: str) -> str:
    """A file with one call."""
    written = "".join(f"    - {line}\n" for line in lines)
    return f"it rings:\n  call:\n{written}" + "".join(
        f"  {key.replace('_', ' ')}: {value}\n" for key, value in keys.items()
    )


OPENING = ("hears: Hello.", "hears: What can I do?")


def test_a_call_goes_as_written(run: Run) -> None:
    result = run(
        call(
            *OPENING,
            "says: order",
            "hears: What is your order number?",
            "says: one two three four",
            "hears: Order 1 2 3 4 is on its way.",
            "hears: Bye.",
            ends="finished",
            knows='{order: "1234"}',
        )
    )
    assert result.passed, result.difference
    assert result.trail[-1] == ("bye.0", "")


def test_the_same_call_is_the_same_each_time(run: Run) -> None:
    text = call("hears: ...", "presses: 1", "hears: ...", "presses: 1234", "hears: ...", ends="finished")
    assert run(text) == run(text)


@pytest.mark.parametrize(
    ("lines", "line", "difference"),
    [
        (["hears: Hello."], 3, 'heard "What can I do?", which nobody expected'),
        (["hears: Good day.", "hears: ..."], 3, 'heard "Hello." instead of "Good day."'),
        ([*OPENING, "hears: More?"], 5, '"More?" was not heard'),
        (
            [*OPENING, "agent: accepted"],
            5,
            '"agent: accepted" cannot happen: nobody is being rung: the caller is asked',
        ),
        ([*OPENING, "leaves a message: 3s"], 5, '"leaves a message: 3s" cannot happen: no message is being taken'),
        ([*OPENING, "service sms: ok"], 5, '"service sms: ok" cannot happen: the call asks no service'),
        ([*OPENING, "presses: 9", "hears: Bye.", "presses: 9"], 7, '"presses: 9" cannot happen: the call is over'),
        (
            ["hears: ...", "presses: 2", "hears: ...", "says: hi"],
            6,
            '"says: hi" cannot happen: the caller is not being',
        ),
        (
            ["hears: ...", "presses: 2", "rings: queue sales", "hears: ..."],
            5,
            'rings "queue desk" instead of "queue sales"',
        ),
        (["hears: ...", "presses: 9", "hears: ...", "texts: hello"], 6, 'texts "nothing" instead of "hello"'),
        (["hears: ...", "presses: 1", "hears: ...", 'knows: {order: "1"}'], 6, 'order is not known; expected was "1"'),
    ],
)
def test_the_first_difference_is_told_with_its_line(run: Run, lines: list[str], line: int, difference: str) -> None:
    result = run(call(*lines))
    assert result.difference.startswith(difference)
    assert result.place.line == line
    assert sum(row.differs for row in result.rows) == 1


@pytest.mark.parametrize(
    ("keys", "difference"),
    [
        ({"ends": "finished"}, "the call is still under way at hello.1; expected was ends: finished"),
        ({"at_step": "bye.0"}, "the call is at step hello.1"),
        ({"knows": '{order: "1"}'}, 'order is not known; expected was "1"'),
    ],
)
def test_the_end_of_a_call_is_held_to_as_well(run: Run, keys: dict[str, str], difference: str) -> None:
    result = run(call("hears: ...", **keys))
    assert result.difference == difference
    assert result.place.line == 4


def test_anything_takes_as_many_sentences_as_the_rest_leaves_over(run: Run) -> None:
    bye = ("presses: 1", "hears: ...", "presses: 1234")
    assert run(call("hears: ...", *bye, "hears: ...", "hears: Bye.")).passed
    assert run(call("hears: ...", *bye, "hears: Order ...", "hears: ...", "hears: Bye.", "hears: ...")).passed
    assert not run(call("hears: ...", *bye, "hears: ...", "hears: Order ...")).passed


def test_an_agent_is_rung_and_told(run: Run) -> None:
    ringing = ("hears: ...", "presses: 2", "hears: Please hold while I connect you.", "rings: queue desk")
    told = 'agent is told: "Caller +14155550123."'
    assert run(call(*ringing, told, "agent: accepted", "hears: Bye.", knows="{agent: ann}")).passed
    assert run(
        call(*ringing, "agent: busy", "hears: ...", "leaves a message: 3s", "hears: ...", ends="finished")
    ).passed
    assert run(call(*ringing, "hangs up: yes", ends="caller hung up")).passed


def test_time_is_that_of_the_company(run: Run) -> None:
    assert run(call("hears: ...", at="2026-11-23 12:00")).call.started_s == 1795453200.0  # 17:00 UTC


def test_a_failing_call_is_shown_side_by_side_in_eighty_columns(run: Run) -> None:
    result = run(
        call(
            *OPENING,
            "says: order",
            "hears: What is your order number?",
            "says: {text: one two three four, confidence: 0.4}",
            "hears: Order 1 2 3 4 is on its way to you, and should be there by tomorrow at noon.",
            "hears: Bye.",
        )
    )
    to = console(to_terminal=False)
    with to.capture() as shown:
        to.print(failure(result))
    assert [line.rstrip() for line in shown.get().splitlines()] == GOLDEN.splitlines()


GOLDEN = """\
calls/shop.yaml:1:1: it rings
  expected                               happened
  Hello.                                 Hello.
  What can I do?                         What can I do?
  says: order                            says: order
  What is your order number?             What is your order number?
  says: one two three four (confidence   says: one two three four (confidence
  0.4)                                   0.4)
> Order 1 2 3 4 is on its way to you,    I heard 1 2 3 4. Is that right?
  and should be there by tomorrow at
  noon.
  Bye.
calls/shop.yaml:8:14: heard "I heard 1 2 3 4. Is that right?" instead of "Order
1 2 3 4 is on its way to you, and should be there by tomorrow at noon."
"""


ASKS = """
lines: {"+15035550100": hello}
web_services: [orders.example]
flows:
  hello:
    - http: {get: "https://orders.example/1", save: order, failed: [{hangup: Nobody knows.}]}
    - hangup: "It is {order.text}."
"""


@pytest.mark.parametrize(
    ("lines", "difference"),
    [
        (("service http: {text: on its way}", "hears: It is on its way."), ""),
        (("service http: failed", "hears: Nobody knows."), ""),
        (("hears: It is on its way.",), "the test must say what the service http answers"),
    ],
)
def test_a_web_service_answers_what_is_written_and_nothing_else(
    make_book: Callable[[str], FlowBook], lines: tuple[str, ...], difference: str
) -> None:
    (conversation,) = read_conversations(call(*lines), "a.yaml")
    result = play(conversation, make_book(ASKS))
    assert result.passed is (not difference)
    assert result.difference.startswith(difference)
