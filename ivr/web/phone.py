"""The caller's telephone as a page: call any line of the company by voice, keys or typed words, see what is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, render_template, request

from ivr.accounts import Role
from ivr.flows.actions import Listen
from ivr.ports import OutsideError
from ivr.web.access import Access
from ivr.web.calls import shown_call
from ivr.web.softphones import Softphones
from ivr.web.sources import Sources

LINK = ("/phone", "Phone")
"""In the menu of all pages."""

CALLER = "+14155550123"
"""Who calls when nobody says: a number that is nobody's."""

MOST_CHOICES = 12

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "zip": ("97205", "94110"),
    "place": ("97205", "San Francisco"),
    "name": ("Mary Miller",),
    "yes_no": ("yes", "no"),
    "date": ("tomorrow",),
    "time": ("half past three",),
    "number": ("twelve",),
    "money": ("twenty dollars",),
}
"""What one could say to questions whose answers cannot all be listed."""

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def add_phone(
    app: Flask, sources: Sources, softphones: Softphones, lines: Callable[[], Mapping[str, str]], access: Access
) -> None:
    """Add the page to ``app``; ``lines`` are the company's numbers, each with the flow it begins."""
    views = _Views(sources, softphones, lines)
    blueprint = Blueprint("phone", __name__)
    blueprint.before_request(access.guard(Role.AGENT))
    blueprint.add_url_rule("/phone", "phone", views.phone)
    blueprint.add_url_rule("/phone/token", "token", views.token)
    blueprint.add_url_rule("/phone/calls/<call_id>", "call", views.call)
    app.register_blueprint(blueprint)


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each route."""

    sources: Sources
    softphones: Softphones
    lines: Callable[[], Mapping[str, str]]

    def phone(self) -> Response:
        page = render_template("phone.html", lines=self.lines(), exist=self.softphones.exist, caller=CALLER)
        return self.softphones.allow(make_response(page))

    def token(self) -> tuple[Response, int] | Response:
        """What the page connects with, as the number that somebody calls from."""
        number = re.sub(r"[\s().-]", "", request.args.get("number", ""))
        if not self.softphones.exist:
            return _error(404, "There is no exchange of our own: call by a real telephone.")
        if not _NUMBER.fullmatch(number):
            return _error(400, "Your number begins with + and the country's code, as +14155550123.")
        if number in self.lines():
            return _error(400, "That is a number of the company: call from another one.")
        return jsonify(self.softphones.place(number))

    def call(self, call_id: str) -> tuple[Response, int] | Response:
        """What was said, and what could be said now."""
        try:
            call = shown_call(self.sources, call_id)
            found = self.sources.sessions.load(call_id) if call and call["live"] else None
        except OutsideError as error:
            return _error(503, str(error))
        if call is None:
            return _error(404, "There is no such call.")
        last = found[0].actions[-1] if found and found[0].actions else None
        told = {name: call[name] for name in ("id", "live", "step", "waits_for", "outcome", "transcript")}
        return jsonify(**told, **_possible(last))


def _possible(action: object) -> dict[str, Any]:
    """Answers to the question that is asked, by name and key; for open questions examples."""
    if not isinstance(action, Listen) or action.secret:
        return {"choices": [], "examples": [], "expect": ""}
    choices = [{"name": one.name, "key": one.key} for one in action.choices[:MOST_CHOICES]]
    return {"choices": choices, "examples": list(EXAMPLES.get(action.expect, ())), "expect": action.expect}


def _error(status: int, message: str) -> tuple[Response, int]:
    return jsonify(error=message), status


__all__ = ["LINK", "add_phone"]
