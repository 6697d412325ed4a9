"""A service of one's own for a call or two: started quietly, ended without a trace but for the sound that is kept."""

from __future__ import annotations

import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console

from ivr.calling.clients import Exchange, Service
from ivr.ports import OutsideError
from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from ivr.supervisor.local_account import with_secrets
from ivr.supervisor.temporary import temporary_folder

MODELS = "models"
LINES_SHOWN = 30
"""Of what the processes wrote, when something failed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls are placed: an exchange, and the service it rings. ``wrote`` is what the processes said lately.

    ``database_url`` is where the records of a service of one's own are.
    """

    exchange: Exchange
    service: Service
    wrote: deque[str]
    database_url: str = ""


@contextmanager
def own_service(settings: Settings, *, fast: bool) -> Iterator[Place]:
    """A private service for as long as the ``with`` lasts.

    Raises:
        OutsideError: when it cannot be started.
    """
    wrote: deque[str] = deque(maxlen=LINES_SHOWN)
    with _own_folder(settings) as folder, _ended_by_sigterm():
        supervised = Supervised(
            settings, data=folder, fast=fast, tell=lambda name, line: wrote.append(f"{name}: {line}")
        )
        with _progress("Starting web, worker, exchange and Redis ..."):
            supervised.__enter__()
        try:
            exchange = Exchange(supervised.exchange_url, supervised.token)
            service = Service(supervised.web_url, settings.pages_token)
            yield Place(exchange, service, wrote, supervised.settings.database_url)
        finally:
            supervised.stop()


def running_service(settings: Settings, exchange_url: str) -> Place:
    """The service that is already running, found by the address of its exchange.

    Raises:
        OutsideError: when it does not answer, or is not ours.
    """
    exchange = Exchange(exchange_url.rstrip("/"), with_secrets(settings).auth_token)
    app_url = str(exchange.status().get("app_url", ""))
    if not app_url:
        hint = "it is the last link that './run' prints"
        raise OutsideError(f"there is no telephone exchange at {exchange_url}: {hint}", retry=False)
    return Place(exchange, Service(app_url, settings.pages_token or with_secrets(settings).program_token), deque())


@contextmanager
def _own_folder(settings: Settings) -> Iterator[Path]:
    """A temporary data folder in which the models are those of the settings, fetched once for all."""
    try:
        with temporary_folder() as folder:
            models = settings.data / MODELS
            models.mkdir(parents=True, exist_ok=True)
            (folder / MODELS).symlink_to(models.resolve(), target_is_directory=True)
            yield folder
    except OSError as error:
        raise OutsideError(f"the data folder cannot be used: {error}", retry=False) from error


@contextmanager
def _progress(doing: str) -> Iterator[None]:
    """On stderr, so that results can be piped; moving only in a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(doing, highlight=False)
        yield
        return
    with console.status(doing):
        yield


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Being asked to end unwinds, so that the processes end too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
