"""Edits of the flow file: a good one goes live with the next call, a bad one never does."""

from __future__ import annotations

import csv
import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.bookshelf import Bookshelf
from ivr.flows import FlowBook, FlowFileError
from ivr.records import FlowVersions
from ivr.skillset import SkillMaker
from tests.conftest import MONDAY_NOON

GOOD = "lines: {'+15035550100': welcome}\nflows:\n  welcome:\n    - hangup: Hello.\n"
BETTER = GOOD.replace("Hello.", "Good morning.")
BAD = GOOD.replace("hangup", "hangupp").replace("lines", "linez")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "flows.yaml"
    save(file, GOOD)
    return file


@pytest.fixture
def shelf(file: Path, skills: SkillMaker) -> Bookshelf:
    return another(file, skills)


def another(file: Path, skills: SkillMaker) -> Bookshelf:
    """The shelf of another process on the same files."""
    return Bookshelf(file, FlowVersions(file.parent / "versions"), skills)


def save(file: Path, text: str) -> None:
    """Save as a later edit: two edits in one tick of the file system's clock would look like one."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, encoding="utf-8", newline="")
    later = max(file.stat().st_mtime_ns, before + 1_000_000)
    os.utime(file, ns=(later, later))


def greeting(book: FlowBook) -> str:
    return next(book.blocks["welcome"][0].prompts())


def test_a_saved_edit_is_live_for_the_next_call(shelf: Bookshelf, file: Path) -> None:
    assert greeting(shelf.current()) == "Hello."
    save(file, BETTER)
    assert greeting(shelf.current()) == "Good morning."


def test_the_file_is_read_again_only_when_it_changed(shelf: Bookshelf) -> None:
    assert shelf.current() is shelf.current()


def test_a_bad_edit_never_goes_live_and_its_mistakes_are_there_to_be_shown(
    shelf: Bookshelf, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = shelf.current()
    assert not shelf.problems
    save(file, BAD)
    assert shelf.current() is before
    assert [problem.code for problem in shelf.problems] == ["F101", "F103"]
    assert "2 mistakes; the last good version keeps running" in caplog.text
    save(file, BETTER)
    assert greeting(shelf.current()) == "Good morning."
    assert not shelf.problems


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"\xff\xfe", "not in UTF-8"), (b"", "no flows in this file"), (b"{" * 5000, "too deeply")],
)
def test_a_file_that_is_none_does_not_go_live(shelf: Bookshelf, file: Path, data: bytes, says: str) -> None:
    before = shelf.current()
    file.write_bytes(data)
    assert shelf.current() is before
    assert says in shelf.problems[0].what


def test_a_process_started_again_while_the_file_is_broken_runs_the_last_good_version(
    shelf: Bookshelf, file: Path, skills: SkillMaker, caplog: pytest.LogCaptureFixture
) -> None:
    for text in (GOOD, BETTER, GOOD):
        save(file, text)
        shelf.current()
    save(file, BAD)
    again = another(file, skills)
    assert greeting(again.current()) == "Hello."
    assert [problem.code for problem in again.problems] == ["F101", "F103"]
    assert "I do not know the step 'hangupp'." in caplog.text
    save(file, BETTER)
    assert greeting(again.current()) == "Good morning."


def test_another_flow_file_is_no_last_good_version_of_this_one(
    shelf: Bookshelf, file: Path, skills: SkillMaker
) -> None:
    shelf.current()
    save(file.with_name("other.yaml"), BAD)
    with pytest.raises(FlowFileError):
        Bookshelf(file.with_name("other.yaml"), FlowVersions(file.parent / "versions"), skills).current()


def test_a_last_good_version_that_cannot_be_read_any_more_is_none(file: Path, skills: SkillMaker) -> None:
    versions = FlowVersions(file.parent / "versions")
    versions.keep("abc", BAD)
    versions.note_good(file, "abc")
    save(file, BAD)
    with pytest.raises(FlowFileError, match="hangupp"):
        another(file, skills).current()


def test_a_file_that_is_gone_leaves_the_last_version_running(shelf: Bookshelf, file: Path) -> None:
    before = shelf.current()
    file.unlink()
    assert shelf.current() is before
    assert shelf.problems[0].what == "the file cannot be read: No such file or directory."
    save(file, BETTER)
    assert greeting(shelf.current()) == "Good morning."


def test_with_no_good_version_ever_all_mistakes_are_raised(file: Path, skills: SkillMaker) -> None:
    save(file, BAD)
    shelf = another(file, skills)
    for _ in range(2):
        with pytest.raises(FlowFileError) as refused:
            shelf.current()
        assert len(refused.value.problems) == 2
    save(file, GOOD)
    assert greeting(shelf.current()) == "Hello."


def test_a_missing_file_at_the_start_is_a_mistake_with_a_remedy(tmp_path: Path, skills: SkillMaker) -> None:
    with pytest.raises(FlowFileError, match="IVR_FLOWS names another file"):
        Bookshelf(tmp_path / "flows.yaml", FlowVersions(tmp_path / "versions"), skills).current()


def test_a_call_under_way_stays_on_its_version_in_every_process(
    shelf: Bookshelf, file: Path, skills: SkillMaker
) -> None:
    began_with = shelf.current().version
    save(file, BETTER)
    assert greeting(shelf.current()) == "Good morning."
    assert greeting(shelf.version(began_with)) == "Hello."
    other = another(file, skills)
    assert greeting(other.current()) == "Good morning."
    assert greeting(other.version(began_with)) == "Hello."
    assert other.version(began_with).version == began_with


@pytest.mark.parametrize(
    "text", [GOOD.replace("\n", "\r\n"), f"\ufeff{GOOD}", GOOD.replace("Hello", "Gr\u00fc\u00df Gott")]
)
def test_a_version_is_kept_to_the_letter(file: Path, skills: SkillMaker, text: str) -> None:
    save(file, text)
    version = another(file, skills).current().version
    save(file, BETTER)
    assert another(file, skills).version(version).version == version


def test_a_version_that_is_gone_gives_way_to_the_current_one(shelf: Bookshelf) -> None:
    assert shelf.version("0123456789ab") is shelf.current()


def test_many_threads_read_one_edit_once(file: Path, skills: SkillMaker) -> None:
    shelf, gate = another(file, skills), threading.Barrier(8)
    found: list[FlowBook] = []

    def read() -> None:
        gate.wait(timeout=10)
        found.append(shelf.current())

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(found) == 8
    assert all(book is found[0] for book in found)


# --- files that are included ----------------------------------------------------------------------------------------

MAIN = "include: [more/welcome.yaml]\nlines: {'+15035550100': welcome}\n"
WELCOME = "flows:\n  welcome:\n    - hangup: Hello.\n"


@pytest.fixture
def more(file: Path) -> Path:
    (file.parent / "more").mkdir()
    more = file.parent / "more" / "welcome.yaml"
    save(more, WELCOME)
    save(file, MAIN)
    return more


def test_an_edit_of_an_included_file_is_live_for_the_next_call(shelf: Bookshelf, more: Path) -> None:
    book = shelf.current()
    assert greeting(book) == "Hello."
    assert book.places["welcome"].file == str(more)
    assert shelf.current() is book
    save(more, WELCOME.replace("Hello.", "Good morning."))
    assert greeting(shelf.current()) == "Good morning."


def test_a_call_stays_on_its_version_of_an_included_file(
    shelf: Bookshelf, file: Path, more: Path, skills: SkillMaker
) -> None:
    began_with = shelf.current().version
    save(more, WELCOME.replace("Hello.", "Good morning."))
    assert shelf.current().version != began_with
    more.unlink()
    assert greeting(another(file, skills).version(began_with)) == "Hello."


def test_an_included_file_that_goes_and_comes_back_is_noticed(shelf: Bookshelf, more: Path) -> None:
    before = shelf.current()
    more.unlink()
    assert shelf.current() is before
    assert shelf.problems[0].what == "there is no file 'more/welcome.yaml' beside this one."
    save(more, WELCOME.replace("Hello.", "Good morning."))
    assert greeting(shelf.current()) == "Good morning."
    more.write_bytes(b"\xff")
    assert greeting(shelf.current()) == "Good morning."
    assert [str(problem.place) for problem in shelf.problems] == [f"{more}:1:1"]
    save(more, WELCOME)
    assert greeting(shelf.current()) == "Hello."


@pytest.mark.parametrize("kind", ["a link", "a folder that is a link", "a folder", "a pipe", "a file nobody may read"])
def test_what_is_no_file_of_that_folder_is_refused(kind: str, shelf: Bookshelf, file: Path, more: Path) -> None:
    before, elsewhere = shelf.current(), file.parent.parent / f"elsewhere of {file.parent.name}"
    elsewhere.mkdir()
    (elsewhere / "welcome.yaml").write_text(WELCOME.replace("Hello.", "I was never meant to be read."))
    more.unlink()
    match kind:
        case "a link":
            more.symlink_to(elsewhere / "welcome.yaml")
        case "a folder that is a link":
            more.parent.rmdir()
            more.parent.symlink_to(elsewhere)
        case "a folder":
            more.mkdir()
        case "a pipe":
            os.mkfifo(more)
        case _ if os.getuid() == 0:
            more.symlink_to(more)  # the administrator may read everything; this nobody can
        case _:
            more.write_text(WELCOME)
            more.chmod(0)
    assert shelf.current() is before
    assert [problem.place.file for problem in shelf.problems] == [str(more)]
    assert shelf.problems[0].what.startswith("the file cannot be read: ")


def test_an_included_file_that_never_ends_is_read_no_further_than_it_may(shelf: Bookshelf, more: Path) -> None:
    before = shelf.current()
    with more.open("wb") as file:
        file.truncate(50_000_000_000)
    assert shelf.current() is before
    assert shelf.problems[0].what == "the file is too large."


# --- the list of stores -----------------------------------------------------------------------------------------------

COLUMNS = "id,name,address,city,state,zip,lat,lon,phone,hours\n"
MARKET = "1,Market Street,1 Market Street,San Francisco,CA,94105,37.79,-122.39,+14155550100,24/7\n"
MISSION = MARKET.replace("1,Market", "2,Mission", 1)


@pytest.fixture
def with_stores(file: Path, skills: SkillMaker) -> Bookshelf:
    save(file.parent / "stores.csv", COLUMNS + MARKET)
    save(file, "stores: {file: stores.csv}\n" + GOOD)
    own = skills.beside(file)
    return Bookshelf(file, FlowVersions(file.parent / "versions"), own, own.stamp)


def stores(book: FlowBook) -> list[str]:
    return [store["id"] for store in book.skills.locate("94105", 5, MONDAY_NOON).stores]


def test_a_changed_list_of_stores_is_used_by_every_version_from_the_next_turn_on(
    with_stores: Bookshelf, file: Path
) -> None:
    first = with_stores.current()
    save(file, "stores: {file: stores.csv}\n" + BETTER)
    assert stores(with_stores.current()) == ["1"]
    save(file.parent / "stores.csv", COLUMNS + MARKET + MISSION)
    assert sorted(stores(with_stores.current())) == ["1", "2"]
    under_way = with_stores.version(first.version)
    assert sorted(stores(under_way)) == ["1", "2"]
    assert (under_way.version, greeting(under_way)) == (first.version, "Hello.")
    assert with_stores.version(first.version) is under_way


def test_a_list_of_stores_with_mistakes_is_not_used_and_they_are_told_once(
    with_stores: Bookshelf, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = with_stores.current()
    save(file.parent / "stores.csv", COLUMNS + MARKET.replace("37.79", "north"))
    assert [with_stores.current() for _ in range(3)] == [good] * 3
    (told,) = caplog.records
    assert "stores.csv:2" in told.getMessage()
    (file.parent / "stores.csv").unlink()
    assert with_stores.current() is good
    save(file.parent / "stores.csv", COLUMNS + MISSION)
    assert stores(with_stores.current()) == ["2"]


def test_a_list_that_broke_while_nothing_ran_does_not_keep_the_service_from_starting(
    file: Path, skills: SkillMaker, caplog: pytest.LogCaptureFixture
) -> None:
    save(file.parent / "stores.csv", COLUMNS + MARKET)
    save(file, "stores: {file: stores.csv}\n" + GOOD)

    def started(*, keeps: bool) -> tuple[Bookshelf, SkillMaker]:
        own = skills.beside(file)
        own.settings = replace(own.settings, data=file.parent / "data")
        own.keeps_stores = keeps
        return Bookshelf(file, FlowVersions(file.parent / "versions"), own, own.stamp), own

    assert stores(started(keeps=True)[0].current()) == ["1"]
    save(file.parent / "stores.csv", COLUMNS + MARKET.replace("37.79", "north"))
    again, own = started(keeps=True)
    assert stores(again.current()) == ["1"]
    assert "stores.csv:2" in caplog.text
    assert own.is_outdated(again.current().company)
    with pytest.raises(FlowFileError):
        started(keeps=False)[0].draft()  # who checks the file is told of its mistakes
    save(file.parent / "stores.csv", COLUMNS + MISSION)
    assert stores(again.current()) == ["2"]
    assert not own.is_outdated(again.current().company)


def test_a_folder_that_breaks_leaves_the_last_good_list_in_force_over_a_restart_too(
    file: Path, skills: SkillMaker
) -> None:
    folder = file.parent / "shops"
    folder.mkdir()
    columns, values = COLUMNS.strip().split(","), next(csv.reader([MARKET]))
    save(folder / "one.json", json.dumps(dict(zip(columns, values, strict=True))))
    save(file, "stores: {file: shops}\n" + GOOD)

    def started() -> Bookshelf:
        own = skills.beside(file)
        own.settings = replace(own.settings, data=file.parent / "data")
        own.keeps_stores = True
        return Bookshelf(file, FlowVersions(file.parent / "versions"), own, own.stamp)

    assert stores(started().current()) == ["1"]
    save(folder / "two.json", '{"id": "2"')
    assert stores(started().current()) == ["1"]
    shutil.rmtree(folder)
    assert stores(started().current()) == ["1"]
