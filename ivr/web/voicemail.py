"""The page of the inbox. Everything on it works by links and forms; scripts add the player, live news and the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, abort, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts import Role
from ivr.inbox import LONGEST_NOTE, LONGEST_WHY, VIEWS, Count
from ivr.ports import OutsideError
from ivr.web.access import Access, current_user, require
from ivr.web.mailroom import Mailroom
from ivr.web.voicemail_api import voicemail_api
from ivr.web.voicemail_asked import Asked, asked_for, ids_of, step_of
from ivr.web.voicemail_shown import excerpt, spoken, wave_path

SHOWN = 50
"""Messages on a page; what is done with all of them can be undone by one address."""

SPEEDS = ("0.8", "1", "1.2", "1.5", "1.75", "2")

DOES: Mapping[str, Mapping[str, Any]] = {
    "done": {"status": "done"},
    "read": {"status": "read"},
    "new": {"status": "new"},
    "urgent": {"urgent": True},
    "not urgent": {"urgent": False},
    "release": {"hold": ""},
}
"""What the buttons do. ``assign`` and ``forward`` say to whom, ``hold`` why, ``delete`` is for good."""

NO_REASON = "no reason given"
DONE = {"hold": "on legal hold", "release": "released from legal hold"}
"""What was done, where the button does not say it."""


def add_voicemail(app: Flask, mailroom: Mailroom, access: Access) -> None:
    """Put pages and API on ``app``, for agents; all other pages show how many messages are new."""
    for blueprint in (_pages(mailroom), voicemail_api(mailroom)):
        blueprint.before_request(access.guard(Role.AGENT))
        app.register_blueprint(blueprint)
    app.context_processor(lambda: {"messages_waiting": mailroom.waiting})


def _pages(mailroom: Mailroom) -> Blueprint:
    views = _Views(mailroom)
    blueprint = Blueprint("voicemail", __name__, url_prefix="/voicemail")
    blueprint.add_url_rule("", "inbox", views.inbox)
    blueprint.add_url_rule("/<voicemail_id>", "message", views.message)
    for rule, view in (
        ("/change", views.change),
        ("/undo", views.undo),
        ("/<voicemail_id>/note", views.note),
        ("/<voicemail_id>/retry", views.retry),
        ("/<voicemail_id>/call-back", views.call_back),
    ):
        blueprint.add_url_rule(rule, view.__name__, view, methods=["POST"])
    for name, function in (("spoken", spoken), ("wave_path", wave_path), ("excerpt", excerpt)):
        blueprint.add_app_template_filter(function, name)
    for code in (400, 404, 409):
        blueprint.register_error_handler(code, _refused)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each thing that is looked at or done."""

    mailroom: Mailroom

    def inbox(self) -> str:
        return self._page(asked_for("open"))

    def message(self, voicemail_id: str) -> AnyResponse | str:
        hears = current_user().hears
        message = self.mailroom.inbox.get(voicemail_id, hears)
        if message is None and "did" in request.args:  # forwarded to where who did it hears nothing, or deleted
            return redirect(f"/voicemail?{urlencode({'did': request.args['did']})}", code=303)
        return self._page(asked_for("open"), self.mailroom.message(voicemail_id))

    def _page(self, asked: Asked, message: Mapping[str, Any] | None = None) -> str:
        news = self.mailroom.alerts.latest()  # before the data: what changes in between is told again
        hears = current_user().hears
        try:
            page = self.mailroom.inbox.page(asked.wanted, hears, SHOWN, asked.after)
        except ValueError:
            abort(404, "There is no such page of messages.")
        counts = self.mailroom.inbox.counts(hears)
        return render_template(
            "voicemail.html",
            news=news,
            asked=asked,
            page=page,
            message=message,
            has_sound=bool(message and self.mailroom.inbox.sound(message["id"], hears)),
            peaks=self.mailroom.inbox.peaks(message["id"], hears) if message else b"",
            tabs=_tabs(counts, asked.mailbox),
            mailboxes=[count.mailbox for count in counts],
            targets=sorted({*self.mailroom.mailboxes(), *(count.mailbox for count in counts)}),
            people=self.mailroom.people(),
            queues=self.mailroom.queues(),
            speeds=SPEEDS,
            longest_note=LONGEST_NOTE,
            longest_why=LONGEST_WHY,
            did=self._did(),
        )

    def change(self) -> AnyResponse:
        """What a button says, done to the messages that are ticked."""
        ids, do = request.form.getlist("id"), request.form.get("do", "")
        if not ids:
            return self._back("Tick the messages first.")
        if do == "delete":
            require(Role.SUPERVISOR)
            deleted, held = self.mailroom.delete(ids_of(ids))
            stays = f" {_messages(len(held))} on legal hold: not deleted." if held else ""
            return self._back(f"{_messages(deleted)} deleted.{stays}")
        changed, ticket = self.mailroom.change(step_of({"ids": ids, **_wish(do)}))
        return self._back(f"{_messages(changed.count)} changed: {_told(do)}.", ticket)

    def undo(self) -> AnyResponse:
        count = self.mailroom.undo(request.form.get("ticket", ""))
        return self._back(f"Undone: {_messages(count)} as before.")

    def note(self, voicemail_id: str) -> AnyResponse:
        self.mailroom.note(voicemail_id, request.form.get("text", ""))
        return self._back("Noted.")

    def retry(self, voicemail_id: str) -> AnyResponse:
        self.mailroom.message(voicemail_id)
        if not self.mailroom.inbox.try_again(voicemail_id, current_user().hears):
            return self._back("There is nothing to try again.")
        return self._back("It is being transcribed again.")

    def call_back(self, voicemail_id: str) -> AnyResponse:
        queue = request.form.get("queue", "")
        self.mailroom.ring(voicemail_id, queue)
        return self._back(f"They are called back for {queue}: see the list of callbacks at the desk.")

    def _back(self, told: str, ticket: str = "") -> AnyResponse:
        """To the page it was done on, which tells what was done."""
        place = urlsplit(request.form.get("back", ""))
        path = place.path if place.path.startswith("/voicemail") else "/voicemail"
        query = "&".join(part for part in place.query.split("&") if part and not part.startswith("did="))
        did = urlencode({"did": str(self._signer().dumps([told, ticket]))})
        return redirect(f"/{path.lstrip('/')}?{query}&{did}" if query else f"/{path.lstrip('/')}?{did}", code=303)

    def _did(self) -> tuple[str, str]:
        """What was just done, and by what it is undone; signed, so that no link makes the page say something."""
        try:
            told, ticket = self._signer().loads(request.args.get("did", ""), max_age=300)
        except (BadSignature, ValueError):
            return "", ""
        return str(told), str(ticket)

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.mailroom.secret_key, salt="ringdown inbox did")


def _tabs(counts: Sequence[Count], mailbox: str) -> list[tuple[str, int]]:
    mine = [count for count in counts if mailbox in {"", count.mailbox}]
    return [(view, sum(getattr(count, view) for count in mine)) for view in VIEWS]


def _wish(do: str) -> Mapping[str, Any]:
    if do == "assign":
        return {"assignee": request.form.get("assignee", "")}
    if do == "forward":
        return {"mailbox": request.form.get("mailbox", "")}
    if do == "hold":
        return {"hold": request.form.get("why", "").strip() or NO_REASON}
    return DOES.get(do) or abort(400, "There is no such button.")


def _told(do: str) -> str:
    if do == "assign":
        return f"assigned to {request.form['assignee']}" if request.form.get("assignee") else "assigned to nobody"
    return f"forwarded to {request.form['mailbox']}" if do == "forward" else DONE.get(do, do)


def _messages(count: int) -> str:
    return f"{count} message" if count == 1 else f"{count} messages"


def _refused(error: HTTPException) -> tuple[str, int]:
    title = "Not found" if error.code == 404 else "That was refused"
    return render_template("sorry.html", title=title, what=error.description), error.code or 500


def _broken(error: OutsideError) -> tuple[str, int]:
    return render_template("sorry.html", title="Not available just now", what=str(error)), 503
