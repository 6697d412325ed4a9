"""A real browser, the site it looks at, and what a checker of accessibility has against a page."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Literal, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIETLY = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
"""On a loaded machine; what is there is seen at once."""

LEFT_S = 5.0
"""For a request that nobody waits for any more."""

Scheme: TypeAlias = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = {"wide": (1440, 900), "phone": (390, 844)}


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        del type, message, args


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which ``app`` is served by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for answering in threading.enumerate():  # of a page that was left: what it reads is closed after this
            if "process_request_thread" in answering.name:
                answering.join(LEFT_S)


@contextmanager
def started(*more: str) -> Iterator[Browser]:
    """A browser of this machine, with ``more`` of its options. ``./run test`` installs one where it may."""
    with all_started(more) as (browser,):
        yield browser


@contextmanager
def all_started(*each: Sequence[str]) -> Iterator[list[Browser]]:
    """Several browsers, each with options of its own."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name, path="/usr/bin:/usr/local/bin"))), None)
    if program is None:
        pytest.skip(f"no browser here: apt-get install {PROGRAMS[0]}")
    with sync_playwright() as playwright, ExitStack() as open_ones:
        browsers = []
        for more in each:
            browsers.append(playwright.chromium.launch(executable_path=program, args=[*QUIETLY, *more]))
            open_ones.callback(browsers[-1].close)
        yield browsers


@contextmanager
def looking(browser: Browser, address: str, scheme: Scheme = "light", size: str = "wide") -> Iterator[Page]:
    """A window; whatever a page complains of in its console fails the test."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=address, color_scheme=scheme, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    try:
        yield page
    finally:
        context.close()
    assert complaints == [], complaints


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now: the rule, and the first place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}" for one in found]
