"""How often a caller was not understood is known of the whole call, not only of the question that is open."""

from __future__ import annotations

from collections.abc import Callable

from ivr.flows import FlowBook
from ivr.flows.call import call_from_json
from tests.conftest import Caller

FLOWS = """
company: Test Shop
lines: {"+15035550100": welcome}
flows:
  welcome:
    - menu:
        ask: Shoes or tents?
        options: {shoes: {press: 1, go: more}, tents: {press: 2, go: more}}
  more:
    - menu:
        ask: Left or right?
        options: {left: {press: 1, go: end}, right: {press: 2, go: end}}
  end:
    - hangup: Bye.
"""


def test_misunderstandings_and_silences_of_all_questions_add_up(make_book: Callable[[str], FlowBook]) -> None:
    jo = Caller(make_book(FLOWS)).rings()
    jo.says("hippopotamus").waits().presses("1")
    assert jo.session.call.tries.no_match == 0
    jo.presses("7").says("hippopotamus")
    assert (jo.session.call.misheard, jo.session.call.silences) == (3, 1)


def test_a_call_that_was_saved_before_they_were_counted_goes_on() -> None:
    saved = {"id": "CA1", "stack": (), "transcript": (), "tries": {}, "secrets": (), "path": ()}
    assert (call_from_json(saved).misheard, call_from_json(saved).silences) == (0, 0)
