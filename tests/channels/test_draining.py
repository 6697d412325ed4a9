"""A web process is told to end: nobody is turned away, and what can goes on in another one."""

from __future__ import annotations

import pytest

from ivr.channels.draining import LAST_S, LINGER, Draining
from ivr.ports import OutsideError


class Clock:
    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def test_a_process_that_is_not_told_to_end_drains_nothing() -> None:
    draining = Draining()
    draining.check()
    assert (draining.begun, draining.urgent, draining.over) == (False, False, False)


def test_an_idle_process_stays_until_a_load_balancer_has_looked_again() -> None:
    clock = Clock()
    draining = Draining(lambda: 0, clock)
    draining.begin(30)
    with pytest.raises(OutsideError, match="about to end"):
        draining.check()
    assert not draining.over
    clock.at_s += 30 / LINGER
    assert draining.over


def test_streams_are_waited_for_until_shortly_before_the_end() -> None:
    clock, streams = Clock(), [1]
    draining = Draining(lambda: streams[0], clock)
    draining.begin(30)
    clock.at_s += 30 / LINGER
    draining.begin(30)  # told again: that changes nothing
    assert (draining.urgent, draining.over) == (False, False)
    clock.at_s = 130 - 2 * LAST_S
    assert (draining.urgent, draining.over) == (True, False)
    streams[0] = 0
    assert draining.over
    streams[0] = 1
    clock.at_s = 130 - LAST_S
    assert draining.over
