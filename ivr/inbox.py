"""What pages and programs ask of the voicemail inbox, as plain values; ``voicemail.inbox`` answers.

Who asks hears the messages of their ``mailboxes``, or of all for None. A message they may not hear does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

VIEWS = ("open", "new", "urgent", "done", "all")
"""Ways to look at an inbox: ``open`` is all that is not done, ``urgent`` what of it cannot wait."""

STATUSES = ("new", "read", "done")

LONGEST_NOTE = 4000
LONGEST_WHY = 200
"""Characters of the reason of a legal hold."""

Mailboxes = frozenset[str] | None
"""Which messages somebody may hear; None is all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: all that is said must hold.

    ``words`` are in the transcript (the last may be the beginning of one), or digits of the caller's number.
    """

    view: str = "all"
    mailbox: str = ""
    assignee: str = ""
    caller: str = ""
    words: str = ""
    since_s: float | None = None
    until_s: float | None = None
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of messages; None stays as it is. Another ``mailbox`` forwards them.

    ``hold`` says why they are put on legal hold; empty releases them. It is for supervisors, as deleting is.
    """

    status: str | None = None
    urgent: bool | None = None
    assignee: str | None = None
    mailbox: str | None = None
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Messages, and the change that was or is to be made to them."""

    ids: tuple[str, ...]
    change: Change


@dataclass(frozen=True, slots=True)
class Changed:
    """How many messages were changed, and what has to be done to undo it."""

    count: int
    undo: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages without their words, the newest first; ``next`` finds those that follow, empty when none do.

    Of each is told whether it is ``held``: on legal hold by itself, with its call or with its caller.
    """

    messages: Sequence[Mapping[str, Any]]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a mailbox there are."""

    mailbox: str
    open: int = 0
    new: int = 0
    urgent: int = 0
    done: int = 0

    @property
    def all(self) -> int:
        return self.open + self.done


class Inbox(Protocol):
    """The messages as people work with them. Every method raises ``OutsideError`` when the database fails."""

    def page(self, wanted: Wanted, mailboxes: Mailboxes, limit: int, after: str = "") -> Page:
        """At most ``limit`` messages after those of a page, by its ``next``. Raises ValueError for a made-up one."""
        ...

    def counts(self, mailboxes: Mailboxes) -> list[Count]:
        """One for each mailbox that has messages, by name."""
        ...

    def waiting(self, mailboxes: Mailboxes) -> int:
        """How many messages are new."""
        ...

    def get(self, voicemail_id: str, mailboxes: Mailboxes) -> Mapping[str, Any] | None:
        """One message with its words, ``notes`` and the legal ``holds`` on it."""
        ...

    def change(self, step: Step, mailboxes: Mailboxes, who: str) -> Changed:
        """Make the change. Messages that are like that already do not count."""
        ...

    def note(self, voicemail_id: str, mailboxes: Mailboxes, who: str, text: str) -> bool:
        """Note something about a message; False when there is none."""
        ...

    def sound(self, voicemail_id: str, mailboxes: Mailboxes) -> Path | None:
        """The message as a WAV file; None when there is none, or its file is missing."""
        ...

    def peaks(self, voicemail_id: str, mailboxes: Mailboxes) -> bytes:
        """How loud each of equally long parts of the message is, 0 to 255; empty when there is no sound."""
        ...

    def try_again(self, voicemail_id: str, mailboxes: Mailboxes) -> bool:
        """Have a message transcribed whose transcription failed; False when it has not."""
        ...

    def delete(self, ids: Collection[str], mailboxes: Mailboxes) -> int:
        """Remove messages with their sound, for good; how many there were."""
        ...

    def csv(self, wanted: Wanted, mailboxes: Mailboxes) -> Iterator[str]:
        """The messages as a table, piece by piece."""
        ...

    def zip(self, wanted: Wanted, mailboxes: Mailboxes) -> Iterator[bytes]:
        """The table and the sound of all messages, piece by piece."""
        ...
