"""Only our own pages may change something: other sites can make a browser post, but not with what only we told a page.

Each visitor has a random cookie that scripts cannot read; each page holds the same number, signed together with the
login. A change must bring both, and come from our own address. Forms bring it in a field, scripts in a header.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, abort, after_this_request, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "ringdown_page"
HEADER = "X-Page-Token"
FIELD = "page_token"
VALID_S = 12 * 3600
"""As long as a visit."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Makes tokens for pages, and checks that a change brings one."""

    public_url: str
    secret_key: str
    pages_token: str = ""

    def token(self, visit: str) -> str:
        """What a page of this answer must send along; belongs to ``visit``, the login it was made for."""
        if "page_nonce" not in g:
            g.page_nonce = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
            after_this_request(self._remember)
        return str(self._signer().dumps([g.page_nonce, visit]))

    def _remember(self, response: Response) -> Response:
        if g.page_nonce != request.cookies.get(COOKIE):
            secure = self.public_url.startswith("https:")
            response.set_cookie(COOKIE, g.page_nonce, max_age=VALID_S, httponly=True, samesite="Lax", secure=secure)
        return response

    def check(self, visit: str) -> None:
        """Let a change through only when it comes from our own page."""
        if request.method in SAFE:
            return
        if not self._is_own_address():
            abort(403, "This did not come from our own page.")
        if not self._is_token(request.headers.get(HEADER) or request.form.get(FIELD, ""), visit):
            abort(403, "This page is too old. Load it again.")

    def _is_own_address(self) -> bool:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc in {request.host, urlsplit(self.public_url).netloc}

    def _is_token(self, presented: str, visit: str) -> bool:
        try:
            signed = self._signer().loads(presented, max_age=VALID_S)
        except BadSignature:
            return False
        cookie = request.cookies.get(COOKIE, "")
        expected = "\0".join((cookie, visit))
        return bool(cookie) and hmac.compare_digest("\0".join(map(str, signed)).encode(), expected.encode())

    def _signer(self) -> URLSafeTimedSerializer:
        key = hashlib.sha256(f"{self.secret_key}\0{self.pages_token}".encode()).digest()
        return URLSafeTimedSerializer(key, salt="ringdown page")
