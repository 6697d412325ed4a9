"""The page for admins: who has an account, with which roles, and who did what."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts import AccountError, Accounts, AuditTrail, Role
from ivr.ports import OutsideError
from ivr.web.access import Access, current_user

LINK = ("/users", "Users")
"""In the menu of all pages."""

MOST = 200
"""Entries of the trail on a page."""


def user_pages(access: Access, accounts: Accounts, audit: AuditTrail) -> Blueprint:
    """``/users`` and what is done there, for admins only."""
    views = _Views(access, accounts, audit)
    blueprint = Blueprint("users", __name__, url_prefix="/users")
    blueprint.add_url_rule("", "users", views.users)
    blueprint.add_url_rule("/audit", "audit", views.trail)
    for rule, view in (
        ("/add", views.add),
        ("/<name>/change", views.change),
        ("/<name>/reset", views.reset),
        ("/<name>/remove", views.remove),
    ):
        blueprint.add_url_rule(rule, view.__name__, view, methods=["POST"])
    blueprint.before_request(access.guard(Role.ADMIN))
    blueprint.register_error_handler(AccountError, views.refused)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each thing an admin does. A one-time link is shown once, in the answer that made it."""

    access: Access
    accounts: Accounts
    audit: AuditTrail

    def users(self) -> str:
        return self._page()

    def add(self) -> str:
        name = request.form.get("name", "")
        agent = request.form.get("agent", "").strip()
        token = self.accounts.add(name, _roles(), agent, current_user().name, _mailboxes() or ())
        return self._page(link=token, link_for=name.strip())

    def change(self, name: str) -> AnyResponse:
        agent = request.form.get("agent", "").strip()
        self.accounts.change(name, _roles(), agent, current_user().name, _mailboxes())
        return redirect("/users", code=303)

    def reset(self, name: str) -> str:
        return self._page(link=self.accounts.reset(name, current_user().name), link_for=name)

    def remove(self, name: str) -> AnyResponse:
        self.accounts.remove(name, current_user().name)
        return redirect("/users", code=303)

    def trail(self) -> str:
        who = request.args.get("who", "")
        return render_template("audit.html", entries=self.audit.entries(MOST, who), who=who)

    def refused(self, error: AccountError) -> tuple[str, int]:
        return self._page(wrong=str(error)), 400

    def _page(self, wrong: str = "", link: str = "", link_for: str = "") -> str:
        return render_template(
            "users.html",
            users=self.accounts.users(),
            roles=list(Role),
            open_here=self.access.is_here(),
            wrong=wrong,
            link=f"{self.access.public_url}/welcome/{link}" if link else "",
            link_for=link_for,
        )


def _roles() -> frozenset[Role]:
    return frozenset(role for role in Role if role in request.form.getlist("role"))


def _mailboxes() -> list[str] | None:
    """Names between commas; None when the form does not ask for them."""
    named = request.form.get("mailboxes")
    return None if named is None else named.split(",")


def _broken(error: OutsideError) -> tuple[str, int]:
    return render_template("sorry.html", title="Not available just now", what=str(error)), 503
