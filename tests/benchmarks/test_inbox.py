"""The benchmark of the inbox fills a real one: what it looks for is there, and can be found."""

from __future__ import annotations

from pathlib import Path

from ivr.benchmarks.inbox import RARE, fill
from ivr.inbox import Wanted
from ivr.records import Database
from voicemail.inbox import SqlInbox
from voicemail.store import Voicemails


def test_the_messages_of_the_benchmark_can_be_found(tmp_path: Path) -> None:
    fill(tmp_path / "inbox.db", 1001)
    database = Database(f"sqlite:///{tmp_path / 'inbox.db'}")
    inbox = SqlInbox(database, Voicemails(database, tmp_path, lambda _id: None), lambda topic, data: None)
    assert sum(count.all for count in inbox.counts(None)) == 1001
    assert len(inbox.messages(Wanted(words=RARE), None, 50)) == 2
    assert len(inbox.messages(Wanted("urgent", "box0"), None, 50)) > 0
    database.close()
