"""The pages by which people come in and go: login, logout, one-time links, and their own password."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts import AccountError, Accounts, Role, Visits
from ivr.accounts.passwords import LONGEST, SHORTEST
from ivr.accounts.visits import VISIT_S
from ivr.ports import OutsideError
from ivr.web.access import Access, current_user

Shown = str | tuple[str, int] | AnyResponse


def login_pages(access: Access, accounts: Accounts, visits: Visits) -> Blueprint:
    """``/login``, ``/logout``, ``/welcome/<token>`` and ``/account``, each behind its guard."""
    views = _Views(access, accounts, visits)
    blueprint = Blueprint("login", __name__)
    for rule, view, methods in (
        ("/login", views.login, ["GET"]),
        ("/login", views.log_in, ["POST"]),
        ("/logout", views.log_out, ["POST"]),
        ("/welcome/<token>", views.welcome, ["GET"]),
        ("/welcome/<token>", views.join, ["POST"]),
        ("/account", views.account, ["GET"]),
        ("/account", views.change_password, ["POST"]),
    ):
        blueprint.add_url_rule(rule, view.__name__, view, methods=methods)
    blueprint.before_request(access.guard())
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each thing people do."""

    access: Access
    accounts: Accounts
    visits: Visits

    # --- coming and going -------------------------------------------------------------------------------------------

    def login(self) -> Shown:
        visitor = current_user()
        if visitor.account:  # an editor has no wallboard
            return redirect(_next("/" if visitor.may(Role.AGENT) else "/flows"), code=303)
        return self._login_page()

    def log_in(self) -> Shown:
        name = request.form.get("name", "")
        try:
            token = self.visits.begin(name, request.form.get("password", ""), address(self.access.public_url))
        except AccountError as error:
            return self._login_page(str(error), name), 401
        return self._come_in(token, _next("/login"))  # which knows where they begin

    def log_out(self) -> AnyResponse:
        self.visits.end(request.cookies.get(self.access.login_cookie, ""))
        response = redirect("/login", code=303)
        response.delete_cookie(self.access.login_cookie, secure=self.access.is_secure, httponly=True, samesite="Lax")
        return response

    def _login_page(self, wrong: str = "", name: str = "") -> str:
        open_here = self.access.is_here()
        return render_template("login.html", wrong=wrong, name=name[:64], next=_next(""), open_here=open_here)

    def _come_in(self, token: str, path: str) -> AnyResponse:
        response = redirect(path, code=303)
        response.set_cookie(
            self.access.login_cookie,
            token,
            max_age=VISIT_S,
            httponly=True,
            samesite="Lax",
            secure=self.access.is_secure,
        )
        return response

    # --- one-time links ---------------------------------------------------------------------------------------------

    def welcome(self, token: str) -> Shown:
        invitation = self.accounts.invitation(token)
        if invitation is None:
            return _sorry("This link is used or too old. Ask for a new one: ivr users reset NAME"), 404
        return _welcome_page(invitation.name)

    def join(self, token: str) -> Shown:
        name = request.form.get("name", "")
        invitation = self.accounts.invitation(token)
        if invitation is None:
            return self.welcome(token)
        try:
            password = _new_password()
            user = self.accounts.join(token, password, name)
            self.visits.unlock(user.name)
            visit = self.visits.begin(user.name, password, address(self.access.public_url))
        except AccountError as error:
            return _welcome_page(invitation.name, str(error), name), 400
        return self._come_in(visit, "/login")

    # --- one's own account ------------------------------------------------------------------------------------------

    def account(self) -> Shown:
        if not current_user().account:
            return redirect("/login?next=/account", code=303)
        return _account_page()

    def change_password(self) -> Shown:
        visitor = current_user()
        if not visitor.account:
            return redirect("/login?next=/account", code=303)
        try:
            old, new = request.form.get("old", ""), _new_password()
            self.visits.change_password(visitor, old, new, address(self.access.public_url))
        except AccountError as error:
            return _account_page(str(error)), 400
        return _account_page(done="Your password is changed, and you are logged out everywhere else.")


def address(public_url: str) -> str:
    """Where a request comes from, for limits and the trail.

    Behind a proxy, as we are when others reach us by another name than this machine's, it is what the proxy wrote last:
    what stands before that anybody can have made up.
    """
    here = request.remote_addr or "unknown"
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        behind = ipaddress.ip_address(here).is_private and urlsplit(public_url).hostname not in {
            "127.0.0.1",
            "localhost",
        }
        return str(ipaddress.ip_address(last)) if behind and last else here
    except ValueError:
        return here


def _new_password() -> str:
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise AccountError("The two new passwords are not the same.")
    return password


def _next(otherwise: str = "/") -> str:
    """The page somebody wanted before they were asked to log in; never one of another site."""
    wanted = request.values.get("next", "")
    if not wanted.startswith("/") or not wanted.isprintable() or wanted[1:2] in {"/", "\\"} or "\\" in wanted:
        return otherwise
    return wanted


def _welcome_page(name: str, wrong: str = "", typed: str = "") -> str:
    return render_template("welcome.html", name=name, wrong=wrong, typed=typed[:64], shortest=SHORTEST, longest=LONGEST)


def _account_page(wrong: str = "", done: str = "") -> str:
    return render_template("account.html", wrong=wrong, done=done, shortest=SHORTEST, longest=LONGEST)


def _sorry(what: str) -> str:
    return render_template("sorry.html", title="Not possible", what=what)


def _broken(error: OutsideError) -> tuple[str, int]:
    return render_template("sorry.html", title="Not available just now", what=str(error)), 503
