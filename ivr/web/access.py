"""Who may see pages and API: on one machine whoever sits at it, from outside only who has the token. Fails closed.

The carrier's posts do not pass here: they are signed.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Response, abort, g, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from ivr.accounts import NOBODY, Role, Visitor
from ivr.web.own_page import OwnPage

COOKIE = "ringdown_pages"
COOKIE_S = 12 * 3600
"""A working day; after it the link with the token is needed again."""

SHORTEST_TOKEN = 16
"""Shorter tokens could be tried out."""

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Signs of a proxy or tunnel in between: then the other end of the connection is not the person asking."""

REFUSED = (
    "These pages are for this machine only. To see them from elsewhere set IVR_PAGES_TOKEN to at least "
    f"{SHORTEST_TOKEN} characters and open a page once with ?token=...\n"
)


HERE = Visitor("this machine", frozenset({Role.ADMIN}))
WITH_TOKEN = Visitor("with the pages' token", frozenset({Role.ADMIN}))
PROGRAM = Visitor("a program", frozenset(Role) - {Role.ADMIN}, program=True)


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

    With a ``token`` it is asked of everybody, also on this machine. Without, only requests made on this machine to a
    loopback name are answered, and only while ``public_url`` is a loopback address too.
    """

    public_url: str
    secret_key: str = ""
    token: str = ""

    def guard(self, *roles: Role, but: Collection[str] = ()) -> Callable[[], AnyResponse | None]:
        """Lets in who may do what one of ``roles`` is there for; the endpoints in ``but`` are open to everybody."""

        def ask() -> AnyResponse | None:
            return None if request.endpoint in but else self._ask(roles)

        return ask

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

    def _visitor(self) -> Visitor | AnyResponse:
        if self.token:
            return self._ask_token()
        return HERE if self._is_local() else _refusal()

    def _is_local(self) -> bool:
        if any(request.headers.get(name) for name in FORWARDED):
            return False
        host = urlsplit(f"//{request.host}").hostname
        names = (host, urlsplit(self.public_url).hostname, request.remote_addr)
        return all(_is_loopback(name) for name in names)

    def _ask_token(self) -> Visitor | AnyResponse:
        if len(self.token) < SHORTEST_TOKEN:
            return _refusal()
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(bearer):
            return PROGRAM
        if self._has_cookie():
            return WITH_TOKEN
        if self._is_token(request.args.get("token", "")):
            return self._welcome()
        return _refusal()

    def _is_token(self, presented: str) -> bool:
        return hmac.compare_digest(presented.encode(), self.token.encode())

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
        secure = self.public_url.startswith("https:")
        value = self._signer().dumps("pages")
        response.set_cookie(COOKIE, value, max_age=COOKIE_S, httponly=True, samesite="Lax", secure=secure)
        return response

    def _signer(self) -> URLSafeTimedSerializer:
        # The token is part of the key: whoever changes it ends all visits.
        key = hashlib.sha256(f"{self.secret_key}\0{self.token}".encode()).digest()
        return URLSafeTimedSerializer(key, salt="ringdown pages")


def _is_loopback(name: str | None) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False


def _refusal() -> Response:
    return Response(REFUSED, status=403, content_type="text/plain; charset=utf-8")
