"""No way in without a guard: every route there is, also those that are yet to come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ivr.accounts import Role
from ivr.web.headers import FOR_CARRIERS
from tests.web.flows_house import ORIGIN, Editor
from tests.web.people import Company
from tests.web.test_flows import make

__all__ = ["make"]

OPEN = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/assets/<path:filename>"),
    ("GET", "/login"),
    ("GET", "/callback"),  # for visitors of the company's site, where the flow file says so
    ("POST", "/api/v1/callbacks"),
    ("POST", "/api/v1/callbacks/<request_id>/code"),
    ("GET", "/welcome/<token>"),
    ("GET", "/voice/media/hold.wav"),  # carriers fetch sounds without a signature
    ("GET", "/voice/prompt/<file>"),
}
"""What everybody may ask. A route that is to be open must be written down here."""

FILLED = {"topic": "all", "filename": "ringdown.css", "trial": "x"}


@pytest.fixture
def company(make: Callable[..., Editor]) -> Company:
    return Company(make().parts)


def routes(app: Flask) -> list[tuple[str, Rule]]:
    rules = [*app.url_map.iter_rules()]
    return [(method, rule) for rule in rules for method in sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"})]


def path_of(app: Flask, rule: Rule) -> str:
    """An address that leads to ``rule``."""
    values = {name: FILLED.get(name, "1" if "int:" in rule.rule else "x") for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built, rule
    return built[1]


def test_without_a_login_every_route_refuses(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    answers: dict[tuple[str, str], tuple[int, str]] = {}
    for method, rule in routes(company.app):
        answer = company.app.test_client().open(path_of(company.app, rule), method=method, base_url=ORIGIN)
        answers[method, rule.rule] = (answer.status_code, answer.headers.get("Location", "").partition("?")[0])
        answer.close()
    let_in = {route for route, answer in answers.items() if answer[0] not in {401, 403} and answer != (303, "/login")}
    assert let_in == OPEN, "a route without a guard: blueprint.before_request(access.guard(role))"
    assert len(answers) > 30


def test_what_carriers_post_is_refused_without_their_signature_even_to_an_admin(company: Company) -> None:
    dana = company.at_work("dana", Role.ADMIN)
    paths = [path_of(company.app, rule) for _, rule in routes(company.app) if rule.rule.startswith(FOR_CARRIERS)]
    assert paths
    for path in paths:
        assert dana.client.post(path, base_url=ORIGIN).status_code == 403, path


AGENTS, SUPERVISORS, EDITORS, ADMINS = {"ann", "sue", "dana"}, {"sue", "dana"}, {"eve", "dana"}, {"dana"}
ALL = {"ann", "sue", "eve", "dana"}


def test_every_page_is_for_the_roles_that_need_it(company: Company) -> None:
    people = {
        "dana": company.at_work("dana", Role.ADMIN),
        "ann": company.at_work("ann", Role.AGENT),
        "sue": company.at_work("sue", Role.SUPERVISOR),
        "eve": company.at_work("eve", Role.EDITOR),
    }
    wanted = {
        "/": AGENTS,
        "/desk": AGENTS,
        "/desk?agent=ann": AGENTS,
        "/calls": AGENTS,
        "/voicemail": AGENTS,
        "/flows": EDITORS,
        "/users": ADMINS,
        "/users/audit": ADMINS,
        "/account": ALL,
        "/api/v1/calls": AGENTS,
        "/api/v1/voicemails": AGENTS,
        "/api/v1/transfers": AGENTS,
        "/api/v1/flows": EDITORS,
    }
    seen = {}
    for path in wanted:
        answers = {name: person.get(path) for name, person in people.items()}
        seen[path] = {name for name, answer in answers.items() if answer.status_code == 200}
        assert {answer.status_code for name, answer in answers.items() if name not in seen[path]} <= {403}
    assert seen == wanted


def test_the_menu_shows_what_one_may_open(company: Company) -> None:
    people = [
        company.at_work("dana", Role.ADMIN),
        company.at_work("ann", Role.AGENT),
        company.at_work("eve", Role.EDITOR),
    ]
    menus = [
        {path for path in ("/calls", "/flows", "/users") if f'href="{path}"' in one.get("/account").text}
        for one in people
    ]
    assert menus == [{"/calls", "/flows", "/users"}, {"/calls"}, {"/flows"}]
