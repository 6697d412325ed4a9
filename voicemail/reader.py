"""Messages as plain data, for pages and programs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicemail.mailbox import message_to_json
from voicemail.store import Voicemails

MOST_IN_A_CALL = 20


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Reads the store; changes nothing."""

    store: Voicemails

    def list(
        self, limit: int, caller: str = "", mailboxes: Collection[str] | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """The newest first; of one ``caller`` where one is given, and of these ``mailboxes`` (None: all)."""
        return [message_to_json(one) for one in self.store.messages(limit, caller=caller, mailboxes=mailboxes)]

    def of_call(self, call_id: str, mailboxes: Collection[str] | None = None) -> Sequence[Mapping[str, Any]]:
        """What was left in a call."""
        found = self.store.messages(MOST_IN_A_CALL, call_id=call_id, mailboxes=mailboxes)
        return [message_to_json(message) for message in found]
