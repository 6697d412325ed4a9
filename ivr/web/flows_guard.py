"""Only our own page may change flows: other sites can make a browser post, but not with what only we told our page.

Each visitor has a random cookie that scripts cannot read; the page holds the same number, signed. A change must bring
both, as JSON, and from our own address. Who presents the pages' token as a bearer needs neither: no browser adds that
by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, abort, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "ringdown_flows"
HEADER = "X-Flows-Token"
VALID_S = 12 * 3600
"""As long as a visit."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Makes tokens, and guards a blueprint: ``blueprint.before_request(own_page.guard)``."""

    public_url: str
    secret_key: str
    pages_token: str = ""

    def token(self) -> str:
        """What the page must send along; :meth:`remember` has to see the response."""
        g.flows_nonce = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        return str(self._signer().dumps(g.flows_nonce))

    def remember(self, response: Response) -> Response:
        """Set the cookie that belongs to the token of this answer."""
        nonce = g.get("flows_nonce", "")
        if nonce and nonce != request.cookies.get(COOKIE):
            secure = self.public_url.startswith("https:")
            response.set_cookie(COOKIE, nonce, max_age=VALID_S, httponly=True, samesite="Strict", secure=secure)
        return response

    def guard(self) -> None:
        """Let a change through only when it comes from our own page."""
        if request.method in SAFE:
            return
        if request.mimetype != "application/json":
            abort(415, "Send JSON.")
        if self._is_bearer():
            return
        if not self._is_own_address():
            abort(403, "This did not come from our own page.")
        if not self._is_token(request.headers.get(HEADER, "")):
            abort(403, "This page is too old. Load it again.")

    def _is_bearer(self) -> bool:
        # The guard of all pages has looked at it already; without a token it means nothing.
        scheme, _, _ = request.headers.get("Authorization", "").partition(" ")
        return bool(self.pages_token) and scheme.lower() == "bearer"

    def _is_own_address(self) -> bool:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc in {request.host, urlsplit(self.public_url).netloc}

    def _is_token(self, presented: str) -> bool:
        try:
            nonce = str(self._signer().loads(presented, max_age=VALID_S))
        except BadSignature:
            return False
        return hmac.compare_digest(nonce.encode(), request.cookies.get(COOKIE, "").encode())

    def _signer(self) -> URLSafeTimedSerializer:
        key = hashlib.sha256(f"{self.secret_key}\0{self.pages_token}".encode()).digest()
        return URLSafeTimedSerializer(key, salt="ringdown flows")
