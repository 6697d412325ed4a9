"""Puts pages, API, live updates and health on an app, each behind the guard it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask

from ivr.web.access import Access
from ivr.web.api import api
from ivr.web.headers import secure
from ivr.web.health import health
from ivr.web.live import live_events
from ivr.web.pages import pages
from ivr.web.sources import Sources


def add_site(app: Flask, sources: Sources, access: Access, checks: Mapping[str, Callable[[], object]]) -> None:
    """Add everything for people and machines to ``app``; ``checks`` are asked by ``/readyz``."""
    for blueprint in (pages(sources), api(sources), live_events(sources.alerts)):
        blueprint.before_request(access.guard)
        app.register_blueprint(blueprint)
    app.register_blueprint(health(checks))
    app.after_request(secure)
