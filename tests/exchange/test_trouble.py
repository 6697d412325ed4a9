"""What goes wrong on purpose, and that it goes wrong in the same way each time it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.exchange.network import Arrivals, Direction, Network
from ivr.exchange.script import ScriptError, read_script
from ivr.exchange.trouble import Trouble, TroubleError, read_trouble
from tests.exchange.endpoint import Endpoint, stream_then
from tests.exchange.world import LINE, Page, response, world

ANN = "+15035550123"
EVENTS = ("initiated", "ringing", "answered", "completed")


def told_with(trouble: Trouble) -> list[tuple[str, str, str]]:
    """Number, status and idempotency token of each status callback of one call, as they come."""

    async def story() -> list[tuple[str, str, str]]:
        async with world(trouble=trouble) as w:
            await w.phone(ANN, [{"answer": 1}])
            leg = await w.box.switch.place_call(
                to=ANN,
                from_=LINE,
                twiml=response("<Pause length='1'/>"),
                status_callback=w.service.url + "/told",
                status_callback_event=EVENTS,
            )
            await w.over(leg)
            assert all(one.genuine for one in w.service.asked)
            return [
                (one.params["SequenceNumber"], one.params["CallStatus"], one.headers["I-Twilio-Idempotency-Token"])
                for one in w.service.asked
                if one.path == "/told"
            ]

    return asyncio.run(story())


def test_without_trouble_callbacks_come_once_and_in_order() -> None:
    assert [number for number, _, _ in told_with(Trouble())] == ["0", "1", "2", "3"]


def test_late_callbacks_are_overtaken_the_same_way_each_time_and_none_is_lost() -> None:
    trouble = Trouble(seed=2, late=1.0)
    first, second = told_with(trouble), told_with(trouble)
    numbers = [number for number, _, _ in first]
    assert numbers != sorted(numbers)
    assert sorted(numbers) == ["0", "1", "2", "3"]
    assert {number: status for number, status, _ in first} == {
        "0": "queued",
        "1": "ringing",
        "2": "in-progress",
        "3": "completed",
    }
    assert numbers == [number for number, _, _ in second]


def test_a_doubled_callback_can_be_told_by_its_token() -> None:
    told = told_with(Trouble(seed=1, doubled=1.0))
    assert sorted(number for number, _, _ in told) == [*"00112233"]
    assert len({token for _, _, token in told}) == 4
    assert len({(number, status, token) for number, status, token in told}) == 4


def test_a_slow_service_keeps_the_caller_waiting_and_nothing_else() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response("<Say>One.</Say>", "<Redirect>/two</Redirect>"),
            "/two": response("<Say>Two.</Say>"),
        }
        async with world(pages, trouble=Trouble(slow_s=3)) as w:
            leg = await w.call()
            asked, said = w.events(leg, "verb")[1]["at_s"], w.events(leg, "say")[1]["at_s"]
            assert 3 <= said - asked < 3.1
            assert w.errors(leg) == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("overrides", "asked", "took_s"), [("#rt=2000", 1, 2), ("#rt=2000&rp=rt", 2, 4), ("#rt=2000&rp=rt&tt=3000", 2, 3)]
)
def test_a_service_slower_than_its_read_time_is_given_up_and_its_fallback_asked(
    overrides: str, asked: int, took_s: float
) -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response(f"<Redirect>/slow{overrides.replace('&', '&amp;')}</Redirect>"),
            "/slow": response("<Say>Too late.</Say>"),
            "/voice/fallback": response("<Say>One moment.</Say>"),
        }
        async with world(pages, trouble=Trouble(slow_s=2.5)) as w:
            leg = await w.call()
            assert w.service.paths().count("/slow") == asked
            assert w.errors(leg) == [11200]
            assert [event["text"] for event in w.events(leg, "say")] == ["One moment."]
            redirected, failed = w.events(leg, "verb")[0]["at_s"], w.events(leg, "error")[0]["at_s"]
            assert failed - redirected == pytest.approx(took_s, abs=0.1)

    asyncio.run(story())


@pytest.mark.parametrize("loss", [0.0, 0.02, 0.2, 0.5])
def test_as_much_sound_is_lost_as_is_asked_for(loss: float) -> None:
    way = Direction(loss, Trouble(seed=5).chance("in"))
    lost = sum(way.carried(b"sound") != b"sound" for _ in range(20_000))
    assert lost / 20_000 == pytest.approx(loss, abs=0.02)


@given(st.integers(0, 99), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([0.0, 0.04, 0.4]), st.integers(1, 300))
def test_frames_arrive_in_order_never_early_nor_later_than_the_jitter(
    seed: int, loss: float, jitter_s: float, frames: int
) -> None:
    network = Network(Trouble(seed=seed, loss=loss, jitter_s=jitter_s), "x")
    arrivals, came = Arrivals(network), []
    for place in range(frames):
        for at, frame in arrivals.after(network.inward.carried(b"%d" % place)):
            assert frame == b"%d" % at
            assert 0 <= place - at <= round(jitter_s / 0.02)
            came.append(at)
    assert came == sorted(set(came))
    if not loss:
        assert came == list(range(len(came)))
        assert frames - len(came) <= round(jitter_s / 0.02)


def media_with(network: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Chunk and timestamp of all sound of a streamed call of six seconds."""

    async def story() -> list[tuple[str, int]]:
        async with world() as w:
            endpoint = Endpoint()
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w)
            leg = await w.call({"network": network}, {"pause": 6}, {"hang_up": True, "now": True})
            assert w.errors(leg) == []
            return [(one["media"]["chunk"], int(one["media"]["timestamp"])) for one in endpoint.of("media")]

    return asyncio.run(story())


def test_lost_and_late_sound_shows_in_a_stream_as_jumps_of_its_time() -> None:
    media = media_with({"loss": 0.2, "jitter_s": 0.1, "seed": 4})
    assert [chunk for chunk, _ in media] == [str(n) for n in range(1, len(media) + 1)]
    times = [at_ms for _, at_ms in media]
    assert times == sorted(set(times))
    assert any(after - before > 20 for before, after in pairwise(times))
    assert len(media) < 300
    assert media == media_with({"loss": 0.2, "jitter_s": 0.1, "seed": 4})


def test_a_good_line_loses_nothing() -> None:
    media = media_with({"loss": 0})
    assert [at_ms for _, at_ms in media] == [20 * n for n in range(len(media))]


def test_a_recording_over_a_bad_line_has_holes_and_its_length() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {"/voice/incoming": response("<Record timeout='2' trim='do-not-trim' action='/r'/>")}
        async with world(pages) as w:
            leg = await w.call({"network": {"loss": 0.3, "seed": 1}}, {"wait": 1}, w.tone(700, 3.0))
            said = w.channel(leg, 0)
            holes = sum(not said[start : start + 160].any() for start in range(2 * 8000, 4 * 8000, 160))
            assert 10 < holes < 60
            assert w.service.params("/r")[0]["RecordingDuration"] == "6"

    asyncio.run(story())


@pytest.mark.parametrize(
    "wrong", [{"loss": 2}, {"loss": "much"}, {"rain": 1}, {"late": True}, {"seed": 0.5}, {"jitter_s": -1}, []]
)
def test_trouble_that_cannot_be_made_is_named(wrong: object) -> None:
    with pytest.raises(TroubleError, match=r"write|needs"):
        read_trouble(wrong, Trouble())


@pytest.mark.parametrize("wrong", [{"network": {"late": 1}}, {"network": {"loss": 0.1}, "say": "x"}, {"network": 3}])
def test_a_script_speaks_of_its_own_line_only(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(ScriptError, match="network"):
        read_script([wrong])
