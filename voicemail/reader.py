"""Messages as plain data, for pages and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voicemail.mailbox import message_to_json
from voicemail.store import Voicemails


@dataclass(frozen=True, slots=True)
class MessageReader:
    """Reads the store; changes nothing."""

    store: Voicemails

    def list(self, limit: int, caller: str = "") -> Sequence[Mapping[str, Any]]:
        """The newest first; of one ``caller`` where one is given."""
        return [message_to_json(message) for message in self.store.messages(limit, caller=caller)]

    def get(self, voicemail_id: str) -> Mapping[str, Any] | None:
        message = self.store.message(voicemail_id)
        return message_to_json(message) if message else None

    def audio_path(self, voicemail_id: str) -> Path | None:
        """The sound as a WAV file; None when there is none."""
        message = self.store.message(voicemail_id)
        path = self.store.path(message) if message else None
        return path if path and path.is_file() else None
