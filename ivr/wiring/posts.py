"""How notices of messages are sent: by our services, from the line that was called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.ports import CallRecords, OutsideError
from ivr.services import email, http, webhook
from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class NoticePosts:
    """Implements ``voicemail.notices.Posts``. ``lines`` are the company's, ``hosts`` its web services."""

    settings: Settings
    records: CallRecords
    send_text: Callable[[str, str, str], str]
    lines: Callable[[], Sequence[str]]
    hosts: Callable[[], Sequence[str]]

    def email(self, key: str, to: str, subject: str, text: str, sound: bytes | None) -> None:
        files = (email.Attachment("message.wav", "audio/wav", sound),) if sound is not None else ()
        email.send(self.settings.smtp_url, email.Letter(to, subject, text, key, files))

    def sms(self, key: str, to: str, text: str, call_id: str) -> None:
        del key  # the carrier knows none
        lines = [line for line in self.lines() if line.startswith("+")]
        record = self.records.call(call_id) or {}
        called = str(record.get("line", ""))
        sender = called if called in lines else next(iter(lines), "")
        if not sender:
            raise OutsideError("no line of the company is a telephone number: texts cannot be sent", retry=False)
        self.send_text(to, sender, text)

    def webhook(self, key: str, url: str, data: Mapping[str, Any]) -> None:
        http.may_ask(url, list(self.hosts()))
        webhook.post(url, self.settings.secret_key, data, key)
