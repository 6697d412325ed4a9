"""Coming in and going: the first account, logging in, what forms of other sites can do (nothing), and the end of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ivr.accounts import Role
from tests.conftest import MONDAY_NOON
from tests.web.flows_house import FLOWS, ORIGIN, Editor
from tests.web.people import PASSWORD, Browser, Company
from tests.web.test_flows import TOKEN, make
from tests.web.test_in_a_browser import fill

__all__ = ["make"]

PUBLIC = "https://ivr.example.com"
OTHER = "eight brown kettles"


@pytest.fixture
def company(make: Callable[..., Editor]) -> Company:
    return Company(make().parts)


def test_the_first_account_ends_the_time_without_logins(company: Company) -> None:
    before = company.visitor()
    assert before.get("/calls").status_code == 200
    assert "nobody needs to log in" in before.get("/login").text
    link = f"/welcome/{company.parts.accounts.first_link()}"
    assert before.get(link).status_code == 200
    assert before.get("/calls").status_code == 200, "looking at a link uses nothing up"
    assert before.post(link, name="dana", password=PASSWORD, again=PASSWORD).status_code == 303
    assert before.get("/users").status_code == 200
    other = company.visitor()
    assert (other.get("/calls").status_code, other.get("/calls").headers["Location"]) == (303, "/login?next=%2Fcalls")
    assert other.get("/api/v1/calls").status_code == 401
    assert other.get("/events/all").status_code == 401
    assert other.get(link).status_code == 404


def test_a_link_that_is_filled_in_wrongly_can_be_used_again(company: Company) -> None:
    link = f"/welcome/{company.parts.accounts.first_link()}"
    visitor = company.visitor()
    for fields, told in (
        ({"name": "dana", "password": PASSWORD, "again": OTHER}, "not the same"),
        ({"name": "dana", "password": "short", "again": "short"}, "at least 12"),
        ({"name": "<b>", "password": PASSWORD, "again": PASSWORD}, "A name has"),
    ):
        answer = visitor.post(link, **fields)
        assert (answer.status_code, told in answer.text, PASSWORD in answer.text) == (400, True, False)
    assert visitor.post(link, name="dana", password=PASSWORD, again=PASSWORD).status_code == 303


def test_after_logging_in_one_is_where_one_wanted_to_be(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    visitor = company.visitor()
    page = visitor.get(visitor.get("/calls?limit=3&x=%26").headers["Location"])
    wanted = re.search(r'name="next" value="([^"]*)"', page.text)
    assert wanted
    assert visitor.log_in("dana", next="/calls?limit=3").headers["Location"] == "/calls?limit=3"
    assert visitor.get("/calls").status_code == 200


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "/\t/evil", "x"]
)
def test_logging_in_never_leads_to_another_site(company: Company, next: str) -> None:
    company.hire("dana", Role.ADMIN)
    assert company.visitor().log_in("dana", next=next).headers["Location"] == "/login"


def test_each_role_begins_where_it_works(company: Company) -> None:
    for name, role, page in (("dana", Role.ADMIN, "/"), ("ann", Role.AGENT, "/"), ("eve", Role.EDITOR, "/flows")):
        assert company.at_work(name, role).get("/login").headers["Location"] == page


def test_a_wrong_password_and_an_unknown_name_are_told_alike(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    pages = {re.sub(r'value="[^"]*"', "", company.visitor().log_in(name, OTHER).text) for name in ("dana", "nobody")}
    assert len(pages) == 1
    assert "The name or the password is not right." in pages.pop()
    assert company.did()[-2:] == [("dana", "failed login"), ("an unknown name", "failed login")]


def test_many_tries_end_in_a_sentence(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    visitor = company.visitor()
    told = [visitor.log_in("dana", OTHER).text for _ in range(11)]
    assert ["Too many tries" in text for text in told] == [False] * 10 + [True]
    assert "Too many tries" in visitor.log_in("dana").text


def test_an_admins_link_opens_an_account_that_too_many_tries_have_locked(company: Company) -> None:
    dana, ann = company.at_work("dana", Role.ADMIN), company.visitor()
    company.hire("ann", Role.AGENT)
    for _ in range(11):
        ann.log_in("ann", OTHER)
    link = re.search(rf"{ORIGIN}(/welcome/[\w-]+)", dana.post("/users/ann/reset", page="/users").text)
    assert link
    assert ann.post(link[1], password=OTHER, again=OTHER).status_code == 303
    assert ann.get("/desk").status_code == 200


def test_logging_out_ends_the_login_for_good(company: Company) -> None:
    dana = company.at_work("dana", Role.ADMIN)
    cookie = dana.client.get_cookie("ringdown_login", "127.0.0.1")
    assert cookie
    assert dana.post("/logout", page="/account").headers["Location"] == "/login"
    assert dana.client.get_cookie("ringdown_login", "127.0.0.1") is None
    thief = company.visitor()
    thief.client.set_cookie("ringdown_login", cookie.value, domain="127.0.0.1")
    assert thief.get("/calls").status_code == 303


def test_a_reset_ends_what_is_open_in_other_windows(company: Company) -> None:
    dana, ann = company.at_work("dana", Role.ADMIN), company.at_work("ann", Role.AGENT)
    assert ann.get("/desk").status_code == 200
    page = dana.post("/users/ann/reset", page="/users").text
    link = re.search(rf"{ORIGIN}(/welcome/[\w-]+)", page)
    assert link
    assert ann.get("/desk").status_code == 303
    assert "not right" in ann.log_in("ann").text
    assert ann.post(link[1], password=OTHER, again=OTHER).status_code == 303
    assert ann.get("/desk").status_code == 200


def test_people_change_their_own_password(company: Company) -> None:
    dana, elsewhere = company.at_work("dana", Role.ADMIN), company.visitor()
    elsewhere.log_in("dana")
    assert "not right" in dana.post("/account", old=OTHER, password=OTHER, again=OTHER).text
    assert "is changed" in dana.post("/account", old=PASSWORD, password=OTHER, again=OTHER).text
    assert dana.get("/calls").status_code == 200
    assert elsewhere.get("/calls").status_code == 303


def test_an_admin_adds_changes_and_removes_people(company: Company) -> None:
    dana = company.at_work("dana", Role.ADMIN)
    added = dana.post("/users/add", page="/users", name="Ann", role=["agent", "editor"], agent="anna")
    link = re.search(rf"{ORIGIN}(/welcome/[\w-]+)", added.text)
    assert link
    ann = company.visitor()
    ann.post(link[1], password=PASSWORD, again=PASSWORD)
    assert (ann.get("/desk?agent=anna").status_code, ann.get("/flows").status_code) == (404, 200)
    dana.post("/users/ann/change", page="/users", role=["agent"], agent="ann")
    assert (ann.get("/desk?agent=ann").status_code, ann.get("/flows").status_code) == (200, 403)
    assert "last admin" in dana.post("/users/dana/remove", page="/users").text
    assert "at least one role" in dana.post("/users/ann/change", page="/users").text
    dana.post("/users/ann/remove", page="/users")
    assert ann.get("/desk").status_code == 303
    trail = dana.get("/users/audit").text
    assert all(what in trail for what in ("added user", "changed user", "removed user", "logged in", "ann (agent"))


def test_hostile_names_are_text_on_every_page(company: Company) -> None:
    dana = company.at_work("dana", Role.ADMIN, agent="<script>alert(1)</script>")
    company.parts.audit("<script>alert(1)</script>", "<img src=x>", "<script>alert(1)</script>")
    company.visitor().log_in("<script>alert(1)</script>", OTHER)
    for path in ("/users", "/users/audit", "/account", "/users/audit?who=<script>alert(1)</script>%00"):
        page = dana.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page) is None


# --- other sites ------------------------------------------------------------------------------------------------------


def forms(person: Browser) -> list[tuple[str, dict[str, str]]]:
    found = re.search(r'name="page_token" value="([^"]+)"', person.get("/account").text)
    assert found
    token = {"page_token": found[1]}
    return [
        ("/users/add", {"name": "mallory", "role": "admin", **token}),
        ("/users/dana/reset", token),
        ("/account", {"old": PASSWORD, "password": OTHER, "again": OTHER, **token}),
        ("/logout", token),
        ("/login", {"name": "dana", "password": PASSWORD, **token}),
    ]


def test_another_site_can_send_no_form(company: Company) -> None:
    dana = company.at_work("dana", Role.ADMIN)
    company.hire("ann", Role.AGENT)
    theirs = dict(forms(company.at_work("eve", Role.EDITOR)))
    for path, fields in forms(dana):
        own = {"Origin": ORIGIN}
        for sent, headers in (
            (fields, {"Origin": "https://evil.example"}),
            (fields, {"Origin": "null"}),
            (fields, {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}),
            ({**fields, "page_token": ""}, own),
            ({**fields, "page_token": "made-up"}, own),
            (theirs[path], own),
        ):
            assert dana.client.post(path, base_url=ORIGIN, data=sent, headers=headers).status_code == 403, path
    assert [user.name for user in company.parts.accounts.users()] == ["ann", "dana", "eve"]
    assert dana.get("/users").status_code == 200


def test_a_form_from_before_the_login_is_too_old_after_it(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    visitor = company.visitor()
    before = re.search(r'name="page_token" value="([^"]+)"', visitor.get("/login").text)
    assert before
    visitor.log_in("dana")
    sent = {"page_token": before[1], "name": "eve", "role": "admin"}
    answer = visitor.client.post("/users/add", base_url=ORIGIN, data=sent, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    assert "too old" in answer.text


# --- programs, proxies, cookies ---------------------------------------------------------------------------------------


def test_programs_of_this_machine_go_on_without_an_account(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    program = company.visitor()
    program.sent = {"Authorization": f"Bearer {company.parts.settings.program_token}"}
    assert program.get("/api/v1/calls").status_code == 200
    assert program.get("/users").status_code == 403
    program.sent = {"Authorization": "Bearer "}
    assert program.get("/api/v1/calls").status_code == 401


def test_with_accounts_the_pages_token_is_for_programs_only(make: Callable[..., Editor]) -> None:
    company = Company(make(IVR_PAGES_TOKEN=TOKEN).parts)
    visitor = company.visitor()
    assert visitor.get(f"/calls?token={TOKEN}").status_code == 303
    assert visitor.get("/calls").status_code == 200
    company.hire("dana", Role.ADMIN)
    assert visitor.get("/calls").headers["Location"].startswith("/login")
    assert visitor.get(f"/calls?token={TOKEN}").headers["Location"].startswith("/login")
    visitor.sent = {"Authorization": f"Bearer {TOKEN}"}
    assert visitor.get("/api/v1/calls").status_code == 200


def test_cookies_are_out_of_reach_of_scripts_other_sites_and_plain_http(make: Callable[..., Editor]) -> None:
    company = Company(make(PUBLIC_URL=PUBLIC).parts, PUBLIC)
    company.hire("dana", Role.ADMIN)
    visitor = company.visitor()
    cookies = [
        *visitor.get("/login").headers.getlist("Set-Cookie"),
        *visitor.log_in("dana").headers.getlist("Set-Cookie"),
    ]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["ringdown_page", "__Host-ringdown_login"]
    for cookie in cookies:
        assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in cookie


def test_behind_a_proxy_tries_are_counted_for_who_is_behind_it(make: Callable[..., Editor]) -> None:
    company = Company(make(PUBLIC_URL=PUBLIC).parts, PUBLIC)
    company.hire("dana", Role.ADMIN)
    visitor = company.visitor()
    page = re.search(r'name="page_token" value="([^"]+)"', visitor.get("/login").text)
    assert page
    sent = {"page_token": page[1], "name": "dana", "password": OTHER}
    headers = {"Origin": PUBLIC, "X-Forwarded-For": "1.2.3.4, 203.0.113.9"}
    visitor.client.post("/login", base_url=PUBLIC, data=sent, headers=headers)
    assert company.parts.audit.entries(1)[0].about == "from 203.0.113.9"


def test_on_this_machine_an_address_cannot_be_made_up(company: Company) -> None:
    company.hire("dana", Role.ADMIN)
    visitor = company.visitor()
    visitor.sent = {"X-Forwarded-For": "203.0.113.9"}
    visitor.log_in("dana", OTHER)
    assert company.parts.audit.entries(1)[0].about == "from 127.0.0.1"


# --- what they see and sign -------------------------------------------------------------------------------------------


def test_an_agent_sees_their_own_calls_and_a_supervisor_all(company: Company) -> None:
    for part in ("attendant", "transfers"):  # they are to ring by the carrier that ``fill`` brings
        company.parts.__dict__.pop(part, None)
    house = fill(company.parts)
    call, over = house.sources.transfers.waiting()[0]["call"], house.records.calls(1)[0]["id"]
    company.at_work("dana", Role.ADMIN)
    own, other = company.at_work("ann", Role.AGENT), company.at_work("bob", Role.AGENT)
    sue = company.at_work("sue", Role.SUPERVISOR)
    for person, seen in ((own, [call]), (other, []), (sue, [call, over])):
        listed = person.get("/api/v1/calls").json
        assert listed
        assert [one["id"] for one in listed["calls"]] == seen
        page = person.get("/calls").text
        assert [one in page for one in (call, over)] == [one in seen for one in (call, over)]
        for one in (call, over):
            status = 200 if one in seen else 404
            assert person.get(f"/calls/{one}").status_code == status
            assert person.get(f"/api/v1/calls/{one}").status_code == status
    assert other.get("/desk?agent=ann").status_code == 403
    assert sue.get("/desk?agent=ann").status_code == 200


def test_a_publication_is_signed_with_the_account_whatever_name_is_typed(company: Company) -> None:
    company.at_work("dana", Role.ADMIN)
    eve = company.at_work("eve", Role.EDITOR)
    editor = Editor(company.parts, eve.client)
    answer = editor.publish(FLOWS.replace("Hello.", "Good morning."), name="the boss", agreed=True)
    assert answer.status_code == 200, answer.text
    assert [one.who for one in company.parts.versions.history()] == ["eve"]
    newest = company.parts.audit.entries(1)[0]
    assert (newest.who, newest.what, newest.at_s) == ("eve", "published flows", MONDAY_NOON)
    assert newest.about.endswith(": because")
