"""The page for flows: their picture, an editor that knows the mistakes, a test call, and what is and was live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, Flask, Response, abort, render_template
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from ivr.accounts import Role
from ivr.flows import FlowBook
from ivr.flows.source import MAX_BYTES
from ivr.ports import OutsideError
from ivr.records.flow_versions import REFUSED
from ivr.web.access import Access
from ivr.web.flows_api import flows_api
from ivr.web.flows_check import differences, picture, picture_style
from ivr.web.flows_desk import FlowDesk
from ivr.web.flows_draft import version_of

LINK = ("/flows", "Flows")
"""In the menu of all pages."""

MOST_HISTORY = 50


def add_flows(app: Flask, desk: FlowDesk, access: Access) -> None:
    """Add the page and its API to ``app``, which has the other pages already."""
    for blueprint in (_pages(desk), flows_api(desk, access.page_token)):
        # First of all: nobody is told anything, not even that a post was wrong, who may not see the pages.
        blueprint.before_request_funcs.setdefault(None, []).insert(0, access.guard(Role.EDITOR))
        app.register_blueprint(blueprint)


def _pages(desk: FlowDesk) -> Blueprint:
    views = _Views(desk)
    blueprint = Blueprint("flows", __name__)
    blueprint.add_url_rule("/flows", "flows", views.flows)
    blueprint.add_url_rule("/flows/picture.css", "picture_css", views.picture_css)
    blueprint.add_url_rule("/flows/<version>", "version", views.version)
    blueprint.register_error_handler(404, _missing)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each page."""

    desk: FlowDesk

    def flows(self) -> str:
        news = self.desk.latest_news()  # before the data: what changes in between is told again
        live, saved = self.desk.live(), self.desk.drafts.saved()
        text = saved.text if saved else live.text
        checked = self.desk.check(text)
        old = self.desk.book(live.text) if text != live.text else None
        steps, elsewhere = self.desk.calls_at(live.version)
        shown, shown_text = (checked.book, text) if checked.book else (old, live.text)
        file = self.desk.file_text()
        return render_template(
            "flows.html",
            news=news,
            live=live,
            saved=saved,
            text=text,
            checked=checked,
            picture=_picture(shown, shown_text, old if checked.book else None, {} if old else _rings(steps)),
            elsewhere=elsewhere,
            file=self.desk.file.name,
            file_version=version_of(file),
            file_differs=bool(file.strip()) and version_of(file) not in {live.version, version_of(text)},
            limit=MAX_BYTES,
            **self._versions(),
        )

    def version(self, version: str) -> str:
        text = self.desk.publisher.versions.text(version)
        if text is None:
            abort(404, "There is no such version of the flows.")
        live = self.desk.live()
        checked = self.desk.check(text)
        old = self.desk.book(live.text) if text != live.text else None
        steps, _ = self.desk.calls_at(version)
        return render_template(
            "flows_version.html",
            version=version,
            lines=text.splitlines(),
            live=live,
            checked=checked,
            picture=_picture(checked.book, text, None, _rings(steps)),
            news=[one for one in self._versions()["history"] if one.version == version],
            **differences(live.text, text, old, checked.book),
        )

    def picture_css(self) -> Response:
        response = Response(picture_style(), mimetype="text/css")
        response.headers["Cache-Control"] = "no-cache"
        return response

    def _versions(self) -> Mapping[str, Any]:
        """What was live, newest first; what was never published is listed apart."""
        versions = self.desk.publisher.versions
        history = list(islice(reversed(versions.history()), MOST_HISTORY))
        told = {one.version for one in history}
        others = [one for one in reversed(versions.kept()) if one.version not in told]
        return {"history": history, "others": others[:MOST_HISTORY], "refused": REFUSED}


def _picture(book: FlowBook | None, text: str, old: FlowBook | None, rings: Mapping[str, str]) -> Markup:
    # Safe: every text in it went through the drawing's own escape.
    return Markup(picture(book, text, old, rings)) if book else Markup("")  # noqa: S704


def _rings(steps: Mapping[str, int]) -> dict[str, str]:
    return {step: f"{count} call{'' if count == 1 else 's'}" for step, count in steps.items()}


def _missing(error: NotFound) -> tuple[str, int]:
    return render_template("sorry.html", title="Not found", what=error.description), 404


def _broken(error: OutsideError) -> tuple[str, int]:
    return render_template("sorry.html", title="Not available just now", what=str(error)), 503


__all__ = ["LINK", "add_flows"]
