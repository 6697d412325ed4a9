"""The contract of live calls, kept by both stores; Redis is a real one, started here."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.flows.actions import Action, Choice, HangUp, Listen, Play, Record, Request, Say, Transfer
from ivr.flows.call import Call, Frame
from ivr.flows.events import Event, Heard, Pressed, Reply, Silence, Started, Word
from ivr.ports import OutsideError, Session, Sessions
from ivr.records.seal import Seal
from ivr.sessions import MemorySessions, RedisSessions
from ivr.sessions.redis_store import ENDED_S, LIVE_S


@pytest.fixture(params=["redis", "memory"])
def store(request: pytest.FixtureRequest) -> Sessions:
    if request.param == "memory":
        return MemorySessions()
    return RedisSessions(request.getfixturevalue("redis"))


CALL = Call(
    "CA1",
    line="+15035550100",
    caller="+15035550199",
    stack=(Frame("welcome"), Frame("welcome.2.then", 1, sub=True, memory={"asked": 2})),
    variables={"zip": "02134", "stores": [{"name": "Zoë's"}]},
    secrets=("card",),
).said("caller", "ninety four", 0.5)
SESSION = Session(
    CALL,
    turn=3,
    actions=(
        Say("Hello."),
        Play("music.wav"),
        Listen("menu", (Choice("sales", ("buy something",), "4"),), ("one", "two"), closed=False),
    ),
    spoken=2,
    notes={"mode": "local"},
)
EVENTS: list[Event] = [
    Started(1.5, "+15035550100", "+15035550199"),
    Heard(2.0, "nine four", 0.9, ("nine or",), (Word("nine", 0.1, 0.4, 0.93),)),
    Pressed(3.0, "1#"),
    Silence(4.25),
    Reply(5.0, "orders", ok=True, data={"status": {"text": "sent"}}),
]


def test_a_saved_call_comes_back_as_it_was(store: Sessions) -> None:
    assert store.save(SESSION, 0, EVENTS)
    assert store.load("CA1") == (SESSION, 1)
    assert store.events("CA1") == EVENTS


@pytest.mark.parametrize("action", [Record("support"), Request("sms", {"to": "+1"}), Transfer("queue a", ""), HangUp()])
def test_every_kind_of_action_comes_back(store: Sessions, action: Action) -> None:
    session = replace(SESSION, actions=(Say("Hi."), action))
    assert store.save(session, 0)
    assert store.load("CA1") == (session, 1)


def test_an_earlier_answer_is_there_for_eight_turns(store: Sessions) -> None:
    for turn in range(1, 10):
        store.save(replace(SESSION, turn=turn, actions=(Say(f"Turn {turn}."),)), turn - 1)
    assert store.answer("CA1", 1) == ()
    assert [store.answer("CA1", turn) for turn in range(2, 10)] == [(Say(f"Turn {turn}."),) for turn in range(2, 10)]


def test_an_unknown_call_is_not_there(store: Sessions) -> None:
    assert store.load("CA9") is None
    assert store.answer("CA9", 1) == ()
    assert store.events("CA9") == []
    assert store.live() == []


def test_a_second_first_save_loses_and_leaves_no_event(store: Sessions) -> None:
    assert store.save(SESSION, 0, EVENTS[:1])
    assert not store.save(replace(SESSION, turn=9), 0, EVENTS[1:])
    assert store.load("CA1") == (SESSION, 1)
    assert store.events("CA1") == EVENTS[:1]


def test_a_save_of_a_version_that_never_was_loses(store: Sessions) -> None:
    assert not store.save(SESSION, 4, EVENTS)
    assert store.load("CA1") is None
    assert store.events("CA1") == []


def test_events_of_later_turns_follow_those_of_earlier_ones(store: Sessions) -> None:
    assert store.save(SESSION, 0, EVENTS[:2])
    assert store.save(SESSION, 1)
    assert store.save(SESSION, 2, EVENTS[2:])
    assert store.events("CA1") == EVENTS


def test_an_ended_call_is_no_longer_live_but_still_answers_repeats(store: Sessions) -> None:
    store.save(SESSION, 0, EVENTS)
    store.save(replace(SESSION, call=replace(CALL, id="CA2")), 0)
    assert store.live() == ["CA1", "CA2"]
    store.end("CA1")
    store.end("CA1")
    store.end("CA9")
    assert store.live() == ["CA2"]
    assert store.load("CA1") == (SESSION, 1)
    assert store.events("CA1") == EVENTS


def test_a_late_turn_does_not_bring_an_ended_call_back_to_life(store: Sessions) -> None:
    store.save(SESSION, 0)
    store.end("CA1")
    assert store.save(replace(SESSION, turn=4), 1, EVENTS)
    assert store.live() == []
    assert store.events("CA1") == EVENTS


def test_eight_workers_that_answer_the_same_turn_agree_on_one_answer(store: Sessions) -> None:
    store.save(SESSION, 0)
    won: list[int] = []
    together = threading.Barrier(8)

    def answer(worker: int) -> None:
        together.wait()
        if store.save(replace(SESSION, turn=100 + worker), 1, [Silence(float(worker))]):
            won.append(worker)

    threads = [threading.Thread(target=answer, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    stored = store.load("CA1")
    assert stored == (replace(SESSION, turn=100 + won[0]), 2)
    assert store.events("CA1") == [Silence(float(won[0]))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(order=st.lists(st.tuples(st.booleans(), st.sampled_from(["load", "save"])), max_size=20))
def test_of_two_writers_with_one_version_exactly_one_wins_however_they_interleave(
    store: Sessions, order: list[tuple[bool, str]]
) -> None:
    call_id = f"CA{len(store.live())}"
    call = replace(CALL, id=call_id)
    store.save(replace(SESSION, call=call, turn=0), 0)
    seen = {True: 1, False: 1}
    winners: dict[int, list[int]] = {}
    for turn, (who, what) in enumerate(order, 1):
        if what == "load":
            stored = store.load(call_id)
            assert stored is not None
            seen[who] = stored[1]
        elif store.save(replace(SESSION, call=call, turn=turn), seen[who], [Silence(float(turn))]):
            winners.setdefault(seen[who], []).append(turn)
    assert all(len(turns) == 1 for turns in winners.values())
    assert sorted(winners) == list(range(1, len(winners) + 1))
    assert store.events(call_id) == [Silence(float(turns[0])) for _, turns in sorted(winners.items())]


def test_a_save_repeated_by_the_client_after_a_lost_answer_has_won_once(redis: Redis) -> None:
    store = RedisSessions(redis)
    arguments: list[str | int] = [0, "one-writer", 3, 2_000_000_000, "CA1", "text", "[]", "event"]
    keys = ["ringdown:call:CA1", "ringdown:call:CA1:events", "ringdown:live"]
    assert store._save(keys=keys, args=arguments) == 1
    assert store._save(keys=keys, args=arguments) == 1
    assert redis.llen("ringdown:call:CA1:events") == 1
    rival = [0, "another-writer", *arguments[2:]]
    assert store._save(keys=keys, args=rival) == 0


def test_calls_do_not_stay_in_redis_for_ever(redis: Redis) -> None:
    store = RedisSessions(redis)
    store.save(SESSION, 0, EVENTS)
    for key in ("ringdown:call:CA1", "ringdown:call:CA1:events"):
        assert LIVE_S - 10 <= int(str(redis.ttl(key))) <= LIVE_S
    store.end("CA1")
    store.save(SESSION, 1, EVENTS)
    for key in ("ringdown:call:CA1", "ringdown:call:CA1:events"):
        assert ENDED_S - 10 <= int(str(redis.ttl(key))) <= ENDED_S


def test_a_redis_that_is_gone_is_named_and_worth_another_try(tmp_path: Path) -> None:
    with Redis(unix_socket_path=str(tmp_path / "none.sock"), socket_timeout=1, retry=Retry(NoBackoff(), 0)) as client:
        with pytest.raises(OutsideError, match="Redis does not answer") as caught:
            RedisSessions(client).load("CA1")
        assert caught.value.retry


def test_a_redis_that_forgets_its_scripts_is_told_them_again(redis: Redis) -> None:
    store = RedisSessions(redis)
    assert store.save(SESSION, 0)
    redis.script_flush()
    assert store.save(replace(SESSION, turn=4), 1)
    assert store.load("CA1") == (replace(SESSION, turn=4), 2)


def test_what_callers_said_lies_sealed_in_redis_and_is_read_by_who_knows_the_secret(redis: Redis) -> None:
    card = "4111111111111111"
    call = Call("CA1", "+15035550100", "+14155550123", variables={"card": card}, secrets=("card",))
    store = RedisSessions(redis, Seal("ours"))
    assert store.save(Session(call, 1, (Say(f"It is {card}."),)), 0, [Pressed(1.0, card)])
    assert store.save(Session(call, 2, (Say("Goodbye."),)), 1, [Heard(2.0, f"my card is {card}")])
    fields = cast("dict[bytes, bytes]", redis.hgetall("ringdown:call:CA1"))
    lines = cast("list[bytes]", redis.lrange("ringdown:call:CA1:events", 0, -1))
    assert len(lines) == 2
    assert card.encode() not in b"".join((*fields.values(), *lines))
    other = RedisSessions(redis, Seal("ours"))
    assert other.load("CA1") == (Session(call, 2, (Say("Goodbye."),)), 2)
    assert other.answer("CA1", 1) == (Say(f"It is {card}."),)
    assert other.events("CA1") == [Pressed(1.0, card), Heard(2.0, f"my card is {card}")]
    stranger = RedisSessions(redis, Seal("theirs"))
    assert (stranger.load("CA1"), stranger.answer("CA1", 1), stranger.events("CA1")) == (None, (), [])


def test_a_call_that_an_earlier_version_began_goes_on_sealed(redis: Redis) -> None:
    call = Call("CA1", "+15035550100", "+14155550123")
    assert RedisSessions(redis).save(Session(call, 1, (Say("Hello."),)), 0, [Pressed(1.0, "1")])
    store = RedisSessions(redis, Seal("ours"))
    assert store.load("CA1") == (Session(call, 1, (Say("Hello."),)), 1)
    assert store.save(Session(call, 2, (Say("Goodbye."),)), 1, [Pressed(2.0, "2")])
    assert store.events("CA1") == [Pressed(1.0, "1"), Pressed(2.0, "2")]
    assert store.answer("CA1", 1) == (Say("Hello."),)
