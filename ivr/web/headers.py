"""What every answer tells the browser: trust nothing but our own files, and keep nothing."""

from __future__ import annotations

from flask import Response, request


def policy(*connect: str, scripts: tuple[str, ...] = (), media: tuple[str, ...] = ()) -> str:
    """No inline script or style, no frame around us, nothing from elsewhere; ``connect`` and the rest are exceptions.

    >>> [part for part in policy("wss://phones.example").split("; ") if "connect" in part]
    ["connect-src 'self' wss://phones.example"]
    """
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *scripts)),
            "style-src 'self'",
            "img-src 'self' data:",
            " ".join(("media-src 'self' blob:", *media)),
            " ".join(("connect-src 'self'", *connect)),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


POLICY = policy()

FOR_CARRIERS = ("/voice/", "/agent/", "/sms/")
"""What is posted here is signed, and no browser shows the answer."""


def secure(response: Response) -> Response:
    """Add the headers; one that a view has set stays. The carrier needs none: a caller waits for that answer."""
    if request.path.startswith(FOR_CARRIERS):
        return response
    for name, value in (
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        response.headers.setdefault(name, value)
    if not request.path.startswith("/assets/"):
        response.headers["Cache-Control"] = "no-store"
    return response
