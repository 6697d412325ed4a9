"""Conversation tests as the gate before a publication wants them: how many there are, and what went wrong."""

from __future__ import annotations

from pathlib import Path

from ivr.conversations.files import conversation_files, read_files
from ivr.conversations.play import play
from ivr.flows.book import FlowBook
from ivr.publishing.findings import Rehearsal


def rehearse(folder: Path, book: FlowBook) -> Rehearsal:
    """Have all conversations written in ``folder`` with ``book``. Without the folder there are none."""
    conversations, problems = read_files([*conversation_files([folder])] if folder.is_dir() else [])
    results = [play(conversation, book) for conversation in conversations]
    mistakes = [str(problem) for problem in problems]
    failed = [f"{one.place}: {one.conversation.name}: {one.difference}" for one in results if not one.passed]
    return Rehearsal(len(results), (*mistakes, *failed))
