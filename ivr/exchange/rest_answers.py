"""The shape of the carrier's REST answers: JSON with its dates, pages and errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from ivr.exchange.refusals import NOT_FOUND, PAGE_TOO_LARGE, Refusal
from ivr.exchange.rest_form import Form
from ivr.exchange.rest_shapes import Switch

VERSION = "2010-04-01"
PAGE_SIZE, MAX_PAGE_SIZE = 50, 1000
PAGING = ("PageSize", "Page", "PageToken")
Json: TypeAlias = dict[str, Any]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request from somebody who proved who they are."""

    request: web.Request
    switch: Switch
    account_sid: str
    form: Form

    def part(self, name: str) -> str:
        """A variable part of the path."""
        return self.request.match_info[name]

    def uri(self, *parts: str) -> str:
        """The carrier's path of a resource."""
        return "/".join((f"/{VERSION}/Accounts/{self.account_sid}", *parts)) + ".json"


Handler: TypeAlias = Callable[[Asked], Awaitable[web.StreamResponse]]
Route: TypeAlias = tuple[str, str, Handler]
"""Method, path below the account, and who answers."""


def found(thing: Thing | None, kind: str, name: str) -> Thing:
    """``thing``, or the carrier's refusal when there is none."""
    if thing is None:
        raise Refusal(NOT_FOUND, f"The requested resource {kind} {name[:64]} was not found", 404)
    return thing


def date(at_s: float) -> str | None:
    """An RFC 2822 date; None for a time that has not come.

    >>> date(0), date(86400 * 365)
    (None, 'Fri, 01 Jan 1971 00:00:00 +0000')
    """
    return format_datetime(datetime.fromtimestamp(int(at_s), UTC)) if at_s else None


def page(asked: Asked, key: str, items: Sequence[Json]) -> web.Response:
    """One page of ``items`` with the carrier's paging keys."""
    size = asked.form.whole("PageSize", PAGE_SIZE, 1, MAX_PAGE_SIZE, PAGE_TOO_LARGE)
    number = asked.form.whole("Page", 0, 0, 10**6, PAGE_TOO_LARGE)
    shown = items[number * size : (number + 1) * size]
    more = (number + 1) * size < len(items)

    def uri(at: int) -> str:
        query = {name: value for name, value in asked.request.query.items() if name not in PAGING}
        return f"{asked.request.path}?{urlencode(query | {'PageSize': str(size), 'Page': str(at)})}"

    answer: Json = {
        key: list(shown),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": max(number * size + len(shown) - 1, 0),
        "uri": uri(number),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if more else None,
        "previous_page_uri": uri(number - 1) if number else None,
    }
    return web.json_response(answer)


def chosen(asked: Asked, items: Sequence[Thing], by: Mapping[str, Callable[[Thing], str]]) -> list[Thing]:
    """The ``items`` that fit the query: ``by`` says what each field is compared with."""
    asked.form.only({*by, *PAGING})
    return [
        item
        for item in items
        if all(read(item) == asked.form.text(name) for name, read in by.items() if name in asked.form)
    ]


def refused(refusal: Refusal) -> web.Response:
    """An error as the carrier writes it."""
    answer = {
        "code": refusal.number,
        "message": refusal.message,
        "more_info": refusal.more_info,
        "status": refusal.http_status,
    }
    return web.json_response(answer, status=refusal.http_status)
