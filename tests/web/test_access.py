"""Who gets in: whoever sits at the machine, and whoever has the token. Everybody else gets one sentence."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ivr.web.access import COOKIE, Access
from tests.web.conftest import House, app_of

TOKEN = "correct horse battery staple"  # noqa: S105 - made up for the test
PUBLIC = "https://ivr.example.com"
GUARDED = (
    "/",
    "/desk",
    "/calls",
    "/voicemail",
    "/api/v1/calls",
    "/api/v1/transfers",
    "/events/desk",
)


def client(house: House, access: Access) -> FlaskClient:
    return app_of(house, access).test_client()


@pytest.mark.parametrize("path", GUARDED)
def test_a_public_service_without_a_token_shows_nothing(house: House, path: str) -> None:
    answer = client(house, Access(PUBLIC)).get(path)
    assert answer.status_code == 403
    assert "IVR_PAGES_TOKEN" in answer.get_data(as_text=True)


def test_health_is_open_to_load_balancers(house: House) -> None:
    assert client(house, Access(PUBLIC)).get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"Host": "evil.example"}, "127.0.0.1"),  # a name that was made to point at this machine
        ({"Host": "127.0.0.1.evil.example"}, "127.0.0.1"),
        ({"Host": "localhost"}, "192.168.1.9"),  # somebody in the same network who claims to be here
        ({"Host": "localhost", "X-Forwarded-For": "203.0.113.9"}, "127.0.0.1"),  # a tunnel
        ({"Host": "localhost", "Forwarded": "for=203.0.113.9"}, "127.0.0.1"),
    ],
)
def test_on_one_machine_only_that_machine_gets_in(house: House, headers: dict[str, str], address: str) -> None:
    web = client(house, Access("http://127.0.0.1:5000"))
    answer = web.get("/calls", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
def test_every_name_of_this_machine_is_welcome(house: House, host: str) -> None:
    web = client(house, Access("http://127.0.0.1:5000"))
    assert web.get("/calls", headers={"Host": host}).status_code == 200


def test_the_token_is_shown_once_and_leaves_the_address(house: House) -> None:
    web = client(house, Access(PUBLIC, "secret", TOKEN))
    welcome = web.get("/desk", query_string={"agent": "ann", "token": TOKEN}, base_url=PUBLIC)
    assert (welcome.status_code, welcome.headers["Location"]) == (303, "/desk?agent=ann")
    cookie = welcome.headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=Lax"))
    assert TOKEN not in cookie
    assert web.get("/desk?agent=ann", base_url=PUBLIC).status_code == 200


def test_the_token_never_sends_anybody_to_another_host(house: House) -> None:
    web = client(house, Access(PUBLIC, "secret", TOKEN))
    welcome = web.get("//evil.example/", query_string={"token": TOKEN})
    assert not welcome.headers.get("Location", "").startswith("//")


def test_machines_send_the_token_as_a_bearer(house: House) -> None:
    web = client(house, Access(PUBLIC, "secret", TOKEN))
    assert web.get("/api/v1/calls", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert web.get("/api/v1/calls", headers={"Authorization": f"Basic {TOKEN}"}).status_code == 403


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", "é", "\x00"])
def test_a_wrong_token_gets_nothing(house: House, token: str) -> None:
    web = client(house, Access(PUBLIC, "secret", TOKEN))
    answer = web.get("/calls", query_string={"token": token})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_token_that_could_be_guessed_opens_nothing(house: House) -> None:
    web = client(house, Access(PUBLIC, "secret", "short"))
    assert web.get("/calls", query_string={"token": "short"}).status_code == 403


def test_a_new_token_ends_old_visits_and_a_made_up_cookie_is_none(house: House) -> None:
    first = client(house, Access(PUBLIC, "secret", TOKEN))
    first.get("/calls", query_string={"token": TOKEN}, base_url=PUBLIC)
    kept = first.get_cookie(COOKIE, "ivr.example.com")
    assert kept is not None
    for access, value in (
        (Access(PUBLIC, "secret", "another long token"), kept.value),
        (Access(PUBLIC, "other secret", TOKEN), kept.value),
        (Access(PUBLIC, "secret", TOKEN), "InBhZ2VzIg.aaaaaa.made-up"),
    ):
        web = client(house, access)
        web.set_cookie(COOKIE, value, domain="ivr.example.com")
        assert web.get("/calls", base_url=PUBLIC).status_code == 403
