"""A whole service, and the real ears to listen to recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import app
from ivr.calling.clients import Exchange, Service
from ivr.ports import Ears
from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from tests.conftest import ROOT


@dataclass
class Running:
    """A service under way and how to reach it."""

    supervised: Supervised
    exchange: Exchange
    service: Service


@contextmanager
def running_service(folder: Path, *, fast: bool) -> Iterator[Running]:
    with Supervised(Settings.from_env({}, ROOT), data=folder, fast=fast) as supervised:
        exchange = Exchange(supervised.exchange_url, supervised.token)
        yield Running(supervised, exchange, Service(supervised.web_url))


@pytest.fixture(scope="session")
def ears() -> Ears:
    return app.Parts(Settings.from_env({}, ROOT)).ears
