"""The fuzz benchmark knows every address that the carrier posts to, and finds what breaks."""

from __future__ import annotations

from flask import Flask, Response, request

from ivr.benchmarks.fuzz import fuzz
from ivr.benchmarks.fuzz_posts import ROUTES, Poster
from ivr.benchmarks.fuzz_values import Values
from ivr.benchmarks.setting import Setting
from tests.benchmarks.web_thread import serving_app
from tests.conftest import ROOT


def test_every_address_that_the_carrier_posts_to_is_tried() -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "ivr/channels").glob("*.py")))
    for route in ROUTES:
        last = route.split("/")[2]
        assert f'"/{last}' in written, route
    for place in ("legs.add_url_rule", "sms.add_url_rule", "    post"):
        for found in written.split(f'{place}("/')[1:]:
            word = found.split('"')[0].split("/")[0]
            assert any(route.split("/")[2] == word for route in ROUTES), word


def test_a_little_of_it_finds_nothing_wrong_with_the_service(setting: Setting) -> None:
    report = fuzz(setting, 90)
    assert [figure.what for figure in report.figures if figure.met is False] == [], report.notes
    assert {figure.what: figure.value for figure in report.figures}["media sockets opened"] >= 1


def test_answers_of_500_and_documents_the_carrier_refuses_are_found() -> None:
    app = Flask(__name__)

    @app.post("/<path:path>")
    def answer(path: str) -> Response:
        if "'" in request.get_data(as_text=True) or "%27" in request.get_data(as_text=True):
            return Response("oops", status=500)
        return Response("<Response><Ring/></Response>", content_type="text/xml")

    with serving_app(app) as port:
        poster = Poster(port, f"http://127.0.0.1:{port}", "token", 1)
        for _ in range(60):
            poster.post()
        poster.close()
    assert poster.tally.broken > 0
    assert any(one.startswith("refused") for one in poster.tally.faults)


def test_the_same_seed_makes_the_same_values() -> None:
    one, other = Values(3), Values(3)
    assert [one.one("a", "b") for _ in range(200)] == [other.one("a", "b") for _ in range(200)]
