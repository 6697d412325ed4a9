"""What the wallboard and readiness say of e-mails, texts and webhooks that do not go out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from ivr.outbox import Counts
from ivr.ports import OutsideError
from ivr.storage import Space
from ivr.web.access import Access
from ivr.web.health import health
from tests.web.conftest import House, app_of


def test_readiness_tells_how_the_outbox_stands_and_is_not_spoilt_by_it() -> None:
    def broken() -> dict[str, int]:
        raise OutsideError("The database failed", retry=True)

    app = Flask("ready")
    app.register_blueprint(health({}, {"outbox": lambda: {"waiting": 2, "parked": 1}, "other": broken}))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "ok": True,
        "failing": [],
        "outbox": {"waiting": 2, "parked": 1},
        "other": None,
    }


@pytest.mark.parametrize(
    ("space", "said"),
    [
        (Space(100), "The disk is nearly full: 100 MB are left."),
        (Space(90_000, 2, 500.0), "2 recordings are still at the carrier"),
        (Space(90_000, 1, 5.0), ""),
        (Space(90_000), ""),
    ],
)
def test_the_wallboard_says_when_the_disk_is_full_or_recordings_wait_at_the_carrier(
    house: House, space: Space, said: str
) -> None:
    sources = replace(house.sources, space=lambda: space)
    web = app_of(replace(house, sources=sources), Access("http://127.0.0.1:5000")).test_client()
    page = web.get("/").get_data(as_text=True)
    assert ("The disk is" in page or "still at the carrier" in page) is bool(said)
    assert said in page
    assert web.get("/readyz").get_json()["space"]["free_mb"] == space.free_mb


@pytest.mark.parametrize(
    ("counts", "said"),
    [(Counts(3, 1, 5.0), "1 errand (e-mails"), (Counts(3, 0, 500.0), "3 errands"), (Counts(3, 0, 5.0), "")],
)
def test_the_wallboard_says_so_when_something_cannot_be_sent(house: House, counts: Counts, said: str) -> None:
    sources = replace(house.sources, outbox=lambda: counts)
    web = app_of(replace(house, sources=sources), Access("http://127.0.0.1:5000")).test_client()
    page = web.get("/").get_data(as_text=True)
    assert ("ivr outbox list" in page or "wait, one for" in page) is bool(said)
    assert said in page
    assert web.get("/readyz").get_json()["outbox"]["waiting"] == 3
