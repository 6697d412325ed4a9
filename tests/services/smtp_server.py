"""A real mail server on a port the system chose: what it takes is kept, and it refuses what it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

PATIENCE_S = 10


@dataclass
class MailServer:
    """Its ``answer`` is what a message is told, such as ``550 no such user``."""

    answer: str = "250 OK"
    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server while it runs, on a thread of its own."""
    mail = MailServer()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mail")
    thread.start()

    async def start() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(mail, loop=loop), "127.0.0.1", 0)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(PATIENCE_S)
    try:
        mail.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield mail
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_S)
        loop.close()
