"""What holds on the floor whatever happens in whatever order."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings

from ivr.agents.floor import Floor, advance
from ivr.agents.floor.advance import TAKES, next_due_s
from ivr.agents.floor.commands import Exit, RingAgent, StopRinging
from ivr.agents.floor.events import EVENTS, AgentIs, Event, TimePassed, event_from_json, event_to_json
from ivr.agents.floor.people import Place
from ivr.agents.floor.snapshot import floor_from_json, floor_to_json
from ivr.agents.floor.state import lines_of
from tests.agents.floor_world import AGENTS, Chance, World, busy_day, chances


def seen(floor: Floor) -> dict[str, Any]:
    """The floor as another process would get it."""
    data: dict[str, Any] = json.loads(json.dumps(floor_to_json(floor)))
    return data


@given(chances)
def test_no_place_is_lost_or_doubled(happenings: list[Chance]) -> None:
    world = World()
    for chance in happenings:
        world.take(world.event(chance))
        floor = world.floor
        for place_id in world.joined:
            assert (place_id in floor.places) != (place_id in floor.over)
        for place in floor.places.values():
            lines = lines_of(floor, place)
            for line in [line for queue in floor.queues.values() for line in queue.lines]:
                stands = sum(entry[3] is place for entry in line.waiting)
                assert stands == (place.state == "waiting" and line in lines)
        for queue in floor.queues.values():
            of_queue = [place for place in floor.places.values() if place.queue == queue.rules.name]
            assert queue.waiting == sum(place.state != "talking" for place in of_queue)
        to_call = [(place.queue, place.caller) for place in floor.places.values() if place.is_callback]
        assert sorted(to_call) == sorted(floor.callbacks)


@given(chances)
def test_an_agent_has_one_caller_and_a_caller_one_agent(happenings: list[Chance]) -> None:
    world = World()
    for chance in happenings:
        world.take(world.event(chance))
        taken = [place for place in world.floor.places.values() if place.agent]
        assert len({place.agent for place in taken}) == len(taken)
        assert {place.id: place.agent for place in taken} == {
            agent.place: agent.id for agent in world.floor.agents.values() if agent.place
        }
        assert sorted(world.floor.rings) == sorted(place.ring for place in taken if place.ring)
        for agent in world.floor.agents.values():
            assert bool(agent.place or agent.engaged) == (agent.state in {"ringing", "on call"})
            assert not (agent.place and agent.engaged)
            for _, line in agent.lines:
                assert sum(idle[3] is agent for idle in line.idle) == (agent.state == "available")


@given(chances)
def test_nobody_waits_while_somebody_is_free_for_them(happenings: list[Chance]) -> None:
    world = World()
    for chance in happenings:
        world.take(world.event(chance))
        for place in world.floor.places.values():
            if place.state == "waiting":
                for line in lines_of(world.floor, place):
                    assert all(idle[3].id in place.declined for idle in line.idle)


@given(chances)
@example(busy_day(82956))
def test_nobody_is_overtaken_within_their_queue_and_priority(happenings: list[Chance]) -> None:
    world = World()
    for chance in happenings:
        event = world.event(chance)
        while (due_s := next_due_s(world.floor) or event.at_s + 1) <= event.at_s:
            take_in_order(world, TimePassed(due_s))
        take_in_order(world, event)


def take_in_order(world: World, event: Event) -> None:
    """Take an event of one moment; of those who could have been rung for, it must be the oldest."""
    asked = {ring.place for number, ring in world.floor.rings.items() if number != getattr(event, "ring", 0)}
    for command in world.take(event):
        if isinstance(command, StopRinging):
            asked.discard(command.place)
        elif isinstance(command, RingAgent):
            place = world.floor.places[command.place]
            older = [one for one in _older(world.floor, place) if one.id not in asked]
            assert [one.id for one in older if command.agent not in one.declined] == []
            asked.add(command.place)


def _older(floor: Floor, place: Place) -> list[Place]:
    return [
        other
        for other in floor.places.values()
        if other.state == "waiting"
        and other.queue == place.queue
        and other.entry[0] == place.entry[0]
        and other.joined_s < place.joined_s
    ]


@given(chances)
def test_a_place_never_changes_its_age(happenings: list[Chance]) -> None:
    world = World()
    ages: dict[str, tuple[int, float]] = {}
    for chance in happenings:
        world.take(world.event(chance))
        for place in world.floor.places.values():
            assert ages.setdefault(place.id, place.entry[:2]) == place.entry[:2]


@settings(max_examples=20)
@given(chances)
def test_an_event_that_comes_twice_changes_nothing_the_second_time(happenings: list[Chance]) -> None:
    world = World()
    for chance in happenings:
        event = world.event(chance)
        world.take(event)
        before = seen(world.floor)
        assert all(isinstance(command, Exit) for command in advance(world.floor, event))
        assert seen(world.floor) == before


@settings(max_examples=20)
@given(chances, chances)
def test_a_floor_goes_on_the_same_from_a_snapshot(before: list[Chance], after: list[Chance]) -> None:
    world = World()
    for chance in before:
        world.take(world.event(chance))
    other = floor_from_json(seen(world.floor))
    for chance in after:
        event = world.event(chance)
        commands = world.take(event)
        again = event_from_json(json.loads(json.dumps(event_to_json(event))))
        assert event_to_json(again)[:2] == event_to_json(event)[:2]
        assert advance(other, again) == commands
        assert seen(other) == seen(world.floor)


@given(chances)
def test_everybody_who_waits_on_the_phone_is_gone_in_the_end(happenings: list[Chance]) -> None:
    world = World()
    for chance in happenings:
        world.take(world.event(chance))
    world.take(TimePassed(world.floor.now_s + 1800))
    for agent in AGENTS:
        world.take(AgentIs(world.floor.now_s, agent[0], "offline"))
    world.take(TimePassed(world.floor.now_s + 5 * 3600))
    assert [place.id for place in world.floor.places.values() if not place.is_callback] == []


def test_every_event_is_taken() -> None:
    assert set(TAKES) == set(EVENTS.values())
