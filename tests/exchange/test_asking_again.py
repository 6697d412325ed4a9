"""Which failures the service is asked again after, how often, and who is asked in the end."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from ivr.exchange.limits import Limits
from tests.exchange.world import LINE, Page, Params, World, response, world

TOKEN_HEADER = "I-Twilio-Idempotency-Token"  # noqa: S105 - a header's name
FALLBACK: Page = response("<Say>One moment.</Say>")


def failing(status: int) -> Page:
    def page(_: Params) -> web.Response:
        return web.Response(status=status)

    return page


def tokens(w: World, path: str) -> list[str]:
    return [one.headers[TOKEN_HEADER] for one in w.service.asked if one.path == path]


def again(w: World) -> list[str]:
    return [event["reason"] for event in w.box.plant.timeline.after(0) if event["what"] == "asked again"]


@pytest.mark.parametrize(
    ("overrides", "status", "asked"),
    [
        ("", 503, 1),
        ("#rc=2", 503, 1),
        ("#rp=4xx", 503, 1),
        ("#rp=5xx", 503, 2),
        ("#rp=5xx&rc=0", 503, 1),
        ("#rp=4xx", 404, 2),
        ("#rp=all", 404, 2),
    ],
)
def test_a_failing_service_is_asked_again_as_the_url_says_with_one_token_and_then_its_fallback(
    overrides: str, status: int, asked: int
) -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response(f"<Redirect>/turn{overrides.replace('&', '&amp;')}</Redirect>"),
            "/turn": failing(status),
            "/voice/fallback": FALLBACK,
        }
        async with world(pages) as w:
            leg = await w.call()
            assert len(tokens(w, "/turn")) == asked
            assert len(set(tokens(w, "/turn"))) == 1
            assert again(w) == [f"{status // 100}xx"] * (asked - 1)
            assert w.errors(leg) == [11200]
            [told] = w.service.params("/voice/fallback")
            assert (told["ErrorCode"], told["ErrorUrl"]) == ("11200", w.service.url + "/turn")
            assert tokens(w, "/voice/fallback") != tokens(w, "/turn")[:1], "another request has another token"
            assert [event["text"] for event in w.events(leg, "say")] == ["One moment."]

    asyncio.run(story())


def test_each_request_has_a_token_of_its_own() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Redirect>/turn</Redirect>")}) as w:
            await w.call()
            given = [one.headers[TOKEN_HEADER] for one in w.service.asked]
            assert len(given) == len(set(given)) == 3

    asyncio.run(story())


@pytest.mark.parametrize(("overrides", "retried"), [("#rt=100&rp=rt", ["rt"]), ("#rt=100&rc=0", []), ("#rt=100", [])])
def test_a_service_that_does_not_answer_in_its_read_time_is_given_up(overrides: str, retried: list[str]) -> None:
    async def story() -> None:
        never = asyncio.Event()

        async def silent(_: Params) -> str:
            await never.wait()
            return ""

        pages: dict[str, Page] = {
            "/voice/incoming": response(f"<Redirect>/turn{overrides.replace('&', '&amp;')}</Redirect>"),
            "/turn": silent,
            "/voice/fallback": FALLBACK,
        }
        async with world(pages) as w:
            leg = await w.call()
            never.set()
            assert w.errors(leg) == [11200]
            assert again(w) == retried
            assert w.service.params("/voice/fallback")[0]["ErrorCode"] == "11200"

    asyncio.run(story())


def test_the_total_time_ends_all_trying() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response("<Redirect>/turn#rp=5xx&amp;rc=5&amp;tt=400</Redirect>"),
            "/turn": failing(500),
            "/voice/fallback": FALLBACK,
        }
        async with world(pages) as w:  # the pause before the second time is longer than all the time there is
            leg = await w.call()
            assert again(w) == []
            assert w.errors(leg) == [11200]
            assert "0.4 s" in w.events(leg, "error")[0]["message"]

    asyncio.run(story())


def test_a_call_placed_by_rest_has_a_fallback_too_asked_by_its_own_method() -> None:
    async def story() -> None:
        async with world({"/turn": failing(500), "/instead": FALLBACK}) as w:
            await w.phone("+15035550123", [{"answer": 1}])
            url, instead = w.service.url + "/turn", w.service.url + "/instead"
            leg = await w.box.switch.place_call(to="+15035550123", from_=LINE, url=url, fallback=(instead, "GET"))
            await w.over(leg)
            assert [event["text"] for event in w.events(leg, "say")] == ["One moment."]
            assert w.service.params("/instead")[0]["ErrorCode"] == "11200"

    asyncio.run(story())


def test_a_call_placed_by_rest_ends_when_its_time_is_up() -> None:
    async def story() -> None:
        async with world({"/turn": response("<Pause length='60'/>")}) as w:
            await w.phone("+15035550123", [{"answer": 1}, {"wait": 90}])
            url = w.service.url + "/turn"
            leg = await w.box.switch.place_call(to="+15035550123", from_=LINE, url=url, time_limit_s=7)
            await w.over(leg)
            assert (leg.status, round(leg.duration_s)) == ("completed", 7)
            assert w.box.plant.clock.now_s < 20

    asyncio.run(story())


def test_a_sound_file_is_fetched_within_the_limits_of_its_url() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response("<Play>/bell.wav#rp=5xx&amp;rc=1</Play>"),
            "/bell.wav": failing(500),
        }
        async with world(pages) as w:
            leg = await w.call()
            assert w.service.paths().count("/bell.wav") == 2
            assert w.errors(leg)[0] == 11200
            assert all(one.genuine for one in w.service.asked)

    asyncio.run(story())


def test_nothing_is_tried_again_that_no_policy_names() -> None:
    assert not Limits(policy=("all",)).retried("url")
