"""The least a Flask application can do: the baseline of the webhook's cost."""

from __future__ import annotations

from flask import Flask


def create_app() -> Flask:
    """An application whose only view answers every post with nothing."""
    app = Flask("empty", static_folder=None)

    @app.post("/<path:path>")
    def empty(path: str) -> str:
        del path
        return ""

    return app
