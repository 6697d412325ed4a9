"""The live updates as a web service of their own, for gunicorn."""

from __future__ import annotations

import os

from flask import Flask

from ivr.sessions.connection import connected
from ivr.web.alerts import Alerts
from ivr.web.live import live_events


def create_app() -> Flask:
    app = Flask("news")
    app.register_blueprint(live_events(Alerts(connected(os.environ["REDIS_URL"]))))
    return app
