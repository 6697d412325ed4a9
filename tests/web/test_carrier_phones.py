"""Telephones in the desks on a carrier account: who gets a token, for what, and what the page may reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from twilio.jwt.access_token import AccessToken

from ivr.accounts import Role
from ivr.channels.carriers.twilio_voice import VALID_S
from ivr.settings import ROOT, Settings, SettingsError
from tests.web.flows_house import ORIGIN, Editor
from tests.web.people import Company
from tests.web.test_flows import make

__all__ = ["make"]

ACCOUNT, KEY, SECRET = "AC" + "5" * 32, "SK" + "6" * 32, "a secret that no page may ever show"
VOICE = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_API_KEY_SID": KEY,
    "TWILIO_API_KEY_SECRET": SECRET,
    "VOICE_SDK": "https://files.example/sdk/twilio.min.js",
}


def test_an_agent_gets_a_short_token_that_lets_the_page_be_rung_as_that_agent_and_nothing_else(
    make: Callable[..., Editor],
) -> None:
    company = Company(make(**VOICE).parts)
    company.hire("dana", Role.ADMIN)
    ann = company.at_work("ann", Role.AGENT, agent="ann")
    answer = ann.get("/desk/phone?agent=ann").get_json()
    assert (answer["address"], answer["script"]) == ("client:ann", VOICE["VOICE_SDK"])
    claims = AccessToken.from_jwt(answer["token"], SECRET).payload
    assert (claims["iss"], claims["sub"]) == (KEY, ACCOUNT)
    assert claims["grants"] == {"identity": "ann", "voice": {"incoming": {"allow": True}}}
    assert 0 < VALID_S <= 900
    assert claims["exp"] - int(claims["jti"].rpartition("-")[2]) in {VALID_S, VALID_S + 1}


def test_no_token_for_another_agent_nor_for_who_has_not_logged_in(make: Callable[..., Editor]) -> None:
    company = Company(make(**VOICE).parts)
    assert company.visitor().get("/desk/phone?agent=ann").status_code == 403  # at this machine, without an account
    company.hire("dana", Role.ADMIN)
    bob = company.at_work("bob", Role.AGENT, agent="bob")
    assert bob.get("/desk/phone?agent=ann").status_code == 403
    assert company.visitor().get("/desk/phone?agent=ann").status_code in {303, 401}
    program = {"Authorization": f"Bearer {company.parts.settings.program_token}"}
    answer = company.visitor().client.get("/desk/phone?agent=ann", base_url=ORIGIN, headers=program)
    assert answer.status_code == 403
    assert "token" not in answer.get_json()


def test_the_desk_may_reach_the_scripts_host_and_the_carrier_and_no_other_page_may(
    make: Callable[..., Editor],
) -> None:
    client = make(**VOICE).client
    policies = {path: client.get(path, base_url=ORIGIN).headers["Content-Security-Policy"] for path in ("/desk", "/")}
    assert "script-src 'self' https://files.example;" in policies["/desk"]
    assert "wss://voice-js.roaming.twilio.com" in policies["/desk"]
    assert "unsafe" not in policies["/desk"]
    assert "script-src 'self';" in policies["/"]
    assert "connect-src 'self';" in policies["/"]


def test_a_script_that_is_a_file_comes_from_our_own_host(make: Callable[..., Editor]) -> None:
    file = "tests/web/canned_voice_sdk.js"
    client = make(**{**VOICE, "VOICE_SDK": file}).client
    assert "script-src 'self';" in client.get("/desk", base_url=ORIGIN).headers["Content-Security-Policy"]
    script = client.get("/desk/voice-sdk.js", base_url=ORIGIN)
    assert (script.data, script.mimetype) == ((ROOT / file).read_bytes(), "text/javascript")
    missing = make(**{**VOICE, "VOICE_SDK": "nowhere.js"}).client
    assert missing.get("/desk/voice-sdk.js", base_url=ORIGIN).status_code == 404


def test_without_a_key_the_desk_has_no_telephone_and_no_token(make: Callable[..., Editor]) -> None:
    client = make(TWILIO_ACCOUNT_SID=ACCOUNT).client
    assert "data-phone" not in client.get("/desk?agent=ann", base_url=ORIGIN).text
    assert client.get("/desk/phone?agent=ann", base_url=ORIGIN).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_API_KEY_SID", "SKx"),
        ("TWILIO_API_KEY_SID", ""),
        ("TWILIO_API_KEY_SECRET", ""),
        ("VOICE_SDK", ""),
        ("VOICE_SDK", "http://files.example/sdk.js"),
        ("VOICE_SDK", "https://files.example;script-src/sdk.js"),
        ("VOICE_SDK", "https://files.example 'unsafe-inline'/sdk.js"),
    ],
)
def test_half_of_the_settings_or_an_odd_address_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.from_env({**VOICE, name: value}, ROOT)
    assert SECRET not in str(refused.value)
