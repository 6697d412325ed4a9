"""The messages as people work with them, on a real database."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import audio
from ivr.flows.events import Word
from ivr.inbox import Change, Step, Wanted
from ivr.records import Database
from ivr.speech.canned import CannedEars
from tests.conftest import opened_with_tables
from tests.voicemail.conftest import SPEECH
from voicemail.export import COLUMNS, defused
from voicemail.gist import Gist
from voicemail.inbox import SqlInbox
from voicemail.jobs import transcribe
from voicemail.store import Voicemails


@pytest.fixture
def inbox(database: Database, store: Voicemails) -> SqlInbox:
    return SqlInbox(database, store, lambda topic, data: None)


def leave(
    store: Voicemails, said: str, *, mailbox: str = "support", caller: str = "+15035550199", at_s: float = 1000.0
) -> str:
    kept = store.keep(f"CA{said}{at_s}{mailbox}", mailbox, caller, at_s, audio.wav_bytes(SPEECH))
    transcribe(kept, store, CannedEars([said]))
    return kept


def shown(inbox: SqlInbox, wanted: Wanted | None = None, mailboxes: frozenset[str] | None = None) -> list[str]:
    return [one["id"] for one in inbox.page(wanted or Wanted(), mailboxes, 100).messages]


def test_the_newest_come_first_and_a_page_leads_to_the_next_also_where_times_are_equal(
    store: Voicemails, inbox: SqlInbox
) -> None:
    ids = {leave(store, f"message {number}", at_s=1000.0 + number // 3) for number in range(8)}
    pages, after = [], ""
    while True:
        page = inbox.page(Wanted(), None, 3, after)
        pages.append([one["id"] for one in page.messages])
        after = page.next
        if not after:
            break
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [one for page in pages for one in page] == shown(inbox)
    assert set(shown(inbox)) == ids
    with pytest.raises(ValueError, match="float"):
        inbox.page(Wanted(), None, 3, "made up")


def test_each_view_shows_its_own_and_counts_agree(store: Voicemails, inbox: SqlInbox) -> None:
    new, read, urgent, done = (leave(store, word, at_s=number) for number, word in enumerate(["a", "b", "c", "d"]))
    inbox.change(Step((read,), Change(status="read")), None, "ann")
    inbox.change(Step((urgent,), Change(urgent=True)), None, "ann")
    inbox.change(Step((done,), Change(status="done", urgent=True)), None, "ann")
    leave(store, "elsewhere", mailbox="sales")
    support = {view: set(shown(inbox, Wanted(view, "support"))) for view in ("open", "new", "urgent", "done", "all")}
    assert support == {
        "open": {new, read, urgent},
        "new": {new, urgent},
        "urgent": {urgent},
        "done": {done},
        "all": {new, read, urgent, done},
    }
    sales, counted = inbox.counts(None)
    assert (sales.mailbox, sales.new, sales.all) == ("sales", 1, 1)
    assert {view: len(ids) for view, ids in support.items()} == {
        view: getattr(counted, view) for view in ("open", "new", "urgent", "done", "all")
    }


def test_who_is_kept_to_a_mailbox_finds_changes_and_deletes_nothing_of_others(
    store: Voicemails, inbox: SqlInbox
) -> None:
    own, other = leave(store, "mine", mailbox="support"), leave(store, "theirs", mailbox="sales")
    mine = frozenset({"support"})
    assert shown(inbox, mailboxes=mine) == [own]
    assert [one.mailbox for one in inbox.counts(mine)] == ["support"]
    assert inbox.get(other, mine) is None
    assert inbox.sound(other, mine) is None
    assert inbox.peaks(other, mine) == b""
    assert inbox.change(Step((own, other), Change(status="done")), mine, "ann").count == 1
    assert not inbox.note(other, mine, "ann", "x")
    assert inbox.delete([other], mine) == 0
    assert inbox.get(other, None) is not None
    assert shown(inbox, mailboxes=frozenset()) == []


def test_what_was_said_is_found_by_its_words_by_a_beginning_and_without_accents(
    store: Voicemails, inbox: SqlInbox
) -> None:
    tent = leave(store, "my tent has a hole in it", at_s=1)
    cafe = leave(store, "meet me at the café please", at_s=2, caller="+442071838750")
    found = {words: shown(inbox, Wanted(words=words)) for words in ("hole TENT", "ho", "cafe", "hole cafe", "2071 838")}
    assert found == {"hole TENT": [tent], "ho": [tent], "cafe": [cafe], "hole cafe": [], "2071 838": [cafe]}


def test_a_message_is_found_by_what_was_heard_last_and_not_any_more_when_it_is_deleted(
    store: Voicemails, inbox: SqlInbox, database: Database
) -> None:
    message = leave(store, "about a kayak")
    with database.session() as session:
        session.connection().exec_driver_sql("UPDATE voicemails SET text = 'about a canoe'")
    assert (shown(inbox, Wanted(words="kayak")), shown(inbox, Wanted(words="canoe"))) == ([], [message])
    path = inbox.sound(message, None)
    assert inbox.delete([message], None) == 1
    assert path
    assert not path.exists()
    assert shown(inbox, Wanted(words="canoe")) == []
    if database.engine.name == "postgresql":
        return  # there it is an index, which holds what the table holds
    with database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM voicemail_search").scalar() == 0


@pytest.fixture(scope="module")
def one_inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlInbox]:
    folder = tmp_path_factory.mktemp("inbox")
    database = opened_with_tables(folder / "ringdown.db")
    yield SqlInbox(database, Voicemails(database, folder, lambda _id: None), lambda topic, data: None)
    database.close()


@settings(deadline=None, max_examples=60)
@given(
    st.text(max_size=40) | st.sampled_from(['"', "a AND", "NEAR(a b)", "text:*", "' OR 1=1 --", "a*b^2", "%_%", "+++"])
)
def test_nothing_that_is_searched_for_breaks_the_search(one_inbox: SqlInbox, words: str) -> None:
    assert one_inbox.page(Wanted(words=words), None, 5).messages == []


def test_who_called_and_why_is_kept_with_the_message_for_lists_and_tables(database: Database, tmp_path: Path) -> None:
    def gist(_mailbox: str, words: Sequence[Word]) -> Gist:
        if not words:
            raise LookupError("no words")
        return Gist("Dana Reed" if words[0].text == "dana" else "", "x" * 200)

    store = Voicemails(database, tmp_path, lambda _id: None, gist_of=gist)
    inbox = SqlInbox(database, store, lambda topic, data: None)
    named = leave(store, "dana here call five five five oh one nine nine", at_s=2)
    nameless = leave(store, "hello", at_s=1)
    picked = [
        (one["id"], one["caller_name"], one["number_named"], one["topic"])
        for one in inbox.page(Wanted(), None, 9).messages
    ]
    assert picked == [(named, "Dana Reed", "5550199", "x" * 128), (nameless, "", "", "x" * 128)]
    header, first, _ = csv.reader(io.StringIO("".join(inbox.csv(Wanted(), None))))
    told = dict(zip(header, first, strict=True))
    assert (told["caller_name"], told["number_named"], told["topic"][:1]) == ("Dana Reed", "5550199", "x")
    assert leave(store, "", at_s=3), "what cannot be picked out of is written down all the same"


def test_an_earlier_versions_messages_are_looked_through_once(
    store: Voicemails, inbox: SqlInbox, database: Database
) -> None:
    one = leave(store, "call five five five oh one nine nine")
    with database.session() as session:
        session.connection().exec_driver_sql("UPDATE voicemails SET caller_name = NULL, number_named = NULL")
    assert [message["number_named"] for message in inbox.page(Wanted(), None, 9).messages] == [""]
    assert (store.pick_out(), store.pick_out()) == (1, 0)
    assert [(message["id"], message["number_named"]) for message in inbox.page(Wanted(), None, 9).messages] == [
        (one, "5550199")
    ]


def test_a_change_can_be_undone_message_by_message(store: Voicemails, inbox: SqlInbox) -> None:
    first, second, third = (leave(store, word, at_s=number) for number, word in enumerate(["a", "b", "c"]))
    inbox.change(Step((first,), Change(status="read")), None, "ann")
    inbox.change(Step((third,), Change(status="done")), None, "ann")
    changed = inbox.change(Step((first, second, third), Change(status="done", assignee="bob")), None, "ann")
    assert changed.count == 3
    for step in changed.undo:
        inbox.change(step, None, "ann")
    states = {one["id"]: (one["status"], one["assignee"]) for one in inbox.page(Wanted(), None, 9).messages}
    assert states == {first: ("read", ""), second: ("new", ""), third: ("done", "")}
    assert inbox.change(Step((first,), Change(status="read")), None, "ann").count == 0, "it is like that already"


def test_what_people_did_is_noted_with_the_message(store: Voicemails, inbox: SqlInbox) -> None:
    message = leave(store, "please call")
    inbox.change(Step((message,), Change(assignee="bob")), None, "ann")
    inbox.change(Step((message,), Change(mailbox="sales")), None, "bob")
    inbox.note(message, None, "bob", "Wants a kayak.")
    told = inbox.get(message, frozenset({"sales"}))
    assert told
    assert [(note["who"], note["text"]) for note in told["notes"]] == [
        ("ann", "Assigned to bob."),
        ("bob", "Forwarded from support to sales."),
        ("bob", "Wants a kayak."),
    ]
    assert inbox.get(message, frozenset({"support"})) is None, "who forwards it gives it away"


def test_the_waveform_is_computed_once_and_as_loud_as_the_message(store: Voicemails, inbox: SqlInbox) -> None:
    half = len(SPEECH) // 4 * 2
    message = store.keep("CA9", "support", "x", 1.0, audio.wav_bytes(SPEECH[:half] + bytes(half)))
    peaks = inbox.peaks(message, None)
    assert len(peaks) == 300
    assert min(peaks[:149]) > 250
    assert max(peaks[151:]) == 0
    path = inbox.sound(message, None)
    assert path
    path.unlink()
    assert inbox.peaks(message, None) == peaks
    assert inbox.sound(message, None) is None


def test_a_table_names_its_columns_and_runs_no_formula(store: Voicemails, inbox: SqlInbox) -> None:
    leave(store, "hello", mailbox="@support", caller='=HYPERLINK("http://evil.example")')
    [header, row] = list(csv.reader(io.StringIO("".join(inbox.csv(Wanted(), None)))))
    told = dict(zip(header, row, strict=True))
    assert tuple(header) == COLUMNS
    assert (told["mailbox"], told["transcript"]) == ("'@support", "hello")
    assert told["caller"].startswith("'=HYPERLINK")


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not defused(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_archive_has_the_table_and_each_sound_that_is_there(store: Voicemails, inbox: SqlInbox) -> None:
    leave(store, "one", caller="../../etc/passwd", at_s=1)
    gone = leave(store, "two", at_s=2)
    path = inbox.sound(gone, None)
    assert path
    path.unlink()
    with zipfile.ZipFile(io.BytesIO(b"".join(inbox.zip(Wanted(), None)))) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        [sound] = [name for name in names if name.endswith(".wav")]
        assert audio.read_audio(packed.read(sound)) == SPEECH
        assert "/" not in sound
        assert len(list(csv.reader(io.StringIO(packed.read("messages.csv").decode())))) == 3
