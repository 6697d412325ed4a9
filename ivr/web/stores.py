"""``/stores``: the stores on a map and in a list, found as callers find them; and a new list, from check to undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ivr.accounts import Role
from ivr.flows.skills import NEAR_ME, Found, KindOptions
from ivr.locator.store import Store
from ivr.locator.us_map import HEIGHT, WIDTH, spot
from ivr.ports import OutsideError
from ivr.web.access import Access, current_user, require
from ivr.web.stores_desk import MOST_BYTES, StoreDesk

LINK = ("/stores", "Stores")
MOST_LISTED = 200
MOST_ON_MAP = 3000
MOST_FOUND = 10
LONGEST = 200
FORM_BYTES = 64 * 1024
"""What a form may hold beside the file."""
__all__ = ["LINK", "add_stores"]


def add_stores(
    app: Flask, desk: StoreDesk, access: Access, audit: Callable[[str, str, str], None], now: Callable[[], float],
    tell: Callable[[str, dict[str, Any]], object], latest: Callable[[], str],
) -> None:  # fmt: skip
    """Put the page on ``app``."""
    views = _Views(desk, audit, now, tell, latest)
    page = Blueprint("stores", __name__)
    page.before_request(_allow_a_list)
    page.before_request(access.guard(Role.AGENT, Role.EDITOR))
    page.add_url_rule("/stores", "stores", views.stores)
    page.add_url_rule("/stores/upload", "upload", views.upload, methods=["POST"])
    page.add_url_rule("/stores/apply", "apply", views.apply, methods=["POST"])
    page.add_url_rule("/stores/undo", "undo", views.undo, methods=["POST"])
    page.register_error_handler(OutsideError, lambda error: _sorry(str(error), 409))
    page.register_error_handler(413, lambda error: _sorry(f"A list may have {MOST_BYTES >> 20} MB at most.", 413))
    app.register_blueprint(page)


def _allow_a_list() -> None:
    if request.path == "/stores/upload":
        request.max_content_length = MOST_BYTES + FORM_BYTES
        if (request.content_length or 0) > request.max_content_length:
            abort(413)  # before any of it is read


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each thing that is asked."""

    desk: StoreDesk
    audit: Callable[[str, str, str], None]
    now: Callable[[], float]
    tell: Callable[[str, dict[str, Any]], object]
    latest: Callable[[], str]

    def stores(self) -> str:
        news = self.latest()  # before the data: what changes in between is told again
        near = request.args.get("near", "")[:LONGEST].strip()
        service, open_now = request.args.get("service", "")[:LONGEST], bool(request.args.get("open"))
        stock = self.desk.stock()
        found = self._found(near, service, open_now) if near else None
        shown = [store for store in stock.stores if not service or service in store.services]
        company = self.desk.book().company
        return render_template(
            "stores.html",
            news=news,
            near=near,
            service=service,
            open_now=open_now,
            services=sorted({service for store in stock.stores for service in store.services}),
            stores=shown[:MOST_LISTED],
            total=len(shown),
            problems=stock.problems,
            trouble=self.desk.trouble(company),
            found=found,
            spots=_spots(shown, found),
            land=self.desk.land(),
            size=(WIDTH, HEIGHT),
            file=self.desk.file.name if self.desk.file else "",
            url=company.stores.url if company.stores else "",
            may_change=current_user().may(Role.EDITOR, Role.SUPERVISOR),
            can_undo=self.desk.file is not None and self.desk.can_undo,
            limit_mb=MOST_BYTES >> 20,
        )

    def _found(self, near: str, service: str, open_now: bool) -> Found:
        """What a caller who says ``near`` would be told."""
        skills = self.desk.book().skills
        place = skills.kinds["place"].hear(near, KindOptions()) or near
        if place == NEAR_ME:
            return Found("ambiguous", ask="Callers are asked whether they are where their telephone is from.")
        return skills.locate(place, MOST_FOUND, self.now(), open_at="now" if open_now else "", service=service)

    def upload(self) -> str | tuple[str, int]:
        require(Role.EDITOR, Role.SUPERVISOR)
        file = request.files.get("list")
        if file is None or not file.filename:
            abort(400, "Choose a file.")
        upload = self.desk.upload(file.read())
        return render_template("stores_upload.html", upload=upload, most=MOST_LISTED)

    def apply(self) -> Response:
        require(Role.EDITOR, Role.SUPERVISOR)
        upload = self.desk.apply(request.form.get("mark", ""))
        told = upload.changes
        about = f"{len(told.new)} new, {len(told.changed)} changed, {len(told.gone)} gone"
        self.audit(current_user().name, "stores imported", about)
        self.tell("stores", {"state": "imported"})
        return redirect("/stores", 303)

    def undo(self) -> Response:
        require(Role.EDITOR, Role.SUPERVISOR)
        self.desk.undo()
        self.audit(current_user().name, "stores put back", "")
        self.tell("stores", {"state": "put back"})
        return redirect("/stores", 303)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A store on the map."""

    store: Store
    x: float
    y: float
    found: bool


def _spots(stores: list[Store], found: Found | None) -> list[_Spot]:
    """The stores on the map, those that were found last, so that they lie on top."""
    ids = {one["id"] for one in found.stores} if found else set()
    spots = [
        _Spot(store, round(at[0], 1), round(at[1], 1), store.id in ids)
        for store in stores
        if (at := spot(store.lat, store.lon))
    ]
    chosen = [one for one in spots if one.found]
    return [*(one for one in spots if not one.found)][:MOST_ON_MAP] + chosen


def _sorry(what: str, status: int) -> tuple[str, int]:
    return render_template("sorry.html", title="That did not work", what=what), status
