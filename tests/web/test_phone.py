"""The telephone as a page: who may call as whom, where its socket is, and what it shows of a call."""

from __future__ import annotations

from collections.abc import Callable

from ivr.phone_token import phone_of
from tests.web.flows_house import HOST, LINE, ORIGIN, Editor
from tests.web.test_flows import make

__all__ = ["make"]

SECRET = "a secret of the account"  # noqa: S105 - made up
EXCHANGE = {"IVR_CARRIER_URL": "http://127.0.0.1:5200", "TWILIO_AUTH_TOKEN": SECRET}
ME = "+14155550123"


def test_a_page_gets_a_token_for_the_number_it_calls_from(make: Callable[..., Editor]) -> None:
    answer = make(**EXCHANGE).client.get("/phone/token?number=%2B1 (415) 555-0123", base_url=ORIGIN).json
    assert answer
    assert (answer["url"], answer["address"]) == ("ws://127.0.0.1:5200/exchange/phone", ME)
    assert phone_of(SECRET, answer["token"]) == ME


def test_nobody_calls_as_an_agent_as_a_line_of_the_company_or_as_no_number(make: Callable[..., Editor]) -> None:
    client = make(**EXCHANGE).client
    for number in ("client:maria", "sip:maria@example.com", "%2B1503", "5035550123", "", LINE.replace("+", "%2B")):
        answer = client.get(f"/phone/token?number={number}", base_url=ORIGIN)
        assert answer.status_code == 400, number
        assert "token" not in (answer.json or {})


def test_the_page_may_connect_to_the_exchange_and_no_other_page_may(make: Callable[..., Editor]) -> None:
    client = make(**EXCHANGE).client
    answers = {path: client.get(path, base_url=ORIGIN).headers["Content-Security-Policy"] for path in ("/phone", "/")}
    assert "connect-src 'self' ws://127.0.0.1:5200/exchange/phone;" in answers["/phone"]
    assert "connect-src 'self';" in answers["/"]
    without = answers["/phone"].replace(" ws://127.0.0.1:5200/exchange/phone", "")
    assert without == answers["/"]


def test_a_page_reached_by_another_name_finds_the_socket_under_that_name(make: Callable[..., Editor]) -> None:
    editor = make(**EXCHANGE, IVR_PAGES_TOKEN="p" * 20, PUBLIC_URL="https://phones.example")
    asked = {"base_url": "https://phones.example", "headers": {"Authorization": f"Bearer {'p' * 20}"}}
    answer = editor.client.get("/phone/token?number=%2B14155550123", **asked).json
    assert answer
    assert answer["url"] == "wss://phones.example/exchange/phone"


def test_where_the_carrier_is_a_real_one_the_page_says_what_to_do_and_makes_no_tokens(
    make: Callable[..., Editor],
) -> None:
    editor = make(**EXCHANGE, TWILIO_ACCOUNT_SID="AC" + "5" * 32)
    page = editor.client.get("/phone", base_url=ORIGIN)
    assert "Call by a real telephone: +1 503-555-0100" in page.text
    assert "phone.js" not in page.text
    assert editor.client.get("/phone/token?number=%2B14155550123", base_url=ORIGIN).status_code == 404


def test_a_call_is_shown_with_what_could_be_said_now(make: Callable[..., Editor]) -> None:
    editor = make(**EXCHANGE)
    call = editor.call()
    assert call.session is not None
    path = f"/phone/calls/{call.session.call.id}"
    shown = editor.client.get(path, base_url=ORIGIN).json
    assert shown
    assert [line["text"] for line in shown["transcript"]] == ["Hello.", "Message or sales?"]
    assert shown["choices"] == [{"name": "message", "key": "1"}, {"name": "sales", "key": "2"}]
    assert (shown["step"], shown["waits_for"], shown["live"]) == ("welcome.1", "answer", True)
    call.hang_up()
    over = editor.client.get(path, base_url=ORIGIN).json
    assert over
    assert (over["live"], over["choices"]) == (False, [])
    assert editor.client.get("/phone/calls/CA0", base_url=ORIGIN).status_code == 404


def test_nothing_of_it_is_for_people_elsewhere(make: Callable[..., Editor]) -> None:
    client = make(**EXCHANGE).client
    for path in ("/phone", "/phone/token?number=%2B14155550123", "/phone/calls/CA1"):
        answer = client.get(path, base_url=f"http://{HOST}", headers={"X-Forwarded-For": "203.0.113.9"})
        assert answer.status_code == 403, path
