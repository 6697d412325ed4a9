"""The company's own program is told of transfers: signed, once, and in the background."""

from __future__ import annotations

import hmac
import json
import threading

import pytest
from aiohttp import web

from ivr.agents.context import Context, context_of, data_of
from ivr.agents.handover import handover_of
from ivr.agents.listeners import Listeners
from ivr.agents.routing import Routing
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import OutsideError
from ivr.services import webhook
from tests.exchange.serving import serving

PATIENCE_S = 20.0


def record() -> Context:
    handover = handover_of(Call("CA1"), 1, Transfer("agent ann", "Jo."), (), 10.0, transfer_id="CA1-1")
    return context_of(handover, Routing(()), 10.0)


def test_the_record_is_posted_as_json_and_signed() -> None:
    taken: list[tuple[str, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((request.headers[webhook.SIGNATURE], await request.read()))
        return web.Response(status=204)

    with serving([web.post("/crm", take)]) as url:
        webhook.post(f"{url}/crm", "secret", data_of(record()))
    [(signature, body)] = taken
    assert hmac.digest(b"secret", body, "sha256").hex() == signature
    assert json.loads(body)["brief"] == "Jo."


@pytest.mark.parametrize(("status", "again"), [(500, True), (429, True), (404, False), (302, False)])
def test_a_program_that_does_not_take_it_is_told_with_whether_to_try_again(status: int, again: bool) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"})

    with serving([web.post("/crm", refuse)]) as url, pytest.raises(OutsideError) as told:
        webhook.post(f"{url}/crm", "", {})
    assert told.value.retry is again


def test_a_listener_that_breaks_costs_the_others_nothing() -> None:
    tries: list[str] = []
    done = threading.Event()

    def broken(_: Context) -> None:
        tries.append("broken")
        raise OutsideError("away", retry=len(tries) < 3)

    def crashing(_: Context) -> None:
        raise ZeroDivisionError

    def good(context: Context) -> None:
        tries.append(context.handover.brief)
        done.set()

    Listeners([broken, crashing, good], pauses_s=(0.0, 0.0, 0.0, 0.0))(record())
    assert done.wait(PATIENCE_S)
    assert tries == ["broken", "broken", "broken", "Jo."]
