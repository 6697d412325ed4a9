"""From a draft to what is live, and back: with a test call before, and a reason for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.commands.check import check
from tests.web.flows_house import CALLS, FLOWS, Editor
from tests.web.test_flows import editor, make

__all__ = ["editor", "make"]

WEB = "web_services: [orders.example]\n"
ASKS_WEB = FLOWS.replace("company:", f"{WEB}company:").replace(
    "    - say: Hello.\n",
    '    - http: {get: "https://orders.example/1", save: order, failed: [{say: Nobody knows.}]}\n'
    '    - if: order is known\n      then: [{say: "It is {order.text}."}]\n',
)


def try_out(editor: Editor, text: str, *moves: tuple[str, str], **more: Any) -> dict[str, Any]:
    sent = [{"do": do, "text": said} for do, said in moves]
    response = editor.send("POST", "/test-call", {"text": text, "moves": sent, **more})
    assert response.status_code == 200, response.text
    return dict(response.json or {})


def heard(told: dict[str, Any]) -> list[str]:
    return [line["text"] for line in told["lines"] if line["who"] != "caller"]


# --- checking ---------------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_command_says(editor: Editor, tmp_path: Path) -> None:
    text = FLOWS.replace("go: sales}", "go: sails}").replace("hangup: Bye.", "hangup: Bye, {nme}.", 1)
    file = tmp_path / "flows.yaml"
    file.write_text(text, encoding="utf-8")
    told = json.loads(CliRunner().invoke(check, [str(file), "--json"], obj=editor.parts).output)["problems"]
    found = (editor.send("POST", "/check", {"text": text}).json or {})["problems"]
    assert len(found) >= 2
    assert [one.pop("at") for one in found] == [one["line"] for one in told]
    assert [{**one, "file": ""} for one in found] == [{**one, "file": ""} for one in told]


def test_a_message_about_an_included_file_leads_to_its_line_in_the_text(editor: Editor) -> None:
    main, sales = FLOWS.split("  sales:\n    - transfer", 1)
    inside = f"flows:\n  sales:\n    - transfer{sales}".replace("hangup: Bye.", "hangup: Bye, {nme}.")
    text = f"include: [sales.yaml]\n{main}--- # file: sales.yaml\n{inside}"
    answer = editor.send("POST", "/check", {"text": text}).json or {}
    (found,) = [one for one in answer["problems"] if one["code"] != "L116" and one["severity"] == "error"]
    assert (found["file"], found["line"]) == ("sales.yaml", 4)
    assert "{nme}" in text.splitlines()[found["at"] - 1]
    mended = text.replace(", {nme}", "")
    drawn = (editor.send("POST", "/check", {"text": mended, "picture": "draft"}).json or {})["picture"]
    lead = drawn.partition('data-step="sales.0"')[2].partition('href="#L')[2].partition('"')[0]
    assert "transfer" in mended.splitlines()[int(lead) - 1]


def test_a_change_is_told_in_words_in_lines_and_in_the_picture(editor: Editor) -> None:
    text = FLOWS.replace("say: Hello.", "say: Welcome.")
    answers = {
        view: editor.send("POST", "/check", {"text": text, "picture": view}).json or {}
        for view in ("changes", "draft", "live")
    }
    assert any("Welcome." in line for line in answers["changes"]["changes"])
    assert "+    - say: Welcome." in answers["changes"]["diff"]
    assert "card changed" in answers["changes"]["picture"]
    assert "card changed" not in answers["draft"]["picture"]
    assert "Welcome." in answers["draft"]["picture"]
    assert "Welcome." not in answers["live"]["picture"]


# --- two editors ------------------------------------------------------------------------------------------------------


def test_two_editors_do_not_overwrite_each_other_unawares(editor: Editor) -> None:
    first = editor.save(FLOWS + "# one\n")
    late = editor.send("PUT", "/draft", {"text": FLOWS + "# two\n", "over": ""})
    assert late.status_code == 409
    assert (late.json or {})["error"].startswith("Somebody else saved")
    assert (late.json or {})["draft"]["text"] == FLOWS + "# one\n"
    assert (editor.get().json or {})["draft"]["text"] == FLOWS + "# one\n"
    editor.save(FLOWS + "# two\n", first)
    assert editor.send("DELETE", "/draft", {"over": first}).status_code == 409


def test_a_draft_that_is_thrown_away_is_gone(editor: Editor) -> None:
    version = editor.save(FLOWS + "# one\n")
    assert editor.send("DELETE", "/draft", {"over": version}).status_code == 200
    assert (editor.get().json or {})["draft"] is None


# --- test call --------------------------------------------------------------------------------------------------------


def test_a_test_call_runs_on_the_text_in_the_editor(editor: Editor) -> None:
    text = FLOWS.replace("say: Hello.", "say: Welcome.")
    told = try_out(editor, text)
    assert heard(told) == ["Welcome.", "Message or sales?"]
    assert (told["step"], told["waits_for"]) == ("welcome.1", "answer")
    assert {"name": "message", "key": "1"} in told["choices"]
    told = try_out(editor, text, ("say", "sales"), ("nobody", "no answer"), ("message", "I want a tent, please."))
    assert told["ended"]
    assert heard(told)[-2:] == ["Bye.", "(end of call)"]
    assert [line["step"] for line in told["lines"]][:3] == ["welcome.0", "welcome.1", "welcome.1"]


def test_a_test_call_leaves_no_trace_and_reaches_nobody(editor: Editor) -> None:
    told = try_out(editor, FLOWS, ("press", "2"), ("agent", ""))
    assert told["ended"]
    assert editor.parts.sessions.live() == []
    assert editor.parts.records.calls() == []
    assert editor.parts.transfers.waiting() == []
    assert editor.parts.voicemails.messages(10) == []


def test_a_web_service_is_never_asked_but_answers_as_written(editor: Editor) -> None:
    assert "Nobody knows." in heard(try_out(editor, ASKS_WEB))
    told = try_out(editor, ASKS_WEB, web_answer={"text": "on its way"})
    assert "It is on its way." in heard(told)
    assert any("https://orders.example/1" in line for line in heard(told))


def test_what_is_secret_is_masked_in_a_test_call(editor: Editor) -> None:
    text = FLOWS.replace("    - say: Hello.\n", "    - collect: card\n")
    told = try_out(editor, text, ("press", "1234"))
    assert told["variables"]["card"] == "****"


def test_a_text_with_mistakes_takes_no_test_call(editor: Editor) -> None:
    response = editor.send("POST", "/test-call", {"text": "flows: {}"})
    assert response.status_code == 422
    assert (response.json or {})["problems"]


# --- going live -------------------------------------------------------------------------------------------------------


def test_a_published_draft_is_live_for_the_next_call_and_the_one_under_way_goes_on(editor: Editor) -> None:
    before = editor.call(1)
    response = editor.publish(FLOWS.replace("Speak after", "Talk after"), "Shorter.", name="Dana")
    assert response.status_code == 200, response.text
    assert before.typed("1") == ["Speak after the tone.", "(beep)"]
    assert editor.call(2).typed("1") == ["Talk after the tone.", "(beep)"]
    (one,) = editor.parts.versions.history()
    assert (one.how, one.who, one.why) == ("published", "Dana (this machine)", "Shorter.")
    assert (editor.get().json or {})["draft"] is None
    page = editor.page()
    assert "Dana (this machine)" in page
    assert "Shorter." in page


def test_a_draft_with_mistakes_is_refused_with_them_and_kept(editor: Editor) -> None:
    live = editor.live()
    bad = FLOWS.replace("go: sales}", "go: sails}")
    response = editor.publish(bad)
    assert response.status_code == 422
    found = response.json or {}
    assert ["'sails'" in one["what"] for one in found["problems"] if one["severity"] == "error"] == [True]
    assert editor.live() == live
    assert (editor.get().json or {})["draft"]["text"] == bad
    (refused,) = editor.parts.versions.history()
    assert refused.how == "refused"
    assert editor.call().typed("2")[0] == "Please hold while I connect you."


def test_a_draft_whose_conversation_tests_fail_is_refused(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "greeting.yaml").write_text(CALLS, encoding="utf-8")
    text = FLOWS.replace("say: Hello.", "say: Welcome.")
    response = editor.publish(text)
    assert response.status_code == 422, response.text
    found = response.json or {}
    assert (found["tests"], found["passes"]) == (1, False)
    assert "greeting" in found["failures"][0]
    assert editor.publish(FLOWS + "# fine\n").status_code == 200


def test_past_calls_that_would_go_another_way_must_be_agreed_to(editor: Editor) -> None:
    caller = editor.call()
    caller.typed("1")
    caller.typed("I want a tent.")
    assert caller.ended
    text = FLOWS.replace("{press: 1, go: message}", "{press: 1, go: sales}")
    response = editor.publish(text)
    assert response.status_code == 409, response.text
    assert (response.json or {})["undecided"]
    assert (response.json or {})["replay"]["groups"][0]["calls"] == 1
    assert editor.parts.versions.history() == []
    assert editor.publish(text, agreed=True).status_code == 200


def test_looking_at_the_gate_changes_nothing(editor: Editor) -> None:
    version = editor.save(FLOWS + "# new\n")
    response = editor.send("POST", "/publish", {"draft": version, "over": editor.live(), "look": True})
    assert (response.json or {})["passes"]
    assert editor.parts.versions.history() == []
    assert (editor.get().json or {})["draft"]["version"] == version


def test_nothing_is_published_without_a_reason(editor: Editor) -> None:
    response = editor.publish(FLOWS + "# new\n", "  \n ")
    assert response.status_code == 400
    assert editor.parts.versions.history() == []


@pytest.mark.parametrize("stale", ["draft", "live"])
def test_what_was_not_seen_is_not_published_over(make: Callable[..., Editor], stale: str) -> None:
    one, other = make(), make()
    live = one.live()
    version = one.save(FLOWS + "# mine\n")
    if stale == "draft":
        other.save(FLOWS + "# theirs\n", version)
    else:
        assert other.publish(FLOWS + "# theirs\n").status_code == 200
        version = one.save(FLOWS + "# mine\n")
    response = one.send("POST", "/publish", {"draft": version, "over": live, "why": "mine"})
    assert response.status_code == 409
    assert "mine" not in [publication.why for publication in one.parts.versions.history()]


def test_a_rollback_is_live_at_once_and_can_be_undone(editor: Editor) -> None:
    assert editor.publish(FLOWS.replace("Hello.", "One.")).status_code == 200
    first = editor.live()
    assert editor.publish(FLOWS.replace("Hello.", "Two."), agreed=True).status_code == 200
    second = editor.live()
    back = editor.send("POST", "/rollback", {"version": first, "over": second, "why": "Two was wrong."})
    assert back.status_code == 200, back.text
    assert editor.call(1).session
    assert editor.live() == first
    undone = editor.send("POST", "/rollback", {"version": (back.json or {})["before"], "over": first})
    assert undone.status_code == 200
    assert editor.live() == second
    hows = [one.how for one in editor.parts.versions.history()]
    assert hows == ["published", "published", "rolled back", "rolled back"]


def test_the_first_publication_can_be_undone_too(editor: Editor) -> None:
    saved = editor.live()
    assert editor.publish(FLOWS.replace("Hello.", "One.")).status_code == 200
    assert editor.send("POST", "/rollback", {"version": "", "over": editor.live()}).status_code == 200
    assert editor.live() == saved


def test_a_rollback_over_what_was_not_seen_is_refused(editor: Editor) -> None:
    assert editor.publish(FLOWS + "# one\n").status_code == 200
    first = editor.live()
    assert editor.publish(FLOWS + "# two\n").status_code == 200
    assert editor.send("POST", "/rollback", {"version": first, "over": first}).status_code == 409
    assert editor.send("POST", "/rollback", {"version": "0" * 12, "over": editor.live()}).status_code == 422


def test_an_old_version_can_be_read_compared_and_taken_home(editor: Editor) -> None:
    assert editor.publish(FLOWS.replace("Hello.", "One.")).status_code == 200
    first = editor.live()
    assert editor.publish(FLOWS.replace("Hello.", "Two.")).status_code == 200
    page = editor.page(f"/flows/{first}")
    assert 'id="L12"' in page
    assert "One." in page
    assert editor.get(f"/versions/{first}").text == FLOWS.replace("Hello.", "One.")
    assert "+    - say: One." in (editor.get(f"/versions/{first}/diff").json or {})["diff"]


def test_open_pages_hear_of_a_publication(editor: Editor) -> None:
    before = editor.parts.alerts.latest()
    assert editor.publish(FLOWS + "# new\n").status_code == 200
    news = editor.parts.alerts.after(before, 0.1)
    assert [one.topic for one in news] == ["flows"]
