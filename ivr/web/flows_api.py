"""The flows page's own API, below ``/api/v1/flows``: check, save, try, publish, take back. JSON in, JSON out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.flows import FlowBook, FlowFileError
from ivr.flows.source import MAX_BYTES
from ivr.ports import OutsideError
from ivr.web.access import current_user
from ivr.web.flows_check import Checked, differences, picture, problem_json
from ivr.web.flows_desk import ChangedError, FlowDesk, Live, RefusedError, UndecidedError, findings_json
from ivr.web.flows_draft import OvertakenError, version_of
from ivr.web.flows_trial import MOST_LETTERS, MOST_MOVES, MOVES, Move, Plan, run_trial
from ivr.web.own_page import SAFE

LARGEST = 3 * MAX_BYTES
"""A text grows when it is written as JSON."""

LONGEST_WHY = 500
LONGEST_NAME = 60
KEYS = re.compile(r"[0-9*#]{1,64}")
TEST_CALLER = "+14155550123"
END_OF_TIME_S = 4102444800.0
"""The year 2100."""


def flows_api(desk: FlowDesk, page_token: Callable[[], str]) -> Blueprint:
    """All routes below ``/api/v1/flows``."""
    answers = _Answers(desk, page_token)
    blueprint = Blueprint("flows_api", __name__, url_prefix="/api/v1/flows")
    for rule, view, methods in (
        ("", answers.everything, ["GET"]),
        ("/state", answers.state, ["GET"]),
        ("/versions/<version>", answers.text, ["GET"]),
        ("/versions/<version>/diff", answers.diff, ["GET"]),
        ("/check", answers.check, ["POST"]),
        ("/draft", answers.save, ["PUT"]),
        ("/draft", answers.discard, ["DELETE"]),
        ("/test-call", answers.try_out, ["POST"]),
        ("/publish", answers.publish, ["POST"]),
        ("/rollback", answers.roll_back, ["POST"]),
    ):
        blueprint.add_url_rule(rule, view.__name__, view, methods=methods)
    blueprint.before_request(_allow_large)
    blueprint.before_request(_only_json)
    blueprint.register_error_handler(HTTPException, lambda error: (jsonify(error=error.description), error.code or 500))
    blueprint.register_error_handler(OutsideError, lambda error: (jsonify(error=str(error)), 503))
    blueprint.register_error_handler(OvertakenError, answers.overtaken)
    blueprint.register_error_handler(ChangedError, lambda error: (jsonify(error=str(error)), 409))
    blueprint.register_error_handler(RefusedError, answers.refused)
    blueprint.register_error_handler(UndecidedError, answers.undecided)
    blueprint.register_error_handler(FlowFileError, _unreadable)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route."""

    desk: FlowDesk
    page_token: Callable[[], str]

    # --- looking ----------------------------------------------------------------------------------------------------

    def everything(self) -> Response:
        live, saved = self.desk.live(), self.desk.drafts.saved()
        file = self.desk.file_text()
        versions = self.desk.publisher.versions
        return jsonify(
            token=self.page_token(),
            live={"version": live.version, "text": live.text, "published": live.published},
            draft={"version": saved.version, "text": saved.text, "at_s": saved.at_s} if saved else None,
            file={"name": self.desk.file.name, "version": version_of(file), "text": file},
            problems=self.desk.check(saved.text if saved else live.text).as_json(),
            versions=[asdict(one) for one in reversed(versions.kept())],
            history=[asdict(one) for one in reversed(versions.history())],
        )

    def state(self) -> Response:
        """What changes by itself while a page is open."""
        live, saved = self.desk.live(), self.desk.drafts.saved()
        steps, elsewhere = self.desk.calls_at(request.args.get("version") or live.version)
        draft = saved.version if saved else ""
        return jsonify(live=live.version, published=live.published, draft=draft, steps=steps, elsewhere=elsewhere)

    def text(self, version: str) -> Response:
        response = Response(self._kept(version), content_type="text/plain; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="flows-{version}.yaml"'
        return response

    def diff(self, version: str) -> Response:
        """What making ``version`` live would change."""
        live, text = self.desk.live(), self._kept(version)
        return jsonify(differences(live.text, text, self.desk.book(live.text), self.desk.book(text)))

    def check(self) -> Response:
        body = _body()
        text = _text(body)
        checked, live = self.desk.check(text), self.desk.live()
        old = self.desk.book(live.text) if text != live.text else None
        return jsonify(
            version=version_of(text),
            ok=checked.ok,
            summary=checked.summary,
            problems=checked.as_json(),
            picture=self._picture(body.get("picture"), checked, old, live),
            live=live.version,
            **differences(live.text, text, old, checked.book),
        )

    # --- the draft --------------------------------------------------------------------------------------------------

    def save(self) -> Response:
        body = _body()
        saved = self.desk.drafts.save(_text(body), _word(body, "over"))
        return jsonify(version=saved.version if saved else "", at_s=saved.at_s if saved else 0.0)

    def discard(self) -> Response:
        self.desk.drafts.discard(_word(_body(), "over"))
        return jsonify(version="")

    def try_out(self) -> Response | tuple[Response, int]:
        body = _body()
        text = _text(body)
        book = self.desk.book(text)
        if book is None:
            problems = self.desk.check(text).as_json()
            return jsonify(error="Mend the mistakes first: calls cannot run on this.", problems=problems), 422
        company = book.company
        line = str(body.get("line") or next(iter(company.lines), ""))
        if line not in company.lines:
            abort(400, f"There is no such line. Lines: {', '.join(company.lines) or 'none'}.")
        at_s = body.get("at_s") or self.desk.publisher.now()
        if not isinstance(at_s, int | float) or not math.isfinite(at_s) or not 0 < at_s < END_OF_TIME_S:
            abort(400, "at_s must be a time in seconds since 1970.")
        plan = Plan(line, TEST_CALLER, float(at_s), _web_answer(body), _moves(body))
        told = run_trial(book, plan, self.desk.ring)
        return jsonify(**told, lines_to_ring=list(company.lines), zone=str(ZoneInfo(company.timezone)))

    # --- going live -------------------------------------------------------------------------------------------------

    def publish(self) -> Response:
        """With ``look`` nothing is changed: the answer says what the gate found."""
        body = _body()
        version, over = _word(body, "draft"), _word(body, "over")
        if body.get("look"):
            saved = self.desk.drafts.must_be(version)
            if saved is None:
                raise OvertakenError(None)
            findings = self.desk.examine(saved)
            return jsonify(self._found(findings_json(self.desk, findings), saved.text))
        why = _why(body)
        if not why:
            abort(400, "Say why: it is kept with the version.")
        before = self.desk.publisher.versions.live()
        done = self.desk.publish(version, over, self._who(body), why, agreed=body.get("agreed") is True)
        return jsonify(publication=asdict(done), before=before)

    def roll_back(self) -> Response:
        body = _body()
        before = self.desk.publisher.versions.live()
        done = self.desk.roll_back(_word(body, "version"), _word(body, "over"), self._who(body), _why(body))
        return jsonify(publication=asdict(done), before=before)

    # --- what went wrong --------------------------------------------------------------------------------------------

    def overtaken(self, error: OvertakenError) -> tuple[Response, int]:
        saved = error.saved
        theirs = {"version": saved.version, "text": saved.text, "at_s": saved.at_s} if saved else None
        return jsonify(error=str(error), draft=theirs), 409

    def refused(self, error: RefusedError) -> tuple[Response, int]:
        return jsonify(
            error=str(error), **self._found(findings_json(self.desk, error.findings), error.findings.text)
        ), 422

    def undecided(self, error: UndecidedError) -> tuple[Response, int]:
        found = self._found(findings_json(self.desk, error.findings), error.findings.text)
        return jsonify(error=str(error), undecided=True, **found), 409

    # --- inside -----------------------------------------------------------------------------------------------------

    def _picture(self, view: object, checked: Checked, old: FlowBook | None, live: Live) -> str:
        """The picture of what is live, of the text, or of what it changes; none of a text with mistakes."""
        if view == "live":
            book = old or self.desk.book(live.text)
            return picture(book, live.text) if book else ""
        if checked.book is None:
            return ""
        return picture(checked.book, checked.text, old if view == "changes" else None)

    def _found(self, found: dict[str, Any], text: str) -> dict[str, Any]:
        """The gate's findings with all messages, warnings too."""
        return {**found, "problems": self.desk.check(text).as_json()}

    def _kept(self, version: str) -> str:
        text = self.desk.publisher.versions.text(version)
        if text is None:
            abort(404, "There is no such version.")
        return text

    def _who(self, body: Mapping[str, Any]) -> str:
        """With an account by its name, whatever is typed beside it."""
        visitor = current_user()
        name = "" if visitor.account else _plain(_word(body, "name"))[:LONGEST_NAME]
        return f"{name} ({visitor.name})" if name else visitor.name


def _allow_large() -> None:
    request.max_content_length = LARGEST


def _only_json() -> None:
    if request.method not in SAFE and request.mimetype != "application/json":
        abort(415, "Send JSON.")


def _unreadable(error: FlowFileError) -> tuple[Response, int]:
    problems = [problem_json(one) for one in error.problems]
    return jsonify(error="Calls could not run on this.", problems=problems), 422


def _body() -> Mapping[str, Any]:
    try:
        body = request.get_json()
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        abort(400, "Send a JSON object.")
    return body


def _text(body: Mapping[str, Any]) -> str:
    text = body.get("text")
    if not isinstance(text, str):
        abort(400, "text must be the text of a flow file.")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        abort(400, "text has characters that cannot be written to a file.")
    if size > MAX_BYTES:
        abort(413, f"A flow file has at most {MAX_BYTES:,} bytes.")
    return text


def _word(body: Mapping[str, Any], name: str) -> str:
    word = body.get(name, "")
    if not isinstance(word, str) or len(word) > MOST_LETTERS:
        abort(400, f"{name} must be a short text.")
    return word


def _why(body: Mapping[str, Any]) -> str:
    return _plain(_word(body, "why"))[:LONGEST_WHY]


def _plain(text: str) -> str:
    """On one line and without control codes: it is kept, and shown in terminals too."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _moves(body: Mapping[str, Any]) -> tuple[Move, ...]:
    moves = body.get("moves", [])
    if not isinstance(moves, list) or len(moves) > MOST_MOVES:
        abort(400, f"moves must be a list of at most {MOST_MOVES}.")
    return tuple(_move(one) for one in moves)


def _move(written: Any) -> Move:
    if not isinstance(written, dict):
        abort(400, "A move has the form {do, text}.")
    do, text = written.get("do"), _plain(_word(written, "text"))
    if not isinstance(do, str) or do not in MOVES:
        abort(400, f"A move is one of: {', '.join(MOVES)}.")
    if do == "press" and not KEYS.fullmatch(text):
        abort(400, "Keys are 0-9, * and #.")
    return Move(do, text)


def _web_answer(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    answer = body.get("web_answer")
    if answer is not None and not isinstance(answer, dict):
        abort(400, "web_answer must be a JSON object.")
    return answer
