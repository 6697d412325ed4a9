"""Puts pages, API, live updates and health on an app, each behind the guard it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Flask

from ivr.accounts import Role
from ivr.web.access import Access, current_user, may_open
from ivr.web.accounts import MORE, forbidden
from ivr.web.api import api
from ivr.web.desk import desk_pages
from ivr.web.headers import secure
from ivr.web.health import health
from ivr.web.live import live_events
from ivr.web.notes_api import notes_api
from ivr.web.pages import pages
from ivr.web.sources import Sources
from ivr.web.staff_api import staff_api


def add_site(
    app: Flask,
    sources: Sources,
    access: Access,
    checks: Mapping[str, Callable[[], object]],
    figures: Mapping[str, Callable[[], Mapping[str, Any]]] | None = None,
) -> None:
    """Add everything for people and machines to ``app``; ``checks`` and ``figures`` are asked by ``/readyz``."""
    news = live_events(sources.alerts)
    news.before_request(access.guard(*Role))  # news say that something changed, not what
    notes = (notes_api(sources, sources.notes),) if sources.notes else ()
    for blueprint in (pages(sources), desk_pages(sources), api(sources), staff_api(sources.staff), *notes):
        # The looks of the pages are no secret, and the login page has them too.
        blueprint.before_request(access.guard(Role.AGENT, but={"pages.static"}))
        app.register_blueprint(blueprint)
    app.register_blueprint(news)
    app.context_processor(
        lambda: {"visitor": current_user(), "page_token": access.page_token, "may_open": may_open, "more_links": MORE}
    )
    app.register_error_handler(403, forbidden)
    outbox = sources.outbox
    told = {"outbox": lambda: asdict(outbox())} if outbox else {}
    space = sources.space
    more = {"space": lambda: asdict(space())} if space else {}
    app.register_blueprint(health(checks, {**told, **more, **(figures or {})}))
    app.after_request(secure)
