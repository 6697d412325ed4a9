"""Agents and queues by the API, on a real floor: who is free, who waits, and agents saying what they are."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ivr.web.access import Access
from tests.web.conftest import House, app_of

TOKEN = "a token that is long enough"  # noqa: S105 - of this test only


@pytest.fixture
def web(house: House) -> FlaskClient:
    """A program that was given the pages' token."""
    client = app_of(house, Access("http://127.0.0.1:5000", "secret", TOKEN)).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    return client


def said(web: FlaskClient, agent: str, **state: object) -> int:
    return web.post(f"/api/v1/agents/{agent}/state", json=state).status_code


def states(web: FlaskClient) -> dict[str, str]:
    return {one["id"]: one["state"] for one in web.get("/api/v1/agents").json["agents"]}  # type: ignore[index]


def test_who_has_a_telephone_is_available_until_they_say_otherwise(web: FlaskClient, house: House) -> None:
    house.transfers.look_after()
    assert states(web) == {"ann": "available", "bob": "available"}
    assert said(web, "ann", state="break", reason="lunch") == 200
    ann = web.get("/api/v1/agents/ann").json
    assert ann is not None
    assert (ann["state"], ann["reason"], ann["queues"]) == ("break", "lunch", ["sales"])
    assert "address" not in ann


def test_nobody_on_a_break_is_rung_and_who_comes_back_is_rung_at_once(web: FlaskClient, house: House) -> None:
    assert said(web, "ann", state="break") == 200
    assert said(web, "bob", state="wrap-up") == 200
    house.transfer(house.live_call())
    assert house.carrier.rings == []
    assert [one["waiting"] for one in web.get("/api/v1/queues").json["queues"]] == [1]  # type: ignore[index]
    assert said(web, "bob", state="available") == 200
    assert [ring.to for ring in house.carrier.rings] == ["client:bob"]
    assert states(web) == {"ann": "break", "bob": "ringing"}


def test_a_queue_tells_of_its_last_hour(web: FlaskClient, house: House) -> None:
    taken = house.transfer(house.live_call())
    house.transfers.accepted(taken, int(house.carrier.rings[0].url.rpartition("/")[2]))
    house.transfers.caller_left(house.transfer(house.live_call(call_id="CA" + "d" * 32)))
    [queue] = web.get("/api/v1/queues").json["queues"]  # type: ignore[index]
    assert (queue["name"], queue["waiting"], queue["talking"], queue["free_agents"]) == ("sales", 0, 1, 1)
    assert (queue["answered"], queue["abandoned"], queue["abandon_rate"]) == (1, 1, 0.5)


@pytest.mark.parametrize(
    ("agent", "asked", "status"),
    [
        ("nobody", {"state": "break"}, 404),
        ("ann", {"state": "on call"}, 400),
        ("ann", {"state": ["break"]}, 400),
        ("ann", {"state": "break", "reason": 7}, 400),
        ("ann", {}, 400),
        ("ann", [], 400),
    ],
)
def test_what_makes_no_sense_is_refused(web: FlaskClient, agent: str, asked: object, status: int) -> None:
    assert web.post(f"/api/v1/agents/{agent}/state", json=asked).status_code == status
