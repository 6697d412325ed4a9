"""Which version of the flow file is live: in every process, whatever happens to the file."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ivr.bookshelf import Bookshelf
from ivr.flows import FlowBook, FlowFileError
from ivr.ports import OutsideError
from ivr.records import Database, FlowVersions, Publication
from ivr.records.flow_versions import before
from ivr.skillset import SkillMaker

TEXT = "lines: {'+15035550100': welcome}\nflows:\n  welcome:\n    - hangup: Hello.\n"
EDITED = TEXT.replace("Hello.", "Good morning.")


class Clock:
    """A clock that goes when it is told."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def versions(tmp_path: Path, database: Database) -> FlowVersions:
    return FlowVersions(tmp_path / "flows", database)


def made(version: str, how: str = "published", why: str = "") -> Publication:
    return Publication(version, how, 1000.0, "dana", why)


def greeting(book: FlowBook) -> str:
    return next(book.blocks["welcome"][0].prompts())


def test_a_new_database_has_nothing_published_and_nothing_to_show(versions: FlowVersions) -> None:
    assert (versions.live(), versions.history(), versions.kept(), versions.text("abc")) == ("", [], [], None)


def test_a_publication_is_live_at_once_where_it_was_made_and_soon_elsewhere(
    tmp_path: Path, database: Database, versions: FlowVersions
) -> None:
    clock = Clock()
    other = FlowVersions(tmp_path / "other machine", database, clock)
    assert other.live() == ""
    versions.record(made("abc"), TEXT)
    assert versions.live() == "abc"
    assert other.live() == "", "it asks the database only now and then"
    clock.now_s += 0.6
    assert other.live() == "abc"
    assert other.text("abc") == TEXT, "another machine finds the text in the database"


def test_a_process_follows_the_publication_of_another_within_a_second(
    tmp_path: Path, database: Database, versions: FlowVersions
) -> None:
    versions.record(made("abc"), TEXT)
    program = (
        "import sys; from pathlib import Path; from ivr.records import *\n"
        "database = Database(sys.argv[1])\n"
        "versions = FlowVersions(Path(sys.argv[2]), database)\n"
        "versions.record(Publication('def', 'published', 2000.0, 'sam'), 'flows: {}')\n"
        "database.close()\n"
    )
    url = database.engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", program, url, str(tmp_path / "flows")], check=True, timeout=60)  # noqa: S603
    over_s = time.monotonic() + 1.0
    while versions.live() != "def" and time.monotonic() < over_s:
        time.sleep(0.01)
    assert versions.live() == "def"


def test_what_is_refused_is_kept_but_never_live(versions: FlowVersions) -> None:
    versions.record(made("abc"), TEXT)
    versions.record(made("bad", "refused", "its tests fail"), EDITED)
    assert versions.live() == "abc"
    assert versions.text("bad") == EDITED
    assert [(one.version, one.how) for one in versions.history()] == [("abc", "published"), ("bad", "refused")]
    assert {one.version for one in versions.kept()} == {"abc", "bad"}


def test_a_version_is_kept_to_the_letter_and_once(versions: FlowVersions) -> None:
    text = "flows:\r\n  caf\u00e9: []\r\n"
    versions.keep("abc", text)
    versions.keep("abc", "something else")
    assert versions.text("abc") == text


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "live", "ABC", "a" * 65])
def test_only_numbers_of_versions_name_files(tmp_path: Path, versions: FlowVersions, name: str) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "live.yaml").write_text("not a version")
    assert versions.text(name) is None
    assert versions.kept() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_when_the_database_fails_what_was_live_stays_live(
    tmp_path: Path, database: Database, versions: FlowVersions, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    other = FlowVersions(tmp_path / "flows", database, clock)
    versions.record(made("abc"), TEXT)
    assert other.live() == "abc"
    database.close()
    for file in tmp_path.glob("ringdown.db*"):
        file.unlink()
    (tmp_path / "ringdown.db").mkdir()
    clock.now_s += 1
    assert other.live() == "abc"
    assert "abc stay live" in caplog.text
    with pytest.raises(OutsideError):
        FlowVersions(tmp_path / "flows", database).live()


def test_without_a_database_nothing_can_be_published(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="Without a database"):
        FlowVersions(tmp_path).record(made("abc"), TEXT)


# --- on the shelf ---------------------------------------------------------------------------------------------------


def test_from_the_first_publication_on_edits_are_drafts(
    tmp_path: Path, versions: FlowVersions, skills: SkillMaker
) -> None:
    file = tmp_path / "flows.yaml"
    file.write_text(TEXT)
    shelf = Bookshelf(file, versions, skills)
    first = shelf.current()
    assert greeting(first) == "Hello."
    versions.record(made(first.version), TEXT)
    file.write_text(EDITED)
    assert shelf.current().version == first.version
    text, draft = shelf.draft()
    assert (text, greeting(draft)) == (EDITED, "Good morning.")
    versions.record(made(draft.version), text)
    assert greeting(shelf.current()) == "Good morning."
    assert greeting(shelf.version(first.version)) == "Hello.", "a call under way stays where it is"
    file.write_text("flows: {")
    assert greeting(shelf.current()) == "Good morning."
    versions.record(made("", "unpublished"))
    assert greeting(shelf.current()) == "Hello.", "what the file was when it was good last"
    assert shelf.problems


def test_a_live_version_whose_text_is_gone_is_a_mistake_with_a_remedy(
    tmp_path: Path, versions: FlowVersions, skills: SkillMaker
) -> None:
    versions.record(made("abc"))
    with pytest.raises(FlowFileError, match="ivr flows rollback"):
        Bookshelf(tmp_path / "flows.yaml", versions, skills).current()


# --- undo -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "leads_to"),
    [
        ([], None),
        (["+a"], None),
        (["+a", "+b"], "a"),
        (["+a", "+b", "+c"], "b"),
        (["+a", "+b", "+c", "<b"], "a"),
        (["+a", "+b", "+c", "<b", "<a"], None),
        (["+a", "+b", "<a", "+c"], "a"),
        (["+a", "!b"], None),
        (["+a", "+a"], None),
        (["+a", "+b", "-", "+c"], None),
        (["+a", "<z"], "a"),
    ],
)
def test_undo_goes_back_step_by_step(story: list[str], leads_to: str | None) -> None:
    hows = {"+": "published", "<": "rolled back", "!": "refused", "-": "unpublished"}
    assert before([made(one[1:], hows[one[0]]) for one in story]) == leads_to
