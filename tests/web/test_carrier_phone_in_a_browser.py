"""The desk's telephone on a carrier account: the page with the carrier's Voice SDK, whose part a twin of it plays."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response
from playwright.sync_api import Page, expect
from twilio.jwt.access_token import AccessToken

from ivr.accounts import Role
from ivr.flows.actions import Transfer
from ivr.flows.call import Call, Frame
from ivr.ports import Session
from tests.conftest import LINE, MONDAY_NOON, ROOT
from tests.web.browser import PATIENCE_MS, looking, serving, started, violations
from tests.web.flows_house import Editor
from tests.web.loudspeaker import until
from tests.web.people import PASSWORD, Company
from tests.web.test_flows import make

__all__ = ["make"]

ACCOUNT, KEY, SECRET = "AC" + "5" * 32, "SK" + "6" * 32, "a secret that no page may ever show"
SDK = ROOT / "tests/web/canned_voice_sdk.js"
CALLER = "+14155550123"
CALL_ID = "CA" + "7" * 32
RUNG = {"CallSid": "CA" + "8" * 32, "From": LINE, "To": "client:ann"}


def carrier() -> Flask:
    """Places the calls that it is asked for, and serves its SDK's script: another host than the page's."""
    app = Flask("carrier", static_folder=None)
    app.add_url_rule("/sdk.js", "sdk", lambda: Response(SDK.read_bytes(), mimetype="text/javascript"))
    calls = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    app.add_url_rule(calls, "calls", lambda: ({"sid": RUNG["CallSid"], "status": "queued"}, 201), methods=["POST"])
    return app


def wants_sales(company: Company) -> str:
    """A caller waits for sales, and Ann is rung."""
    call = Call(CALL_ID, LINE, CALLER, started_s=MONDAY_NOON, now_s=MONDAY_NOON, stack=(Frame("sales", 0),))
    assert company.parts.sessions.save(Session(call, 3, ()), 0)
    transfer_id = company.parts.transfers.begin(call, 3, Transfer("queue sales", "Wants a tent."), MONDAY_NOON)
    company.parts.transfers.caller_waits(transfer_id)
    return transfer_id


def log_in(page: Page) -> None:
    page.goto("/desk")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_an_agent_is_rung_answers_mutes_and_presses_keys_on_the_carriers_sdk(make: Callable[..., Editor]) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with serving(carrier()) as carrier_url:
        settings = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": "t" * 32,
            "TWILIO_API_KEY_SID": KEY,
            "TWILIO_API_KEY_SECRET": SECRET,
            "VOICE_SDK": f"{carrier_url}/sdk.js",
            "IVR_CARRIER_URL": carrier_url,
        }
        company = Company(make(**settings).parts)
        company.hire("dana", Role.ADMIN)
        company.hire("ann", Role.AGENT, agent="ann")
        with serving(company.app) as address, started() as browser, looking(browser, address) as page:
            log_in(page)
            until(lambda: page.evaluate("window.carrier?.device?.state === 'registered'"))
            expect(page.locator("#phone-state")).to_have_text("Ready")
            assert page.evaluate("carrier.device.constraints.echoCancellation") is True
            [token] = page.evaluate("carrier.device.tokens")
            assert AccessToken.from_jwt(token, SECRET).payload["grants"]["identity"] == "ann"
            assert SECRET not in page.content()

            # A token that ends soon is replaced, without a word to anybody.
            page.evaluate("carrier.device.emit('tokenWillExpire', carrier.device)")
            until(lambda: page.evaluate("carrier.device.tokens.length === 2"))
            expect(page.locator("#phone-state")).to_have_text("Ready")

            # It rings: what goes along with the ring tells which caller it is.
            transfer_id = wants_sales(company)
            expect(page.locator(".pop.rings")).to_contain_text("Wants a tent.")
            expect(page.locator("#accept")).to_be_disabled()
            page.evaluate("([rung, along]) => carrier.rings(rung, along)", [RUNG, {"transfer": transfer_id}])
            expect(page.locator("#phone-state")).to_have_text("Ringing")
            page.locator("#accept").click()
            expect(page.locator("#phone-state")).to_contain_text("On the phone")
            assert page.evaluate("carrier.call.status()") == "open"
            until(lambda: page.evaluate("carrier.call.digits.startsWith('1')"))
            assert page.evaluate("document.querySelector('#far').value") == 0.5
            assert violations(page) == []

            page.locator("#mute").click()
            expect(page.locator("#mute")).to_have_text("Muted")
            assert page.evaluate("carrier.call.isMuted()") is True
            page.locator("#keypad").click()
            page.locator("#pad [data-key='#']").click()
            assert "#" in page.evaluate("carrier.call.digits")

            # The network goes and comes; at last the line is dropped, and everything is as before the call.
            page.evaluate("carrier.call.emit('reconnecting', new Error('no network'))")
            expect(page.locator("#phone-state")).to_contain_text("Connection lost")
            page.evaluate("carrier.call.emit('reconnected')")
            expect(page.locator("#phone-state")).to_contain_text("On the phone")
            page.locator("#hangup").click()
            expect(page.locator("#phone-state")).to_have_text("The call is over.")

            # What the carrier gives up is taken up again, with a new token.
            page.evaluate("carrier.device.is('unregistered')")
            until(lambda: page.evaluate("carrier.device.tokens.length === 3 && carrier.device.state === 'registered'"))
            page.evaluate("rung => carrier.rings(rung, {})", RUNG)
            expect(page.locator("#phone-state")).to_contain_text("is calling")
            page.evaluate("carrier.call.reject()")
            expect(page.locator("#phone-state")).to_have_text("Declined.")
