"""How many conversations a second the core can have: for the benchmark of flows."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ivr.conversations.play import play
from ivr.conversations.script import Conversation
from ivr.flows.book import FlowBook


def conversations_per_second(conversations: Sequence[Conversation], book: FlowBook, at_least_s: float = 1.0) -> float:
    """Play all of them again and again for ``at_least_s`` of processor time; how many went by in a second of it."""
    for conversation in conversations:
        play(conversation, book)  # what is looked up once is looked up now
    count, began_s = 0, time.process_time()
    while (took_s := time.process_time() - began_s) < at_least_s or not count:
        for conversation in conversations:
            play(conversation, book)
        count += len(conversations)
    return count / took_s
