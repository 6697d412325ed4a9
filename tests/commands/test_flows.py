"""``ivr flows``: an edit on its way to callers, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.bookshelf import Bookshelf
from ivr.commands.flows import flows
from ivr.conversations.rehearsal import rehearse
from ivr.flows import FlowBook, FlowFileError
from ivr.flows.events import Answered, Event, Pressed
from ivr.publishing import Publisher
from ivr.records import Database, FlowVersions, SqlCallRecords
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import MONDAY_NOON
from tests.replay.conftest import had

SHOP = """\
lines: {"+15035550100": welcome}
queues: {sales: {}, support: {}}
mailboxes: {support: {}}
flows:
  welcome:
    - menu:
        ask: How can I help?
        options:
          sales: {press: 1, go: sales}
          message: {press: 2, go: message}
  sales:
    - transfer: queue sales
    - hangup: Goodbye.
  message:
    - voicemail: support
"""
OTHER_QUEUE = SHOP.replace("transfer: queue sales", "transfer: queue support")
OTHER_WORDS = SHOP.replace("How can I help?", "What can I do for you?")
MISTAKES = SHOP.replace("transfer: queue sales", "transfer: queue sails").replace("- voicemail", "- voicemial")
ENDLESS = "hours: {shop: {open: 24/7}}\n" + SHOP.replace(
    "    - transfer: queue sales\n    - hangup: Goodbye.",
    "    - if: hours.shop is closed\n      then: [{transfer: queue sales}]\n    - go: sales",
)
TEST = """\
asks how to help:
  call:
    - hears: How can I help?
"""


@dataclass
class Office:
    """A company's folder; the parts that the command asks for."""

    settings: Settings
    skills: SkillMaker
    records: SqlCallRecords
    versions: FlowVersions
    books: Bookshelf
    publisher: Publisher

    @property
    def book(self) -> FlowBook:
        return self.books.draft()[1]

    def run(self, *arguments: str, answer: str = "") -> Result:
        return CliRunner().invoke(flows, [*arguments], obj=self, input=answer)

    def edit(self, text: str) -> str:
        """Save the file; the version it is now, where it has no mistakes."""
        self.settings.flows.write_text(text, encoding="utf-8")
        try:
            return self.book.version
        except FlowFileError:
            return ""

    def publish(self, text: str) -> str:
        version = self.edit(text)
        result = self.run("publish", "--yes")
        assert result.exit_code == 0, result.output
        assert self.versions.live() == version
        return version

    def sales_call(self) -> None:
        """Somebody called and talked to sales."""
        events: list[Event] = [Pressed(MONDAY_NOON + 5, "1"), Answered(MONDAY_NOON + 60, "maria")]
        self.records.save_call(*had(self.books.current(), events))


@pytest.fixture
def office(tmp_path: Path, skills: SkillMaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({}, tmp_path)
    database = Database(settings.database_url)
    versions = FlowVersions(settings.data / "flows", database)
    books = Bookshelf(settings.flows, versions, skills)
    publisher = Publisher(books, versions, skills, lambda: MONDAY_NOON, partial(rehearse, tmp_path / "calls"))
    found = Office(settings, skills, SqlCallRecords(database), versions, books, publisher)
    found.edit(SHOP)
    yield found
    database.close()


def write_test(office: Office) -> None:
    folder = office.settings.root / "calls"
    folder.mkdir()
    (folder / "welcome.yaml").write_text(TEST, encoding="utf-8")


def last_of(office: Office) -> tuple[str, str, str, str]:
    latest = office.versions.history()[-1]
    return latest.how, latest.version, latest.who, latest.why


# --- publishing -----------------------------------------------------------------------------------------------------


def test_without_a_publication_the_file_is_live(office: Office) -> None:
    assert office.run("list").stdout == "Nothing is published: the file is live as it is saved.\n"
    office.edit(OTHER_WORDS)
    assert office.books.current().version == office.book.version


def test_the_first_publication_makes_the_file_a_draft(office: Office) -> None:
    write_test(office)
    result = office.run("publish", "--by", "dana", "--why", "opening day")
    assert "Its conversation test passes." in result.stdout
    assert "From now on the file is a draft" in result.stdout
    version = office.book.version
    assert last_of(office) == ("published", version, "dana", "opening day")
    office.edit(OTHER_QUEUE)
    assert office.books.current().version == version
    listed = office.run("list").stdout
    assert f"published {version} by dana: opening day" in listed
    assert f"Version {version} is live; the file is a draft" in listed


def test_a_draft_with_mistakes_is_shown_with_all_of_them_and_never_live(office: Office) -> None:
    live = office.publish(SHOP)
    office.edit(MISTAKES)
    for arguments in ((), ("--yes",)):
        result = office.run("publish", *arguments)
        assert result.exit_code == 1
        assert "flows.yaml:12:17: there is no queue 'sails'" in result.stdout
        assert "voicemial" in result.stdout
        assert f"Not published: version {live} stays live. The draft is kept as it is." in result.stdout
    assert office.versions.live() == live
    assert office.settings.flows.read_text() == MISTAKES
    assert "The file has 2 mistakes" in office.run("list").stdout
    assert office.versions.history()[-1].how == "refused"


def test_a_draft_that_callers_would_suffer_from_is_refused_with_what_the_check_says(office: Office) -> None:
    live = office.publish(SHOP)
    draft = office.edit(ENDLESS)
    result = office.run("publish", "--yes")
    assert result.exit_code == 1
    assert "from here the call goes round without ever waiting for the caller" in result.stdout
    assert "The draft has 1 mistake and " in result.stdout
    assert (office.versions.live(), last_of(office)[:2]) == (live, ("refused", draft))
    data = json.loads(office.run("publish", "--yes", "--json").stdout)
    assert [one["code"] for one in data["problems"] if one["severity"] == "error"] == ["L102"]


def test_a_draft_whose_conversation_tests_fail_is_kept_and_never_live(office: Office) -> None:
    write_test(office)
    live = office.publish(SHOP)
    draft = office.edit(OTHER_WORDS)
    result = office.run("publish", "--yes")
    assert result.exit_code == 1
    assert "asks how to help: heard" in result.stdout
    assert "1 of its conversation tests fails." in result.stdout
    assert (office.versions.live(), office.versions.text(draft)) == (live, OTHER_WORDS)
    assert "1 of its conversation tests fails. There are no calls" in office.run("list").stdout
    with pytest.raises(FlowFileError, match="was refused and never live"):
        CliRunner().invoke(flows, ["rollback", draft], obj=office, catch_exceptions=False)
    assert office.versions.live() == live


def test_conversation_tests_that_cannot_be_read_fail(office: Office) -> None:
    write_test(office)
    (office.settings.root / "calls" / "broken.yaml").write_text("a call:\n  call: shouting\n", encoding="utf-8")
    result = office.run("publish", "--yes")
    assert result.exit_code == 1
    assert "calls/broken.yaml:2" in result.stdout


def test_calls_that_would_end_differently_are_shown_and_asked_about(office: Office) -> None:
    live = office.publish(SHOP)
    office.sales_call()
    draft = office.edit(OTHER_QUEUE)
    declined = office.run("publish", answer="n\n")
    assert declined.exit_code == 1
    assert "flows.yaml:12:7  sales.0: 1 call" in declined.stdout
    assert "1 of 1 call would now end differently." in declined.stdout
    assert "~ transfer: to queue support (was: to queue sales)" in declined.stdout
    assert office.versions.live() == live
    assert office.run("publish", answer="y\n").exit_code == 0
    assert office.versions.live() == draft


def test_where_nobody_can_be_asked_the_answer_is_no(office: Office) -> None:
    live = office.publish(SHOP)
    office.sales_call()
    office.edit(OTHER_QUEUE)
    data = json.loads(office.run("publish", "--json").stdout)
    assert data["publication"]["how"] == "refused"
    assert data["replay"]["counts"] == {"ends differently": 1}
    assert office.run("publish").exit_code == 1
    assert office.versions.live() == live


def test_calls_that_only_sound_different_are_not_asked_about(office: Office) -> None:
    office.publish(SHOP)
    office.sales_call()
    office.edit(OTHER_WORDS)
    result = office.run("publish")
    assert result.exit_code == 0
    assert "1 would end as before, but hear other words." in result.stdout


def test_publishing_what_is_live_does_nothing(office: Office) -> None:
    live = office.publish(SHOP)
    result = office.run("publish")
    assert (result.stdout, result.exit_code) == (f"Version {live} is live already.\n", 0)
    assert len(office.versions.history()) == 1


# --- going back -----------------------------------------------------------------------------------------------------


def test_rollback_goes_back_and_leaves_the_file_alone(office: Office) -> None:
    first, second = office.publish(SHOP), office.publish(OTHER_WORDS)
    result = office.run("rollback", "--by", "dana", "--why", "callers complain")
    assert result.stdout == f"Version {first} is live. The file is left as it is.\n"
    assert last_of(office) == ("rolled back", first, "dana", "callers complain")
    assert office.books.current().version == first
    assert office.book.version == second
    nothing = office.run("rollback")
    assert nothing.exit_code == 1
    assert "nothing to go back to" in nothing.output
    assert office.run("rollback", second[:6]).exit_code == 0
    assert office.versions.live() == second


def test_a_version_this_program_cannot_run_is_not_made_live(office: Office) -> None:
    live = office.publish(SHOP)
    office.versions.keep("abcdef", MISTAKES)
    with pytest.raises(FlowFileError):
        CliRunner().invoke(flows, ["rollback", "abcdef"], obj=office, catch_exceptions=False)
    assert office.versions.live() == live


def test_unpublish_has_the_file_live_again(office: Office) -> None:
    assert office.run("unpublish").exit_code == 1
    office.publish(SHOP)
    draft = office.edit(OTHER_WORDS)
    assert office.run("unpublish").stdout == "The file is live as it is saved.\n"
    assert office.books.current().version == draft


# --- looking --------------------------------------------------------------------------------------------------------


def test_the_difference_is_told_in_lines_and_in_words(office: Office) -> None:
    live = office.publish(SHOP)
    assert office.run("diff").stdout == "They are the same.\n"
    office.edit(
        OTHER_QUEUE.replace("  message:\n", "  # where messages go\n  message:\n") + "  extra:\n    - hangup: Bye.\n"
    )
    result = office.run("diff")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert f"--- {live}" in lines
    assert "-    - transfer: queue sales" in lines
    assert "+    - transfer: queue support" in lines
    assert "    ~ transfer: to queue support (was: to queue sales)  [line 12]" in lines
    assert "+ flow extra (1 step)" in lines
    office.edit(SHOP + "# the end\n")
    assert office.run("diff").stdout.splitlines()[-1] == "The conversation is the same."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("press: 1, go: sales", "press: 1, go: message", "        exit 'sales' to message (was: sales)"),
        ("press: 1, go: sales", "press: 3, go: sales", "        exit 'sales' to sales by another key"),
        ("  welcome:\n    -", "  welcome:\n    - say: Hello.\n    -", "    + say: \u201cHello.\u201d  [line 6]"),
        ('"+15035550100": welcome', '"+15035550100": sales', "    + starts for +15035550100"),
        ("flows:", "anywhere: {operator: {press: 0, go: sales}}\nflows:", "+ command operator"),
    ],
)
def test_what_an_edit_does_to_the_conversation_is_told(office: Office, old: str, new: str, told: str) -> None:
    office.publish(SHOP)
    office.edit(SHOP.replace(old, new))
    data = json.loads(office.run("diff", "--json").stdout)
    assert told in data["changes"]
    assert data["to"] == "draft"


def test_versions_are_shown_by_the_beginning_of_their_number(office: Office) -> None:
    first, second = office.publish(SHOP), office.publish(OTHER_WORDS)
    assert office.run("show").stdout == OTHER_WORDS
    assert office.run("show", first[:8]).stdout == SHOP
    office.edit(OTHER_QUEUE)
    assert office.run("show", "draft").stdout == OTHER_QUEUE
    assert f"--- {first}" in office.run("diff", first[:8], second[:8]).stdout
    unknown = office.run("show", "0000000")
    assert unknown.exit_code == 2
    assert "ivr flows list" in unknown.output


def test_the_list_for_programs_has_everything(office: Office) -> None:
    version = office.publish(SHOP)
    data = json.loads(office.run("list", "--json").stdout)
    assert (data["live"], data["published"], data["draft"]) == (version, True, {"version": version, "mistakes": 0})
    assert [one["version"] for one in data["versions"]] == [version]
    assert data["history"][0]["report"].startswith("The draft has no mistakes")
