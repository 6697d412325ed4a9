"""E-mail by SMTP: one message to one address, with files where there are any."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from ivr.ports import OutsideError

TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; ``kind`` is its MIME type."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail. ``key`` is the same when it is sent again: mail programs show one of two with the same Message-ID."""

    to: str
    subject: str
    text: str
    key: str = ""
    attachments: Sequence[Attachment] = ()


def send(smtp_url: str, letter: Letter) -> None:
    """Send ``letter``; ``smtp_url`` is smtp:// or smtps://[user:password@]host[:port].

    Raises:
        OutsideError: when there is no server or it does not take the message.
    """
    parts = urlsplit(smtp_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise OutsideError("SMTP_URL is not set: e-mail cannot be sent", retry=False)
    user = unquote(parts.username or "")
    sender = user if "@" in user else f"ringdown@{parts.hostname}"
    try:
        with _connect(parts.scheme, parts.hostname, parts.port) as server:
            if user:
                server.login(user, unquote(parts.password or ""))
            server.send_message(_message(letter, sender))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        code = _code(error)
        raise OutsideError(f"{parts.hostname} refuses the e-mail: {code}", retry=not 500 <= code < 600) from error
    except (smtplib.SMTPException, OSError) as error:
        raise OutsideError(f"{parts.hostname} does not take the e-mail: {type(error).__name__}", retry=True) from error


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())  # a line break would begin another header
    message["Date"] = formatdate()
    if letter.key:
        message["Message-ID"] = f"<{_local_part(letter.key)}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office answer, please (RFC 3834)
    message.set_content(letter.text)
    for one in letter.attachments:
        main, _, sub = one.kind.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message


def _local_part(key: str) -> str:
    """``key`` where it may stand in front of an @, else its digest."""
    return key if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", key) else hashlib.sha256(key.encode()).hexdigest()


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return int(getattr(error, "smtp_code", 0))


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
