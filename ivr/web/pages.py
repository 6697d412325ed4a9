"""The pages for people. Every page works without JavaScript; with it, what is live keeps itself up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request
from werkzeug.exceptions import NotFound

from ivr.accounts import Role
from ivr.ports import OutsideError
from ivr.web import words
from ivr.web.access import current_user
from ivr.web.callback_rows import is_from_site, is_to_be_called
from ivr.web.calls import call_for, calls_for, live_calls
from ivr.web.sources import Sources
from ivr.web.timeline import in_order

OWN_LINKS = (("/", "Wallboard"), ("/desk", "Desk"), ("/calls", "Calls"), ("/voicemail", "Voicemail"))

ROWS = 100
"""Rows on a page."""

LATEST = 5
"""Voicemails on the wallboard."""


def pages(sources: Sources) -> Blueprint:
    """Wallboard and calls, with their files below ``/assets``."""
    blueprint = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
    )
    for name in ("iso_time", "clock_time", "day_time", "lasting", "phone", "percent", "took"):
        blueprint.add_app_template_filter(getattr(words, name), name)
    blueprint.add_app_template_test(is_from_site, "from_site")
    views = _Views(sources)
    blueprint.app_context_processor(views.everywhere)
    blueprint.add_url_rule("/", "wallboard", views.wallboard)
    blueprint.add_url_rule("/calls", "calls", views.calls)
    blueprint.add_url_rule("/calls/<call_id>", "call", views.call)
    blueprint.register_error_handler(404, _missing)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each page."""

    sources: Sources

    def everywhere(self) -> dict[str, Any]:
        """What every template knows."""
        return {
            "company": self.sources.company(),
            "links": (*OWN_LINKS, *self.sources.links),
            "now_s": self.sources.now(),
        }

    def wallboard(self) -> str:
        news = self.sources.alerts.latest()  # before the data: what changes in between is told again
        transfers = [one for one in self.sources.transfers.waiting() if not is_to_be_called(one)]
        supervises = current_user().may(Role.SUPERVISOR)
        return render_template(
            "wallboard.html",
            news=news,
            big=request.args.get("big") == "1",
            calls=live_calls(self.sources),
            transfers=transfers,
            callbacks=self.sources.callbacks.open() if self.sources.callbacks else None,
            queues=self.sources.staff.queues(),
            agents=self.sources.staff.agents(),
            rooms=self._rooms(transfers) if supervises else {},
            outbox=self.sources.outbox() if self.sources.outbox and supervises else None,
            space=self.sources.space() if self.sources.space and supervises else None,
            voicemails=list(self.sources.voicemails.list(LATEST, mailboxes=current_user().hears)),
        )

    def _rooms(self, transfers: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        """The rooms that a supervisor can listen in to, by their transfer."""
        if self.sources.rooms is None:
            return {}
        found = ((one["id"], self.sources.rooms.shown(one["id"])) for one in transfers)
        return {name: room for name, room in found if room is not None and room["phase"] == "open"}

    def calls(self) -> str:
        news = self.sources.alerts.latest()
        return render_template("calls.html", news=news, calls=calls_for(current_user(), self.sources, ROWS))

    def call(self, call_id: str) -> str:
        news = self.sources.alerts.latest()
        found = call_for(current_user(), self.sources, call_id)
        if found is None:
            abort(404, "There is no call with this id.")
        messages = self.sources.voicemails.of_call(call_id, current_user().hears)
        notes = self.sources.notes.of_call(call_id) if self.sources.notes else []
        recordings = self.sources.recordings.of_call(call_id) if self.sources.recordings else []
        return render_template(
            "call.html",
            news=news,
            call=found,
            talk=in_order(found["transcript"], found["traffic"]),
            voicemails=messages,
            notes=notes,
            recordings=recordings,
        )


def _missing(error: NotFound) -> tuple[str, int]:
    return render_template("sorry.html", title="Not found", what=error.description), 404


def _broken(error: OutsideError) -> tuple[str, int]:
    return render_template("sorry.html", title="Not available just now", what=str(error)), 503
