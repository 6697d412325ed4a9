"""``/callback`` and its API: visitors of the company's site ask to be called back. Off unless the flow file says so.

What a form can do, a program can flood: so nothing happens to a number before a code was sent there and brought back,
texts are rationed, and only numbers of the countries in the flow file are texted or called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from ivr.agents.callback_requests import CallbackPage, CallbackRequests, RequestError, TooManyError
from ivr.ports import OutsideError
from ivr.web.access import Access
from ivr.web.callback_times import Slot, times_of, written_time
from ivr.web.login import address

TRAP = "website"
"""A field that people do not see. Programs fill in what they find; they are told that all is well."""
FIELDS = ("name", "number", "topic", "at_s")
LONGEST = 200

Shown = str | tuple[str, int]


def add_callback_page(
    app: Flask, requests: CallbackRequests, access: Access, company: Callable[[], str], now: Callable[[], float]
) -> None:
    """Put page and API on ``app``."""
    views = _Views(requests, access, company, now)
    page = Blueprint("callback_page", __name__)
    page.add_url_rule("/callback", "form", views.form)
    page.add_url_rule("/callback", "ask", views.ask, methods=["POST"])
    page.add_url_rule("/callback/code", "confirm", views.confirm, methods=["POST"])
    page.before_request(access.guard())
    page.register_error_handler(404, _missing)
    page.register_error_handler(OutsideError, _broken)
    app.register_blueprint(page)
    api = Blueprint("callback_page_api", __name__, url_prefix="/api/v1/callbacks")
    api.add_url_rule("", "ask", views.api_ask, methods=["POST"])
    api.add_url_rule("/<request_id>/code", "confirm", views.api_confirm, methods=["POST"])
    api.register_error_handler(HTTPException, lambda error: (jsonify(error=error.description), error.code or 500))
    api.register_error_handler(OutsideError, lambda error: (jsonify(error=str(error)), 503))
    app.register_blueprint(api)


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each thing a visitor does, in the page and by a program."""

    requests: CallbackRequests
    access: Access
    company: Callable[[], str]
    now: Callable[[], float]

    # --- the page ---------------------------------------------------------------------------------------------------

    def form(self) -> str:
        return self._form(self._page(), {})

    def ask(self) -> Shown:
        page, typed = self._page(), _typed(request.form)
        if request.form.get(TRAP):
            return self._code_page("", typed["number"])
        try:
            request_id, asked = self.requests.ask(typed, self._address())
        except RequestError as error:
            return self._form(page, typed, error), _status(error)
        return self._code_page(request_id, asked.number)

    def confirm(self) -> Shown:
        page = self._page()
        request_id, number = request.form.get("request", "")[:LONGEST], request.form.get("number", "")[:LONGEST]
        try:
            asked = self.requests.confirm(request_id, request.form.get("code", "")[:LONGEST])
        except RequestError as error:
            return self._code_page(request_id, number, error), _status(error)
        when = written_time(asked.at_s, page.timezone) if asked.at_s is not None else ""
        return render_template("callback_done.html", number=asked.number, when=when, line=page.line)

    def _page(self) -> CallbackPage:
        page = self.requests.page()
        if page is None:
            abort(404, "Callbacks cannot be asked for here.")
        return page

    def _form(self, page: CallbackPage, typed: Mapping[str, str], error: RequestError | None = None) -> str:
        return render_template(
            "callback.html", page=page, typed=typed, times=self._times(page), wrong=str(error or ""),
            what=error.what if error else "", trap=TRAP,
        )  # fmt: skip

    def _times(self, page: CallbackPage) -> list[Slot]:
        queues = sorted(set(page.topics.values()))
        return times_of(self.now(), page.timezone, lambda at_s: any(page.may_call(one, at_s) for one in queues))

    def _code_page(self, request_id: str, number: str, error: RequestError | None = None) -> str:
        return render_template("callback_code.html", request_id=request_id, number=number, wrong=str(error or ""))

    def _address(self) -> str:
        return address(self.access.public_url)

    # --- the API ----------------------------------------------------------------------------------------------------

    def api_ask(self) -> tuple[Response, int]:
        """Send the code; 202 and the request's id."""
        self._page()
        wanted = _sent(FIELDS)
        try:
            # A program of the company stands for many visitors, and has shown who it is.
            request_id, asked = self.requests.ask(wanted, "" if self.access.is_program() else self._address())
        except RequestError as error:
            return jsonify(error=str(error), field=error.what), _status(error)
        return jsonify(id=request_id, number=asked.number), 202

    def api_confirm(self, request_id: str) -> tuple[Response, int]:
        """The code that came; 201 when the callback is promised."""
        self._page()
        try:
            asked = self.requests.confirm(request_id, _sent(("code",))["code"])
        except RequestError as error:
            return jsonify(error=str(error), field=error.what), _status(error)
        return jsonify(number=asked.number, topic=asked.topic, at_s=asked.at_s), 201


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "")[:LONGEST] for name in FIELDS}


def _sent(fields: tuple[str, ...]) -> dict[str, str]:
    """The fields of a JSON object; no other site's page can make a browser send one here."""
    body: Any = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        abort(400, f"Send JSON with {', '.join(fields)}.")
    unknown = [str(name)[:20] for name in body if name not in fields]
    if unknown:
        abort(400, f"{unknown[0]!r} is unknown; there are {', '.join(fields)}.")
    return {name: "" if body.get(name) is None else str(body[name])[:LONGEST] for name in fields}


def _status(error: RequestError) -> int:
    return 429 if isinstance(error, TooManyError) else 400


def _missing(error: HTTPException) -> tuple[str, int]:
    return render_template("sorry.html", title="Not found", what=error.description), 404


def _broken(error: OutsideError) -> tuple[str, int]:
    del error  # visitors need not know what is broken here
    return render_template(
        "sorry.html", title="Not available just now", what="Please try again later, or call us."
    ), 503
