"""Visitors who ask to be called back: a code shows that the telephone is theirs, and floods come to nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from redis import Redis

from ivr.agents.callback_requests import (
    FROM_ADDRESS,
    TO_NUMBER,
    TRIES,
    CallbackPage,
    CallbackRequests,
    RequestError,
    TooManyError,
)
from ivr.agents.numbers import NumberError, number_of
from ivr.ports import OutsideError
from tests.agents.calling_shop import CALLER, CallingShop, database, shop

__all__ = ["database", "shop"]

NIGHT_S = 50_000.0
PAGE = CallbackPage(
    "Fish & Sons",
    "+15035550100",
    ("US", "GB"),
    {"Buying a tent": "sales", "Something else": "support"},
    "UTC",
    lambda queue, at_s: queue == "sales" and at_s < NIGHT_S,
)
WANTED = {"number": "(503) 555-0128", "topic": "Buying a tent", "name": " Dana\n Lee ", "at_s": ""}


class Site:
    """The company's site, and the telephone that texts go to."""

    def __init__(self, shop: CallingShop) -> None:
        self.shop = shop
        self.page: CallbackPage | None = PAGE
        self.requests = CallbackRequests(
            shop.redis, lambda: self.page, shop.carrier.send_text, shop.callbacks, shop.clock
        )

    def ask(self, address: str = "192.0.2.1", **other: str) -> str:
        return self.requests.ask({**WANTED, **other}, address)[0]

    @property
    def code(self) -> str:
        found = re.match(r"[0-9]{6}", self.shop.carrier.texts[-1][2])
        assert found
        return found[0]

    def wrong_code(self) -> str:
        return f"{(int(self.code) + 1) % 10**6:06}"


@pytest.fixture
def site(shop: CallingShop) -> Site:
    return Site(shop)


def test_nobody_is_called_before_the_code_is_back(site: Site) -> None:
    request = site.ask()
    body = f"{site.code} is your code for a call from Fish & Sons. If you did not ask for it, do nothing."
    assert site.shop.carrier.texts == [(CALLER, "+15035550100", body)]
    site.shop.later(60)
    with pytest.raises(RequestError, match="not the code"):
        site.requests.confirm(request, site.wrong_code())
    assert (site.shop.list.open(), site.shop.carrier.rings) == ([], [])
    assert site.requests.confirm(request, f" {site.code[:3]} {site.code[3:]}").number == CALLER
    [one] = site.shop.list.open()
    assert (one["number"], one["queue"], one["name"]) == (CALLER, "sales", "Dana Lee")
    assert one["brief"] == "Dana Lee asked on the website to be called about: Buying a tent."
    assert site.shop.rung == ["ann"]


def test_bringing_the_code_twice_is_one_callback(site: Site) -> None:
    request = site.ask()
    for _ in range(2):
        site.requests.confirm(request, site.code)
    assert len(site.shop.list.shown()) == 1


def test_asking_twice_is_being_called_once(site: Site) -> None:
    site.shop.talk(site.shop.waits("a"))
    for _ in range(2):
        request = site.ask()
        site.requests.confirm(request, site.code)
    assert len(site.shop.list.open()) == 1


def test_of_two_times_the_last_one_counts(site: Site) -> None:
    for at_s in ("7200.0", "3600.0"):
        request = site.ask(at_s=at_s)
        site.requests.confirm(request, site.code)
    assert [one["next_s"] for one in site.shop.list.open()] == [3600.0]


def test_a_code_cannot_be_guessed(site: Site) -> None:
    request = site.ask()
    for _ in range(TRIES):
        with pytest.raises(RequestError, match="not the code"):
            site.requests.confirm(request, site.wrong_code())
    with pytest.raises(RequestError, match="tried too often"):
        site.requests.confirm(request, site.code)
    with pytest.raises(RequestError, match="too old"):
        site.requests.confirm("nobody's", "000000")
    assert site.shop.list.shown() == []


def test_a_code_is_for_its_own_request_only(site: Site) -> None:
    first = site.ask()
    code = site.code
    second = site.ask(number="+15035550129")
    if site.code != code:
        with pytest.raises(RequestError, match="not the code"):
            site.requests.confirm(second, code)
    site.requests.confirm(first, code)
    assert [one["number"] for one in site.shop.list.open()] == [CALLER]


def test_a_code_is_forgotten_after_a_while(site: Site) -> None:
    site.ask()
    [key] = site.shop.redis.keys("ringdown:callback-request:*")
    assert 0 < int(site.shop.redis.ttl(key)) <= 600
    assert site.code.encode() not in repr(site.shop.redis.hgetall(key)).encode()


def test_nobody_is_pestered_with_codes(site: Site) -> None:
    for number in range(TO_NUMBER):
        site.ask(f"192.0.2.{number}")
    with pytest.raises(TooManyError):
        site.ask("192.0.2.200")
    assert len(site.shop.carrier.texts) == TO_NUMBER


def test_from_one_address_few_texts_are_sent_but_a_program_of_ours_stands_for_many(site: Site) -> None:
    for number in range(FROM_ADDRESS):
        site.ask(number=f"+1503555{number + 2000}")
    with pytest.raises(TooManyError):
        site.ask(number="+15035553000")
    site.ask("", number="+15035553000")
    assert len(site.shop.carrier.texts) == FROM_ADDRESS + 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "+18765550100"),  # Jamaica: the same country code
        ("number", "+1 900 555 0100"),
        ("number", "911"),
        ("number", "+15035550128 ext. 9"),
        ("number", "client:ann"),
        ("number", ""),
        ("topic", "sales"),
        ("topic", ""),
        ("name", "x" * 61),
        ("at_s", "999"),
        ("at_s", "nan"),
        ("at_s", "soon"),
        ("at_s", str(NIGHT_S + 1)),
    ],
)
def test_what_is_not_offered_is_refused_before_anything_is_sent(site: Site, field: str, value: str) -> None:
    with pytest.raises(RequestError) as refused:
        site.ask(**{field: value})
    assert refused.value.what == field
    assert site.shop.carrier.texts == []


def test_a_number_of_an_allowed_country_may_be_written_in_its_own_way() -> None:
    assert number_of("503.555.0128", ("US",)) == number_of("+1 503 555 0128", ("GB", "US")) == CALLER
    with pytest.raises(NumberError):
        number_of("503.555.0128", ())


def test_somebody_may_be_called_at_a_time_when_somebody_is_there(site: Site) -> None:
    request = site.ask(at_s="7200.0")
    site.requests.confirm(request, site.code)
    assert [one["next_s"] for one in site.shop.list.open()] == [7200.0]
    assert site.shop.rung == []


def test_where_it_is_not_turned_on_nothing_is_sent_and_no_code_works(site: Site) -> None:
    request = site.ask()
    site.page = None
    for refused in (site.ask, lambda: site.requests.confirm(request, site.code)):
        with pytest.raises(RequestError, match="cannot be asked for here"):
            refused()
    assert site.shop.list.shown() == []


def test_a_telephone_that_gets_no_texts_is_told_so(site: Site) -> None:
    def refuse(to: str, sender: str, body: str) -> str:
        raise OutsideError("21614: not a mobile number", retry=False)

    requests = CallbackRequests(site.shop.redis, lambda: PAGE, refuse, site.shop.callbacks, site.shop.clock)
    with pytest.raises(RequestError, match="cannot send a text") as told:
        requests.ask(WANTED, "192.0.2.1")
    assert told.value.what == "number"


def test_without_redis_nothing_is_sent(site: Site) -> None:
    away = Redis(unix_socket_path="/nowhere/redis.sock")
    requests = CallbackRequests(away, lambda: PAGE, site.shop.carrier.send_text, site.shop.callbacks, site.shop.clock)
    with pytest.raises(OutsideError):
        requests.ask(WANTED, "192.0.2.1")
    assert site.shop.carrier.texts == []
    away.close()


def test_a_queue_that_is_gone_meanwhile_is_not_promised(site: Site) -> None:
    site.page = replace(PAGE, topics={"Buying a tent": "gone"}, may_call=lambda queue, at_s: True)
    request = site.ask()
    with pytest.raises(OutsideError, match="Nobody can be called back"):
        site.requests.confirm(request, site.code)
