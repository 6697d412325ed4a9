"""The page of the stores: what it shows, and a new list from its check to its undoing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from ivr.accounts import Role
from ivr.web import stores
from tests.web.conftest import HOSTILE
from tests.web.flows_house import FLOWS, ORIGIN, Editor
from tests.web.people import Company
from tests.web.test_flows import make

__all__ = ["make"]

COLUMNS = "id,name,address,city,state,zip,lat,lon,phone,hours,services,neighborhood\n"
MARKET = "1,Market Street,1 Market Street,San Francisco,CA,94105,37.79,-122.39,+14155550100,24/7,repairs,\n"
PIKE = "2,Pike Place,1 Pike Place,Seattle,WA,98101,47.609,-122.341,,Mo-Fr 09:00-17:00,rentals,Belltown\n"


@pytest.fixture
def shop(make: Callable[..., Editor], tmp_path: Path) -> Editor:
    (tmp_path / "flows.yaml").write_text("stores: {file: stores.csv}\n" + FLOWS, "utf-8")
    (tmp_path / "stores.csv").write_text(COLUMNS + MARKET, "utf-8")
    return make()


def page(editor: Editor, query: str = "") -> str:
    return editor.page(f"/stores{query}")


def send(editor: Editor, path: str, **fields: object) -> TestResponse:
    token = re.search(r'name="page_token" value="([^"]+)"', page(editor))
    assert token
    return editor.client.post(
        f"/stores/{path}",
        base_url=ORIGIN,
        headers={"Origin": ORIGIN},
        data={"page_token": token[1], **fields},
        content_type="multipart/form-data",
    )


def upload(editor: Editor, text: str) -> TestResponse:
    return send(editor, "upload", list=(io.BytesIO(text.encode()), "new.csv"))


def mark(response: TestResponse) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', response.text)
    assert found
    return found[1]


def test_a_list_is_checked_shown_put_in_force_and_taken_back(shop: Editor, tmp_path: Path) -> None:
    preview = upload(shop, COLUMNS + MARKET.replace("24/7", "Mo-Fr 10:00-16:00") + PIKE)
    assert "1 new, 1 changed, 0 gone" in preview.text
    assert "Pike Place" not in page(shop)
    assert send(shop, "apply", mark=mark(preview)).status_code == 303
    assert "Pike Place" in page(shop)
    assert {one["id"] for one in shop.parts.books.current().skills.locate("98101", 5, 0.0).stores} == {"1", "2"}
    assert send(shop, "undo").status_code == 303
    assert "Pike Place" not in page(shop)
    assert (tmp_path / "stores.csv").read_text("utf-8") == COLUMNS + MARKET
    told = [entry.what for entry in shop.parts.audit.entries(5)]
    assert {"stores imported", "stores put back"} <= set(told)


def test_a_list_with_mistakes_is_not_put_in_force(shop: Editor, tmp_path: Path) -> None:
    before = (tmp_path / "stores.csv").read_bytes()
    bad = upload(shop, COLUMNS + MARKET.replace("37.79", "north"))
    assert "no latitude" in bad.text
    assert "Put it in force" not in bad.text
    good = mark(upload(shop, COLUMNS + PIKE))
    for wrong in ("0" * 16, "../../flows", good[:-1] + "x"):
        assert send(shop, "apply", mark=wrong).status_code == 409
    assert (tmp_path / "stores.csv").read_bytes() == before


@pytest.mark.parametrize("text", ["", "\0\1", "id,name\n", '{"features": []}'])
def test_what_is_no_list_is_refused_in_words(text: str, shop: Editor) -> None:
    answer = upload(shop, text)
    assert answer.status_code in (200, 409)
    assert "Put it in force" not in answer.text


def test_too_large_a_list_is_refused(shop: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MOST_BYTES", 10_000)
    monkeypatch.setattr(stores, "FORM_BYTES", 1_000)
    assert upload(shop, COLUMNS + MARKET).status_code == 200
    assert upload(shop, COLUMNS + "x" * 12_000).status_code == 413


def test_the_search_answers_as_a_caller_is_answered(shop: Editor, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text(COLUMNS + MARKET + PIKE, "utf-8")
    assert "Near <strong>San Francisco, California" in page(shop, "?near=i'm+in+nine+four+one+oh+five")
    assert "Which Springfield" in page(shop, "?near=springfield")
    assert "Did you mean <strong>Philadelphia" in page(shop, "?near=filadelphia")
    assert "Near <strong>Belltown" in page(shop, "?near=belltown&service=rentals")
    assert "I do not know the place qwertyuiop" in page(shop, "?near=qwertyuiop")


def test_a_list_that_breaks_while_live_is_told_and_callers_keep_the_one_before(shop: Editor, tmp_path: Path) -> None:
    assert shop.parts.books.current().skills.locate("94105", 1, 0.0).outcome == "found"
    for broken in ("", COLUMNS + MARKET.replace("37.79", "north")):
        (tmp_path / "stores.csv").write_text(broken, "utf-8")
        assert "1 mistake in the list" in page(shop)
        assert shop.parts.books.current().skills.locate("94105", 1, 0.0).outcome == "found"


def test_names_in_the_list_are_text_and_never_markup(shop: Editor, tmp_path: Path) -> None:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    (tmp_path / "stores.csv").write_text(COLUMNS + MARKET.replace("Market Street", quoted, 1), "utf-8")
    assert "<script>alert" not in page(shop)
    assert "<script>alert" not in page(shop, "?near=<script>alert(1)</script>")


def test_agents_may_look_and_only_editors_and_supervisors_may_change(shop: Editor) -> None:
    company = Company(shop.parts)
    company.hire("boss", Role.ADMIN)
    for role, may in ((Role.AGENT, False), (Role.SUPERVISOR, True), (Role.EDITOR, True)):
        browser = company.at_work(f"{role}one", role)
        shown = browser.get("/stores")
        assert (shown.status_code, "A new list" in shown.text) == (200, may)
        assert browser.post("/stores/undo", page="/stores").status_code == (409 if may else 403)
        assert browser.client.post("/stores/undo", base_url=ORIGIN, headers={"Origin": ORIGIN}).status_code == 403
