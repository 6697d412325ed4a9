"""The pages of accounts in a real browser, without scripts too: from the first link to a second person's login."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.browser import SCHEMES, Scheme, looking, serving, started, violations
from tests.web.flows_house import Editor
from tests.web.people import PASSWORD, Company
from tests.web.test_flows import make

__all__ = ["make"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_people_get_their_accounts(make: Callable[..., Editor], browser: Browser, scheme: Scheme) -> None:
    company = Company(make().parts)
    with serving(company.app) as address, looking(browser, address, scheme) as page:
        # The first one is made by the link that the start prints.
        page.goto(f"/welcome/{company.parts.accounts.first_link()}")
        assert violations(page) == []
        page.get_by_label("Your name here").fill("dana")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same again").fill(PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Wallboard")

        # She adds somebody, and hands the link over.
        page.get_by_role("link", name="Users").click()
        assert violations(page) == []
        page.get_by_label("Name", exact=True).fill("ann")
        page.get_by_role("button", name="Add, and make a link").click()
        link = page.locator(".done code").inner_text()
        assert violations(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.goto("/users/audit")
        assert violations(page) == []
        page.goto("/account")
        assert violations(page) == []
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
        assert violations(page) == []

        page.goto(re.sub(r"^.*?(?=/welcome)", "", link))
        assert violations(page) == []
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same again").fill(PASSWORD)
        page.get_by_role("button", name="Save and log in").click()
        expect(page.get_by_role("link", name="ann", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Users")).to_have_count(0)


def test_logging_in_and_out_needs_no_script(make: Callable[..., Editor], browser: Browser) -> None:
    company = Company(make().parts)
    company.parts.accounts.join(company.parts.accounts.first_link(), PASSWORD, "dana")
    with serving(company.app) as address:
        context = browser.new_context(base_url=address, java_script_enabled=False)
        page = context.new_page()
        page.goto("/calls")
        page.get_by_label("Name").fill("dana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Calls")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
        page.goto("/calls")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
        context.close()
