"""The inbox as people with different rights use it: by the page's forms without any script, and by the API."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.accounts import Role
from ivr.flows.events import Word
from ivr.inbox import Change, Step
from ivr.ports import Hearing
from ivr.records.holds import Hold
from tests.web.conftest import HOSTILE, House
from tests.web.flows_house import ORIGIN, Editor
from tests.web.people import TOKEN_FIELD, Browser, Company
from tests.web.test_flows import make

__all__ = ["make"]

WORDS = ("please", "call", "me", "about", "my", "tent")


def message(house: House, said: str = " ".join(WORDS), mailbox: str = "support", call_id: str = "CA1") -> str:
    """A message with its transcript."""
    voicemail_id = house.voicemail(call_id, mailbox)
    claimed = house.voicemails.claim(voicemail_id)
    assert claimed
    spoken = tuple(Word(word, at * 0.3, at * 0.3 + 0.25, 0.95 - at * 0.1) for at, word in enumerate(said.split()))
    house.voicemails.transcribed(claimed, Hearing(said, 0.8, spoken))
    return voicemail_id


def press(web: FlaskClient, page: str, path: str, **fields: str | list[str]) -> TestResponse:
    """Send a form of ``page``, and follow to where it leads."""
    shown = web.get(page)
    found = TOKEN_FIELD.search(shown.text)
    assert found, page
    sent = {"page_token": found[1], "back": page, **fields}
    return web.post(path, data=sent, follow_redirects=True, headers={"Origin": "http://localhost"})


def rows(text: str) -> list[str]:
    return re.findall(r'name="id" value="([^"]+)"><span', text)


def test_what_was_done_is_told_and_undone_without_any_script(web: FlaskClient, house: House) -> None:
    first, second = message(house, call_id="CA1"), message(house, call_id="CA2")
    page = press(web, "/voicemail?view=open", "/voicemail/change", id=[first, second], do="done")
    assert "2 messages changed: done." in page.text
    assert rows(page.text) == []
    assert "All done" in page.text
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert ticket
    page = press(web, "/voicemail?view=all", "/voicemail/undo", ticket=ticket[1])
    assert "Undone: 2 messages as before." in page.text
    assert set(rows(page.text)) == {first, second}
    assert press(web, "/voicemail", "/voicemail/undo", ticket=ticket[1] + "x").status_code == 400
    assert "Tick the messages first." in press(web, "/voicemail", "/voicemail/change", do="done").text


def test_no_link_makes_the_page_say_something(web: FlaskClient, house: House) -> None:
    message(house)
    assert "Call +1 900" not in web.get("/voicemail?did=Call+%2B1+900").text


def test_a_form_leads_back_into_the_inbox_and_nowhere_else(web: FlaskClient, house: House) -> None:
    one = message(house)
    for back in ("https://evil.example/voicemail", "//evil.example/voicemail", "/calls", "javascript:alert(1)"):
        found = TOKEN_FIELD.search(web.get("/voicemail").text)
        assert found
        sent = {"page_token": found[1], "back": back, "id": one, "do": "urgent"}
        answer = web.post("/voicemail/change", data=sent, headers={"Origin": "http://localhost"})
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/voicemail"), back


def test_messages_are_assigned_forwarded_and_noted_about(web: FlaskClient, house: House) -> None:
    one = message(house)
    own = f"/voicemail/{one}"
    press(web, own, "/voicemail/change", id=one, do="assign", assignee="bob")
    press(web, own, "/voicemail/change", id=one, do="forward", mailbox="sales")
    page = press(web, own, f"{own}/note", text=HOSTILE)
    told = re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", "", page.text)))
    for said in ("Assigned to bob.", "Forwarded from support to sales.", HOSTILE):
        assert re.sub(r"\s+", " ", said) in told
    assert "<img src=x" not in page.text
    assert press(web, own, "/voicemail/change", id=one, do="assign", assignee="nobody there").status_code == 400
    assert press(web, own, "/voicemail/change", id=one, do="forward", mailbox="no such").status_code == 400
    assert web.get("/api/v1/voicemails?assignee=bob&mailbox=sales").get_json()["voicemails"][0]["id"] == one


def test_every_word_has_its_time_and_doubtful_ones_show_it_not_by_colour_alone(web: FlaskClient, house: House) -> None:
    text = web.get(f"/voicemail/{message(house)}").text
    words = re.findall(
        r'<span class="(w[^"]*)" data-s="([^"]+)" data-e="[^"]+"(?: title="([^"]+)")?>([^<]+)</span>', text
    )
    assert [word[3] for word in words] == list(WORDS)
    assert [word[0] for word in words] == ["w", "w", "w", "w doubtful", "w doubtful", "w unsure"]
    assert (words[1][1], words[5][2]) == ("0.3", "45 % sure")
    assert 'class="bars" d="M2 ' in text


def test_people_read_sentences_first_and_know_that_the_machine_wrote_them(web: FlaskClient, house: House) -> None:
    text = web.get(f"/voicemail/{message(house)}").text
    read = text.index("Please call me about my tent.")
    assert read < text.index("Written by the machine from what it heard.") < text.index('id="words"')
    text = web.get(f"/voicemail/{message(house, HOSTILE, call_id='CA2')}").text
    assert "alert(&#39;x&#39;)" in text
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_what_is_searched_for_is_marked_where_it_was_said(web: FlaskClient, house: House) -> None:
    message(house)
    text = web.get("/voicemail?q=TENT+abo").text
    assert "<mark>tent</mark>" in text
    assert "<mark>abo</mark>ut" in text
    assert "Nothing is found." in web.get("/voicemail?q=kayak").text


def test_a_message_says_what_is_missing_and_what_can_be_done(web: FlaskClient, house: House) -> None:
    waiting = house.voicemail("CA1")
    assert "Will be transcribed next." in web.get(f"/voicemail/{waiting}").text
    failed = house.voicemail("CA2")
    claimed = house.voicemails.claim(failed)
    assert claimed
    house.voicemails.failed(claimed, "the model is missing", retry=False)
    text = web.get(f"/voicemail/{failed}").text
    assert "could not be transcribed: the model is missing" in text
    again = press(web, f"/voicemail/{failed}", f"/voicemail/{failed}/retry").text
    assert "It is being transcribed again." in again
    assert "Waits to be transcribed, after 1 other." in again or "Will be transcribed next." in again
    kept = house.voicemails.message(failed)
    assert kept
    house.voicemails.path(kept).unlink()
    assert "The recording of this message is missing" in web.get(f"/voicemail/{failed}").text
    assert web.get(f"/api/v1/voicemails/{failed}/audio").status_code == 404


def test_a_caller_is_called_back_for_a_queue(web: FlaskClient, house: House) -> None:
    one = message(house)
    told = press(web, f"/voicemail/{one}", f"/voicemail/{one}/call-back", queue="sales").text
    assert "They are called back for sales" in told
    assert "To be called back (sales)." in told
    assert press(web, f"/voicemail/{one}", f"/voicemail/{one}/call-back", queue="x").status_code == 400


def test_all_pages_say_how_many_messages_are_new(web: FlaskClient, house: House) -> None:
    one = message(house)
    message(house, call_id="CA2")
    assert 'class="badge waiting">2<span' in web.get("/calls").text
    house.mailroom.inbox.change(Step((one,), Change(status="read")), None, "ann")
    assert 'class="badge waiting">1<span' in web.get("/").text
    assert web.get("/api/v1/voicemails/waiting").get_json() == {"new": 1}


def test_what_is_taken_along_is_what_was_looked_at(web: FlaskClient, house: House) -> None:
    one = message(house, "=cmd about a tent")
    message(house, "about a kayak", call_id="CA2")
    with web.get("/api/v1/voicemails/export.csv?q=tent") as table:
        assert table.headers["Content-Disposition"] == "attachment; filename=voicemails.csv"
        lines = table.get_data(as_text=True).splitlines()
    assert [line.partition(",")[0] for line in lines] == ["id", one]
    assert ",'=cmd about a tent," in lines[1]
    with web.get("/api/v1/voicemails/export.zip?q=tent") as packed:
        names = zipfile.ZipFile(io.BytesIO(packed.data)).namelist()
    assert len(names) == 2


@pytest.mark.parametrize(
    "query", ["view=x", "since=x", "since=2026-13-01", f"q={'a' * 201}", "after=x", "limit=501", "until=9999999999999"]
)
def test_what_cannot_be_asked_for_is_refused_with_the_reason(web: FlaskClient, query: str) -> None:
    answer = web.get(f"/api/v1/voicemails?{query}")
    assert (answer.status_code, bool(answer.get_json()["error"])) == (400, True)
    assert web.get(f"/voicemail?{query}").status_code in {400, 404} or "limit" in query


# --- who may do what --------------------------------------------------------------------------------------------------


def send(browser: Browser, path: str, **body: object) -> TestResponse:
    """As the page's script does it."""
    found = re.search(r'data-token="([^"]+)"', browser.get("/voicemail").text)
    assert found
    headers = {"X-Page-Token": found[1], "Origin": browser.origin}
    return browser.client.post(f"/api/v1/voicemails{path}", json=body, headers=headers, base_url=browser.origin)


@pytest.fixture
def company(make: Callable[..., Editor]) -> Company:
    return Company(make().parts)


def left(company: Company, mailbox: str, call_id: str) -> str:
    recording = company.parts.voicemails.start(call_id, mailbox, "+15035550144", 540.0)
    recording.write(b"\x00\x40\x00\xc0" * 8000)
    recording.finish("hangup")
    return recording.id


def test_an_agent_who_is_kept_to_a_mailbox_has_only_that_one(company: Company) -> None:
    own, other = left(company, "support", "CA1"), left(company, "sales", "CA2")
    boss, ann = company.at_work("boss", Role.ADMIN), company.at_work("ann", Role.AGENT)
    assert set(rows(ann.get("/voicemail").text)) == {own, other}
    company.parts.accounts.change("ann", [Role.AGENT], "ann", "boss", ["support"])
    assert set(rows(boss.get("/voicemail").text)) == {own, other}
    assert rows(ann.get("/voicemail").text) == [own]
    assert other not in ann.get("/").text, "the wallboard shows the latest messages"
    for path in ("", "/audio", "/peaks"):
        assert ann.get(f"/api/v1/voicemails/{other}{path}").status_code == 404
    assert ann.get(f"/voicemail/{other}").status_code == 404
    assert other not in ann.get("/api/v1/voicemails/export.csv").text
    assert [one["mailbox"] for one in ann.get("/api/v1/voicemails/counts").get_json()["mailboxes"]] == ["support"]
    for path, body in (
        (f"/{other}/notes", {"text": "x"}),
        (f"/{other}/retry", {}),
        (f"/{other}/call-back", {"queue": "sales"}),
    ):
        assert send(ann, path, **body).status_code == 404, path
    assert send(ann, "/changes", ids=[other], status="done").get_json()["changed"] == 0
    assert send(ann, "/delete", ids=[own]).status_code == 403
    assert send(boss, "/delete", ids=[own]).get_json() == {"deleted": 1, "held": []}
    assert ("boss", "deleted voicemails") in company.did()


def pressed(browser: Browser, path: str, **fields: str | list[str]) -> str:
    """The page that a form of the inbox leads to."""
    return browser.get(browser.post(path, "/voicemail", back="/voicemail?view=all", **fields).headers["Location"]).text


def test_a_message_on_legal_hold_is_marked_and_stays_until_it_is_released(company: Company) -> None:
    one, other = left(company, "support", "CA1"), left(company, "support", "CA2")
    boss = company.at_work("boss", Role.ADMIN)
    page = pressed(boss, "/voicemail/change", id=one, do="hold", why="case 17")
    assert "1 message changed: on legal hold." in page
    assert page.count("legal hold</span>") == 1
    assert "On legal hold: case 17 (boss" in boss.get(f"/voicemail/{one}").text
    assert send(boss, "/delete", ids=[one]).get_json() == {"deleted": 0, "held": [one]}
    page = pressed(boss, "/voicemail/change", id=[one, other], do="delete")
    assert "1 message deleted. 1 message on legal hold: not deleted." in page
    page = pressed(boss, "/voicemail/change", id=one, do="release")
    assert "released from legal hold." in page
    assert page.count("legal hold</span>") == 0
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    pressed(boss, "/voicemail/undo", ticket=ticket[1])
    [listed] = boss.get("/api/v1/voicemails").get_json()["voicemails"]
    assert (listed["id"], listed["held"]) == (one, True)
    told = [(line.what, line.about) for line in company.parts.audit.entries(20) if "legal hold" in line.what]
    held = ("put on legal hold", f"{one}: case 17")
    assert told == [held, ("released from legal hold", one), held]
    notes = [note["text"] for note in boss.get(f"/api/v1/voicemails/{one}").get_json()["notes"]]
    assert notes == ["Put on legal hold: case 17", "Released from legal hold.", "Put on legal hold: case 17"]


def test_who_put_a_message_on_hold_first_stays_known_and_a_hold_on_the_caller_counts(company: Company) -> None:
    one = left(company, "support", "CA1")
    boss, eve = company.at_work("boss", Role.ADMIN), company.at_work("eve", Role.SUPERVISOR)
    send(boss, "/changes", ids=[one], hold="case 17")
    assert send(eve, "/changes", ids=[one], hold="case 18").get_json()["changed"] == 0
    assert [(hold.who, hold.why) for hold in company.parts.holds.all()] == [("boss", "case 17")]
    company.parts.holds.add(Hold("+15035550144", "dana", "the whole caller", 1.0))
    send(eve, "/changes", ids=[one], hold="")
    assert "On legal hold with its caller: the whole caller (dana" in eve.get(f"/voicemail/{one}").text
    assert send(boss, "/delete", ids=[one]).get_json() == {"deleted": 0, "held": [one]}


def test_agents_put_nothing_on_legal_hold_and_release_nothing(company: Company) -> None:
    one = left(company, "support", "CA1")
    company.at_work("boss", Role.ADMIN)
    ann = company.at_work("ann", Role.AGENT)
    assert 'value="hold"' not in ann.get(f"/voicemail/{one}").text
    for hold in ("case 17", ""):
        assert send(ann, "/changes", ids=[one], hold=hold).status_code == 403
    assert ann.post("/voicemail/change", "/voicemail", id=one, do="hold").status_code == 403


def test_who_forwards_a_message_away_can_undo_that_and_nobody_else(company: Company) -> None:
    own = left(company, "support", "CA1")
    left(company, "sales", "CA2")
    company.at_work("boss", Role.ADMIN)
    ann, bob = company.at_work("ann", Role.AGENT), company.at_work("bob", Role.AGENT)
    company.parts.accounts.change("ann", [Role.AGENT], "ann", "boss", ["support"])
    done = send(ann, "/changes", ids=[own], mailbox="sales")
    assert done.status_code == 400, "who hears one mailbox knows of no other but those of the flow file"
    company.parts.accounts.change("ann", [Role.AGENT], "ann", "boss", ["support", "sales"])
    undo = send(ann, "/changes", ids=[own], mailbox="sales").get_json()["undo"]
    company.parts.accounts.change("ann", [Role.AGENT], "ann", "boss", ["support"])
    assert ann.get(f"/voicemail/{own}").status_code == 404
    assert send(bob, "/undo", undo=undo).status_code == 403
    assert send(ann, "/undo", undo=undo).get_json() == {"changed": 1}
    assert ann.get(f"/voicemail/{own}").status_code == 200


def test_a_change_needs_the_page_a_login_or_the_token_of_programs(company: Company) -> None:
    own = left(company, "support", "CA1")
    company.at_work("boss", Role.ADMIN)
    ann = company.at_work("ann", Role.AGENT)
    body = {"ids": [own], "status": "done"}
    path = "/api/v1/voicemails/changes"
    assert ann.client.post(path, json=body, base_url=ORIGIN).status_code == 403
    assert company.visitor().client.post(path, json=body, base_url=ORIGIN).status_code == 401
    eve = company.at_work("eve", Role.EDITOR)
    assert eve.get("/voicemail").status_code == 403
    assert "messages_waiting" not in eve.get("/account").text
    bearer = {"Authorization": f"Bearer {company.parts.settings.program_token}"}
    answer = company.visitor().client.post(path, json=body, base_url=ORIGIN, headers=bearer)
    assert answer.get_json()["changed"] == 1
    for wrong in (
        {},
        {"ids": [own]},
        {"ids": [], "status": "done"},
        {"ids": [own], "status": "lost"},
        {"ids": [own], "urgent": 1},
        {"ids": [own], "state": "failed"},
        {"ids": ["../x"], "status": "done"},
        {"ids": [own] * 501, "status": "done"},
        {"ids": [own], "mailbox": ""},
    ):
        assert send(ann, "/changes", **wrong).status_code == 400, wrong


def test_a_callback_stands_in_the_list_of_the_desk(company: Company) -> None:
    own = left(company, "support", "CA1")
    company.at_work("boss", Role.ADMIN)
    ann = company.at_work("ann", Role.AGENT)
    answer = send(ann, f"/{own}/call-back", queue="sales")
    assert answer.status_code == 202, answer.text
    [promise] = company.parts.callback_list.open()
    assert (promise["id"], promise["number"], promise["queue"]) == (
        answer.get_json()["callback"],
        "+15035550144",
        "sales",
    )
    assert promise["brief"] == "Left a message for support: no transcript"
    told = ann.get(f"/api/v1/voicemails/{own}").get_json()["notes"]
    assert [(note["who"], note["text"]) for note in told] == [("ann", "To be called back (sales).")]
