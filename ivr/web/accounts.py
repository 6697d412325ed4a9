"""Puts the pages of accounts on an app, and says what a page says to who may not see it."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import Forbidden

from ivr.accounts import Accounts, AuditTrail, Visits
from ivr.web.access import FOR_PROGRAMS, Access
from ivr.web.login import login_pages
from ivr.web.users import LINK, user_pages

MORE = (LINK,)
"""Links that follow all others in the menu, for those who may."""


def add_accounts(app: Flask, access: Access, accounts: Accounts, visits: Visits, audit: AuditTrail) -> None:
    """Add login, one-time links and the admins' page to ``app``, which has the other pages already."""
    app.register_blueprint(login_pages(access, accounts, visits))
    app.register_blueprint(user_pages(access, accounts, audit))


def forbidden(error: Forbidden) -> tuple[str | Response, int]:
    """The answer to who may not."""
    if request.path.startswith(FOR_PROGRAMS):
        return jsonify(error=error.description), 403
    return render_template("sorry.html", title="Not for you", what=error.description), 403
