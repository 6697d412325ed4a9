"""The ``email`` step's service: one plain message by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from ivr.ports import OutsideError

TIMEOUT_S = 5.0


def send(smtp_url: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send ``subject`` and ``text`` to ``to``; ``smtp_url`` is smtp:// or smtps://[user:password@]host[:port].

    Raises:
        OutsideError: when there is no server or it does not take the message.
    """
    parts = urlsplit(smtp_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise OutsideError("SMTP_URL is not set: e-mail cannot be sent", retry=False)
    message = EmailMessage()
    message["From"] = (
        f"ringdown@{parts.hostname}" if "@" not in unquote(parts.username or "") else unquote(parts.username or "")
    )
    message["To"] = str(args["to"])
    message["Subject"] = " ".join(str(args["subject"]).split())  # a line break would begin another header
    message.set_content(str(args["text"]))
    try:
        with _connect(parts.scheme, parts.hostname, parts.port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise OutsideError(f"{parts.hostname} does not take the e-mail: {type(error).__name__}", retry=True) from error
    return {}


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
