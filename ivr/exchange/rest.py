"""The carrier's REST interface over the switch: point the carrier's own package here and it just works."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import hdrs, web

from ivr.exchange import rest_calls, rest_conferences, rest_messages, rest_numbers, rest_queues, rest_recordings
from ivr.exchange.refusals import NOT_AUTHENTICATED, NOT_FOUND, Refusal
from ivr.exchange.rest_answers import VERSION, Asked, Handler, Route, refused
from ivr.exchange.rest_form import Form
from ivr.exchange.rest_shapes import Switch

RESOURCES = (rest_calls, rest_conferences, rest_queues, rest_recordings, rest_messages, rest_numbers)
ROUTES: tuple[Route, ...] = tuple(route for resource in RESOURCES for route in resource.ROUTES)

WebHandler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def rest_routes(switch: Switch, account_sid: str, auth_token: str) -> list[web.RouteDef]:
    """Routes for ``web.Application.add_routes``; the last takes every other path of the interface and says 404.

    An empty ``auth_token`` lets nobody in.
    """

    def guarded(handler: Handler) -> WebHandler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                _prove(request, account_sid, auth_token)
                if request.match_info.get("account", account_sid) != account_sid:
                    raise _no_such_path(request)
                return await handler(Asked(request, switch, account_sid, await _form(request)))
            except Refusal as refusal:
                return refused(refusal)

        return answer

    account = f"/{VERSION}/Accounts/{{account}}"
    routes = [web.route(method, account + path, guarded(handler)) for method, path, handler in ROUTES]
    return [*routes, web.route(hdrs.METH_ANY, f"/{VERSION}/{{tail:.*}}", guarded(_nothing))]


async def _nothing(asked: Asked) -> web.StreamResponse:
    raise _no_such_path(asked.request)


def _no_such_path(request: web.Request) -> Refusal:
    return Refusal(NOT_FOUND, f"The requested resource {request.path[:200]} was not found", 404)


def _prove(request: web.Request, account_sid: str, auth_token: str) -> None:
    """Basic authentication with account and token."""
    right = b"Basic " + b64encode(f"{account_sid}:{auth_token}".encode())
    given = request.headers.get(hdrs.AUTHORIZATION, "").encode("utf-8", "surrogateescape")
    if not auth_token or not hmac.compare_digest(given, right):
        raise Refusal(NOT_AUTHENTICATED, "Authenticate", 401)


async def _form(request: web.Request) -> Form:
    """The fields of a form post, or of the query."""
    fields = await request.post() if request.method == hdrs.METH_POST else request.query
    return Form((name, value) for name, value in fields.items() if isinstance(value, str))
