"""The flows page: what it shows, and who may change what through it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from redis import Redis

from app import Parts
from ivr.accounts.passwords import Passwords
from ivr.redis_server import RedisServer
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import MONDAY_NOON, ROOT, SHARED, put_tables
from tests.web.conftest import HOSTILE
from tests.web.flows_house import FLOWS, ORIGIN, Editor, write

TOKEN = "pages-" * 4


@pytest.fixture
def make(
    redis: Redis, redis_server: RedisServer, tmp_path: Path, skills: SkillMaker
) -> Iterator[Callable[..., Editor]]:
    made: list[Parts] = []

    def editor(**more: str) -> Editor:
        if not (tmp_path / "flows.yaml").exists():
            write(tmp_path)
        environment = {
            "PUBLIC_URL": ORIGIN,
            "REDIS_URL": redis_server.url,
            **SHARED,
            "IVR_DATA": str(tmp_path / "data"),
            "IVR_FLOWS": str(tmp_path / "flows.yaml"),
            "IVR_SPEECH": "keys",
            "SECRET_KEY": "s" * 32,
            **more,
        }
        if not (tmp_path / "data" / "ringdown.db").exists():
            put_tables(tmp_path / "data" / "ringdown.db")
        parts = Parts(Settings.from_env(environment, ROOT), lambda: MONDAY_NOON)
        parts.skills.__dict__["places"] = skills.places  # the table of a country takes seconds to make
        parts.__dict__["_passwords"] = Passwords("scrypt:1024:8:1")  # the same, with less work
        made.append(parts)
        return Editor.at(parts)

    yield editor
    for parts in made:
        parts.database.close()
        parts.redis.close()


@pytest.fixture
def editor(make: Callable[..., Editor]) -> Editor:
    return make()


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_picture_the_text_and_that_there_are_no_mistakes(editor: Editor) -> None:
    page = editor.page()
    assert 'data-step="welcome.1"' in page
    assert "No mistakes: 3 flows, 6 steps" in page
    assert "Message or sales?" in page
    assert '<a href="/flows" aria-current="page">Flows</a>' in page


def test_a_page_has_no_inline_script_or_style_and_its_ids_are_unique(editor: Editor) -> None:
    page = editor.page()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\s(style|on\w+)=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_field_has_a_label_and_every_reference_leads_somewhere(editor: Editor) -> None:
    page = editor.page()
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    for words in re.findall(r'\saria-(?:labelledby|describedby)="([^"]+)"', page):
        assert set(words.split()) <= ids
    labelled = set(re.findall(r'<label for="([^"]+)"', page)) | set(
        re.findall(r'<label[^>]*>(?:(?!</label>).)*?<(?:input|select|textarea)[^>]*\sid="([^"]+)"', page, re.DOTALL)
    )
    assert set(re.findall(r'<(?:input|select|textarea)[^>]*\sid="([^"]+)"', page)) <= labelled


def test_the_style_of_the_picture_is_a_file_that_the_policy_allows(editor: Editor) -> None:
    response = editor.client.get("/flows/picture.css", base_url=ORIGIN)
    assert response.mimetype == "text/css"
    assert ".flow-picture" in response.text
    assert "prefers-color-scheme:dark" in response.text


def test_a_flow_file_cannot_speak_to_the_browser(editor: Editor) -> None:
    hostile = HOSTILE.replace("'", "''")
    text = FLOWS.replace("say: Hello.", f"say: '{hostile}'").replace("Test Shop", f"'{hostile}'")
    editor.save(text)
    page = editor.page()
    assert "<img src=x" not in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    answer = editor.send("POST", "/check", {"text": text, "picture": "changes"}).json
    assert answer
    names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(answer["picture"]).iter()}  # noqa: S314
    assert names <= {"svg", "title", "desc", "g", "a", "rect", "path", "text"}


def test_a_link_in_the_picture_only_ever_leads_to_a_part_of_the_page(editor: Editor) -> None:
    picture = editor.page().partition("<svg")[2].partition("</svg>")[0]
    links = re.findall(r'href="([^"]*)"', picture)
    assert links
    assert all(re.fullmatch(r"#(L\d+|flow-\d+)", link) for link in links)


def test_a_live_call_is_shown_at_its_step_until_it_ends(editor: Editor) -> None:
    call = editor.call()
    assert editor.get("/state").json == {
        "live": editor.live(),
        "published": False,
        "draft": "",
        "steps": {"welcome.1": 1},
        "elsewhere": 0,
    }
    assert "1 call</text>" in editor.page()
    call.hang_up()
    assert "1 call</text>" not in editor.page()


def test_a_draft_with_mistakes_is_kept_and_shown_and_calls_know_nothing_of_it(editor: Editor) -> None:
    editor.save(FLOWS.replace("go: message}", "go: mesage}", 1))
    page = editor.page()
    assert "1 mistake to mend before this can go live." in page
    assert "flows.yaml:17:" in page
    assert "Did you mean &#39;message&#39;?" in page
    assert "go: mesage" in page
    assert editor.call().typed("1") == ["Speak after the tone.", "(beep)"]


def test_a_draft_with_half_a_character_is_refused_and_the_one_before_stays(editor: Editor) -> None:
    editor.save(FLOWS.replace("Hello.", "Good day."))
    refused = editor.send("PUT", "/draft", {"text": FLOWS.replace("Hello.", "Hell\ud83d"), "over": ""})
    assert 400 <= refused.status_code < 500
    assert "Good day." in editor.page()


def test_a_file_that_differs_from_what_is_published_is_offered_as_the_draft(editor: Editor, tmp_path: Path) -> None:
    assert "is not what is live" not in editor.page()
    assert editor.publish(FLOWS.replace("Hello.", "One.")).status_code == 200
    assert "flows.yaml on this machine is not what is live" in editor.page()
    assert ((editor.get().json or {})["file"])["text"] == FLOWS


def test_an_unknown_version_is_not_found(editor: Editor) -> None:
    for version in ("0123456789ab", "..%2f..%2fetc", "draft", "<script>"):
        assert editor.client.get(f"/flows/{version}", base_url=ORIGIN).status_code == 404
        assert editor.get(f"/versions/{version}").status_code == 404


def test_the_page_still_helps_when_there_never_was_a_good_file(make: Callable[..., Editor], tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(FLOWS.replace("go: message}", "go: mesage}", 1), encoding="utf-8")
    editor = make()
    page = editor.page()
    assert "no calls can be taken" in page
    assert "Did you mean &#39;message&#39;?" in page
    assert editor.publish(FLOWS).status_code == 200
    assert editor.call().typed("1") == ["Speak after the tone.", "(beep)"]


# --- who may change something -----------------------------------------------------------------------------------------

CHANGES = [
    ("POST", "/check", {"text": FLOWS}),
    ("PUT", "/draft", {"text": FLOWS, "over": ""}),
    ("DELETE", "/draft", {"over": ""}),
    ("POST", "/test-call", {"text": FLOWS}),
    ("POST", "/publish", {"draft": "", "over": "", "why": "x"}),
    ("POST", "/rollback", {"version": "", "over": ""}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_another_site_changes_nothing(editor: Editor, method: str, path: str, body: dict[str, str]) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"X_Page_Token": ""},
        {"X_Page_Token": "made-up"},
    ):
        response = editor.send(method, path, body, **headers)
        assert response.status_code == 403, headers
        assert set(response.json or {}) == {"error"}
    assert editor.parts.publisher.versions.history() == []
    assert (editor.get().json or {})["draft"] is None


def test_a_form_of_another_site_is_not_even_read(editor: Editor) -> None:
    editor.page()
    url = "/api/v1/flows/rollback"
    assert editor.client.post(url, base_url=ORIGIN, data={"version": ""}).status_code == 403
    assert editor.client.post(url, base_url=ORIGIN, data="{}", content_type="text/plain").status_code == 403


def test_only_json_changes_flows(editor: Editor) -> None:
    assert editor.send("POST", "/check", {"text": FLOWS}).status_code == 200
    token = {"X-Page-Token": editor.token}
    url = "/api/v1/flows/rollback"
    assert editor.client.post(url, base_url=ORIGIN, data={"version": ""}, headers=token).status_code == 415


def test_a_token_of_another_visitor_does_not_fit(make: Callable[..., Editor]) -> None:
    one, other = make(), make()
    one.save(FLOWS)
    assert other.send("POST", "/check", {"text": FLOWS}, X_Page_Token=one.token).status_code == 403


def test_from_elsewhere_nobody_gets_in_without_the_pages_token(make: Callable[..., Editor]) -> None:
    editor = make(IVR_PAGES_TOKEN=TOKEN)
    for path in ("/flows", "/flows/picture.css", "/flows/0123456789ab", "/api/v1/flows", "/api/v1/flows/state"):
        assert editor.client.get(path, base_url=ORIGIN).status_code == 403
    for method, path, body in CHANGES:
        response = editor.client.open(f"/api/v1/flows{path}", method=method, base_url=ORIGIN, json=body)
        assert response.status_code == 403
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    url = "/api/v1/flows/draft"
    assert editor.client.put(url, base_url=ORIGIN, json={"text": FLOWS}, headers=bearer).status_code == 200
    wrong = {"Authorization": "Bearer x"}
    assert editor.client.put(url, base_url=ORIGIN, json={"text": FLOWS}, headers=wrong).status_code == 403


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(editor: Editor) -> None:
    response = editor.client.get("/flows", base_url=ORIGIN)
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"text": 1},
        {"text": "\ud800"},
        {"text": FLOWS, "moves": {}},
        {"text": FLOWS, "moves": [1]},
        {"text": FLOWS, "moves": [{"do": "shout"}]},
        {"text": FLOWS, "moves": [{"do": ["say"]}]},
        {"text": FLOWS, "moves": [{"do": "press", "text": "x"}]},
        {"text": FLOWS, "moves": [{"do": "say", "text": "x" * 5000}]},
        {"text": FLOWS, "moves": [{"do": "wait"}] * 500},
        {"text": FLOWS, "line": "+10000000000"},
        {"text": FLOWS, "at_s": "noon"},
        {"text": FLOWS, "at_s": -5},
        {"text": FLOWS, "at_s": 1e300},
        {"text": FLOWS, "web_answer": [1]},
    ],
)
def test_nonsense_is_refused_in_words(editor: Editor, body: object) -> None:
    response = editor.send("POST", "/test-call", body)
    assert response.status_code == 400
    assert (response.json or {})["error"]


def test_what_is_too_large_or_too_deep_is_refused(editor: Editor) -> None:
    assert editor.send("POST", "/check", {"text": "a" * 250_001}).status_code == 413
    assert editor.send("POST", "/check", {"text": "a" * 800_000}).status_code == 413
    editor.page()
    headers = {"X-Page-Token": editor.token, "Origin": ORIGIN, "Content-Type": "application/json"}
    url = "/api/v1/flows/check"
    for data in ("{", "[" * 100_000, b"\xff\xfe"):
        assert editor.client.post(url, base_url=ORIGIN, data=data, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "text", ["", "\x00", "{", "- - -\n\t", "&a [*a]", "flows: {x: [", "company: \u202e\n", "[" * 1000]
)
def test_any_text_gets_its_mistakes_and_never_a_crash(editor: Editor, text: str) -> None:
    response = editor.send("POST", "/check", {"text": text})
    assert response.status_code == 200
    found = response.json or {}
    assert found["ok"] is False
    assert found["problems"][0]["file"] == "flows.yaml"
