"""Coverage names every exit that no conversation took, at its line of the flow file."""

from __future__ import annotations

from collections.abc import Callable

from ivr.conversations import coverage, play, read_conversations
from ivr.conversations.side_by_side import console, untaken
from ivr.flows import FlowBook

CALLS = """
says goodbye:
  call: [{hears: ...}, {presses: 9}, {hears: ...}]
asks for a person who does not answer:
  call: [{hears: ...}, {presses: 2}, {hears: ...}, {agent: no answer}, {hears: ...}]
"""


def test_exits_nobody_took_are_named(corner_shop: FlowBook) -> None:
    found = coverage([play(one, corner_shop) for one in read_conversations(CALLS, "x")], corner_shop)
    missing = {(one.way.source, one.way.label) for one in found.untaken}
    assert ("hello.1", "order") in missing
    assert ("person.0", "answered") in missing
    assert ("message.0", "failed") in missing
    assert ("hello.1", "silence") in missing
    assert not missing & {("hello.0", ""), ("hello.1", "bye"), ("hello.1", "person"), ("person.0", "no answer")}
    place = next(one.place for one in found.untaken if one.way.source == "person.0")
    assert (place.file, place.line) == ("flows.yaml", 34)


def test_nothing_taken_is_nothing_covered(corner_shop: FlowBook) -> None:
    found = coverage([], corner_shop)
    assert (found.percent, len(found.untaken)) == (0.0, found.exits)


def test_two_exits_of_one_name_are_told_apart_by_where_they_lead(make_book: Callable[[str], FlowBook]) -> None:
    book = make_book(TWO_LADDERS)
    one_silence = "a: {call: [{hears: ...}, {silence: 1}, {hears: ...}]}"
    other_silence = "b: {call: [{hears: ...}, {presses: 1234}, {hears: ...}, {silence: 1}, {hears: ...}]}"

    def missing(*texts: str) -> set[str]:
        results = [play(one, book) for text in texts for one in read_conversations(text, "x")]
        assert all(one.passed for one in results)
        return {one.way.target for one in coverage(results, book).untaken if one.way.label == "silence"}

    assert missing(one_silence) == {"late.0"}
    assert missing(other_silence) == {"early.0"}
    assert missing(one_silence, other_silence) == set()


TWO_LADDERS = """
lines: {"+15035550100": start}
slots:
  one: {kind: digits, length: 4, ask: One?, no_input: {go: early}}
  two: {kind: digits, length: 4, ask: Two?, no_input: {go: late}}
flows:
  start:
    - collect: [one, two]
    - hangup: Bye.
  early:
    - hangup: Early.
  late:
    - hangup: Late.
"""


def test_a_missing_exit_is_shown_with_its_place_and_the_percentage(corner_shop: FlowBook) -> None:
    to = console(to_terminal=False, width=120)
    with to.capture() as shown:
        for line in untaken(coverage([], corner_shop)):
            to.print(line)
    lines = shown.get().splitlines()
    assert "flows.yaml:34:7: transfer: the way 'no answer' to message.0 was never taken" in lines
    assert lines[-1].startswith("0 of ")
    assert lines[-1].endswith("exits taken (0.0 %)")


def test_a_command_that_nobody_gave_is_missing_wherever_it_could_have_been_given(
    make_book: Callable[[str], FlowBook],
) -> None:
    book = make_book("""
lines: {"+15035550100": main}
anywhere: {repeat: {press: "*"}, start over: {press: 9, go: main}, leave: {press: 0, go: bye}}
flows:
  main: [{confirm: {ask: Sure?}}, {confirm: {ask: Really?}}, {go: bye}]
  bye: [{hangup: Bye.}]
""")
    told = "a: {call: [{hears: Sure?}, {presses: 1}, {hears: Really?}, {presses: 9}, {hears: Sure?}, {hangs up: yes}]}"
    found = coverage([play(one, book) for one in read_conversations(told, "x")], book)
    commands = [(str(one.place), one.way.label, one.way.target) for one in found.untaken if one.word == "anywhere"]
    assert commands == [("flows.yaml:3:68", "leave", "bye.0")]
