"""Who may see pages and API, and who they are. Fails closed.

Until somebody has an account, it is who sits at the machine, and from outside who has the pages' token. From the first
account on people log in, also here, and may what their roles say; programs go on with a token.

The carrier's posts do not pass here: they are signed.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Response, abort, current_app, g, jsonify, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts import NOBODY, Accounts, Role, Visitor, Visits
from ivr.ports import OutsideError
from ivr.web.own_page import OwnPage

LOGIN = "ringdown_login"
COOKIE = "ringdown_pages"
COOKIE_S = 12 * 3600
"""A working day; after it the link with the token is needed again."""

SHORTEST_TOKEN = 16
"""Shorter tokens could be tried out."""

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Signs of a proxy or tunnel in between: then the other end of the connection is not the person asking."""

REFUSED = (
    "These pages are for this machine only. To see them from elsewhere make an account there (ivr users add), or set "
    f"IVR_PAGES_TOKEN to at least {SHORTEST_TOKEN} characters and open a page once with ?token=...\n"
)

FOR_PROGRAMS = ("/api/", "/events/")
"""Nobody types here: who is not logged in is told so, instead of being sent to the login page."""


HERE = Visitor("this machine", frozenset({Role.ADMIN}))
WITH_TOKEN = Visitor("with the pages' token", frozenset({Role.ADMIN}))
PROGRAM = Visitor("a program", frozenset(Role) - {Role.ADMIN}, program=True)


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks before each request of a blueprint. Without ``roles`` it keeps nobody out."""

    access: Access
    roles: tuple[Role, ...]
    but: frozenset[str]

    def __call__(self) -> AnyResponse | None:
        return None if request.endpoint in self.but else self.access.ask(self.roles)


def may_open(path: str) -> bool:
    """Whether who asks may open the page at ``path``, by the guard that stands before it; False when there is none."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path)
    except (HTTPException, RequestRedirect):
        return False
    guards = current_app.before_request_funcs.get(endpoint.rpartition(".")[0] or None, ())
    return all(current_user().may(*guard.roles) for guard in guards if isinstance(guard, Guard) and guard.roles)


def current_user() -> Visitor:
    """Who asks: somebody with an account, or who may see the pages of this machine; nobody where nothing is asked."""
    visitor: Visitor = g.get("visitor", NOBODY)
    return visitor


def require(*roles: Role) -> None:
    """End the request with 403 unless who asks may do what one of ``roles`` is there for."""
    if not current_user().may(*roles):
        abort(403, "Your account does not have the role for this.")


@dataclass(frozen=True, slots=True)
class Access:
    """Guards a blueprint: ``blueprint.before_request(access.guard(Role.AGENT))``.

    The views then find who asks by :func:`current_user`. Whatever changes something must bring ``page_token()``.

    ``accounts`` and ``visits`` come together. While nobody has an account, a ``token`` is asked of everybody, also on
    this machine; without one, only requests made on this machine to a loopback name are answered, and only while
    ``public_url`` is a loopback address too. ``programs`` is the token of our own commands.
    """

    public_url: str
    secret_key: str = ""
    token: str = ""
    accounts: Accounts | None = None
    visits: Visits | None = None
    programs: str = ""

    def guard(self, *roles: Role, but: Collection[str] = ()) -> Guard:
        """Lets in who may do what one of ``roles`` is there for; the endpoints in ``but`` are open to everybody.

        Without roles everybody may look, but a change must still come from our own page.
        """
        return Guard(self, roles, frozenset(but))

    def ask(self, roles: Collection[Role]) -> AnyResponse | None:
        """What keeps who asks from going on; None lets the request through."""
        try:
            if roles:
                return self._ask(roles)
            self._look()
        except OutsideError as error:
            return Response(f"{error}\n", status=503, content_type="text/plain; charset=utf-8")
        return None

    def page_token(self) -> str:
        """What forms of this answer send along as ``page_token``, and scripts as ``X-Page-Token``."""
        return self._own_page.token(current_user().visit)

    @property
    def _own_page(self) -> OwnPage:
        return OwnPage(self.public_url, self.secret_key, self.token)

    def _ask(self, roles: Collection[Role]) -> AnyResponse | None:
        visitor = self._visitor()
        if not isinstance(visitor, Visitor):
            return visitor
        g.visitor = visitor
        require(*roles)
        if not visitor.program:  # no browser adds a bearer by itself
            self._own_page.check(visitor.visit)
        return None

    def _look(self) -> None:
        visitor = self._logged_in()
        g.visitor = visitor or NOBODY
        self._own_page.check(g.visitor.visit)

    def is_here(self) -> bool:
        """Whether whoever asks is let in without an account."""
        return not self._have_accounts() and isinstance(self._visitor(), Visitor)

    def _have_accounts(self) -> bool:
        return self.accounts is not None and self.accounts.exist()

    def _visitor(self) -> Visitor | AnyResponse:
        if self.is_program():
            return PROGRAM
        if self._have_accounts():
            return self._logged_in() or _log_in_first()
        if self.token:
            return self._ask_token()
        return HERE if self._is_local() else _refusal()

    def _logged_in(self) -> Visitor | None:
        return self.visits.of(request.cookies.get(self.login_cookie, "")) if self.visits else None

    @property
    def login_cookie(self) -> str:
        """Its name; with the prefix, browsers take it from this very host only, and only over TLS."""
        return f"__Host-{LOGIN}" if self.is_secure else LOGIN

    @property
    def is_secure(self) -> bool:
        """Whether people reach us over TLS."""
        return self.public_url.startswith("https:")

    def is_program(self) -> bool:
        """Whether it is a program of the company that asks, by its token."""
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        tokens = (self.token if len(self.token) >= SHORTEST_TOKEN else "", self.programs)
        return scheme.lower() == "bearer" and any(_same(bearer, token) for token in tokens if token)

    def _is_local(self) -> bool:
        if any(request.headers.get(name) for name in FORWARDED):
            return False
        host = urlsplit(f"//{request.host}").hostname
        names = (host, urlsplit(self.public_url).hostname, request.remote_addr)
        return all(_is_loopback(name) for name in names)

    def _ask_token(self) -> Visitor | AnyResponse:
        if len(self.token) < SHORTEST_TOKEN:
            return _refusal()
        if self._has_cookie():
            return WITH_TOKEN
        if _same(request.args.get("token", ""), self.token):
            return self._welcome()
        return _refusal()

    def _has_cookie(self) -> bool:
        try:
            self._signer().loads(request.cookies.get(COOKIE, ""), max_age=COOKIE_S)
        except BadSignature:
            return False
        return True

    def _welcome(self) -> AnyResponse:
        """Remember the visitor, and take the token out of the address bar."""
        rest = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "token"])
        # Only the path: a first "//" would lead to another host.
        path = "/" + request.path.lstrip("/")
        response = redirect(f"{path}?{rest}" if rest else path, code=303)
        value = self._signer().dumps("pages")
        response.set_cookie(COOKIE, value, max_age=COOKIE_S, httponly=True, samesite="Lax", secure=self.is_secure)
        return response

    def _signer(self) -> URLSafeTimedSerializer:
        # The token is part of the key: whoever changes it ends all visits.
        key = hashlib.sha256(f"{self.secret_key}\0{self.token}".encode()).digest()
        return URLSafeTimedSerializer(key, salt="ringdown pages")


def _same(presented: str, token: str) -> bool:
    return hmac.compare_digest(presented.encode("utf-8", "surrogatepass"), token.encode())


def _is_loopback(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False


def _refusal() -> Response:
    return Response(REFUSED, status=403, content_type="text/plain; charset=utf-8")


def _log_in_first() -> AnyResponse:
    if request.path.startswith(FOR_PROGRAMS) or request.method not in {"GET", "HEAD"}:
        response = jsonify(error="Log in first.")
        response.status_code = 401
        return response
    wanted = request.full_path.rstrip("?")
    return redirect("/login" if wanted == "/" else f"/login?{urlencode({'next': wanted})}", code=303)
