"""What the commands need from the composition root; ``app.py`` provides it. One line per part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ivr.flows.book import FlowBook
from ivr.ports import CallRecords, Ears, Prompts, Recordings, Sessions
from ivr.runtime import Runtime
from ivr.settings import Settings


class Parts(Protocol):
    """The parts of one process, each built when first asked for."""

    @property
    def settings(self) -> Settings: ...
    @property
    def book(self) -> FlowBook:
        """Raises FlowFileError with every mistake."""
        ...

    @property
    def ears(self) -> Ears: ...
    @property
    def prompts(self) -> Prompts: ...
    @property
    def records(self) -> CallRecords: ...
    @property
    def recordings(self) -> Recordings: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def chat_runtime(self) -> Callable[[], Runtime]:
        """A runtime on a private in-memory store, for conversations in the terminal."""
        ...
