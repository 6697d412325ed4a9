"""The page of the stores in a real browser: found as callers find them, imported, live in another window, and axe."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.web.browser import SCHEMES, looking, serving, started, violations
from tests.web.flows_house import Editor
from tests.web.test_flows import make
from tests.web.test_stores import COLUMNS, MARKET, PIKE, shop

__all__ = ["make", "shop"]


def test_a_store_is_found_and_a_new_list_comes_into_force_in_every_window(shop: Editor, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text(COLUMNS + MARKET + PIKE, "utf-8")
    with started() as browser, serving(shop.parts.web()) as address:
        with looking(browser, address) as page, looking(browser, address) as other:
            other.goto("/stores")
            expect(other.locator("#list-title")).to_have_text("1 store")
            page.goto("/stores")
            page.get_by_label("What a caller says").fill("near san fransisco")
            page.keyboard.press("Enter")
            expect(page.locator("[aria-labelledby=answer]")).to_contain_text("Did you mean San Francisco, California?")
            assert page.locator("circle.found").count() == 1
            page.locator("#list").set_input_files(new)
            page.get_by_role("button", name="Check it").click()
            expect(page.locator("#changes")).to_have_text("1 new, 0 changed, 0 gone")
            assert violations(page) == []
            page.get_by_role("button", name="Put it in force").click()
            expect(page.locator("#list-title")).to_have_text("2 stores")
            expect(other.locator("#list-title")).to_have_text("2 stores")
        for scheme in SCHEMES:
            with looking(browser, address, scheme, "phone") as page:
                page.goto("/stores?near=belltown")
                assert violations(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") == 390
