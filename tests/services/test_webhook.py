"""The company's own program is told of transfers: signed, and once."""

from __future__ import annotations

import hmac
import json

import pytest
from aiohttp import web

from ivr.agents.context import Context, context_of, data_of
from ivr.agents.handover import handover_of
from ivr.agents.listeners import Listeners
from ivr.agents.routing import Routing
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.outbox import Outbox
from ivr.ports import OutsideError
from ivr.records import Database
from ivr.services import webhook
from tests.exchange.serving import serving


def record() -> Context:
    handover = handover_of(Call("CA1"), 1, Transfer("agent ann", "Jo."), (), 10.0, transfer_id="CA1-1")
    return context_of(handover, Routing(()), 10.0)


def test_the_record_is_posted_as_json_and_signed() -> None:
    taken: list[tuple[str, str, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        sent = request.headers
        taken.append((sent[webhook.SIGNATURE], sent[webhook.IDEMPOTENCY_KEY], await request.read()))
        return web.Response(status=204)

    with serving([web.post("/crm", take)]) as url:
        webhook.post(f"{url}/crm", "secret", data_of(record()), "transfer-1")
    [(signature, key, body)] = taken
    assert key == "transfer-1"
    assert hmac.digest(b"secret", body, "sha256").hex() == signature
    assert json.loads(body)["brief"] == "Jo."


@pytest.mark.parametrize(("status", "again"), [(500, True), (429, True), (404, False), (302, False)])
def test_a_program_that_does_not_take_it_is_told_with_whether_to_try_again(status: int, again: bool) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "http://127.0.0.1:1/"})

    with serving([web.post("/crm", refuse)]) as url, pytest.raises(OutsideError) as told:
        webhook.post(f"{url}/crm", "", {})
    assert told.value.retry is again


def test_programs_that_want_to_know_of_transfers_are_told_by_the_outbox_once(outbox: Outbox) -> None:
    listeners = Listeners(outbox, {"webhook": data_of, "task": lambda context: {"brief": context.handover.brief}})
    listeners(record())
    listeners(record())
    told = {errand.kind: errand for errand in outbox.due(10)}
    assert len(outbox.due(10)) == 2
    assert told["webhook"].data["brief"] == told["task"].data["brief"] == "Jo."
    assert {errand.about for errand in told.values()} == {"CA1"}


def test_a_database_that_fails_keeps_no_caller_from_an_agent(caplog: pytest.LogCaptureFixture) -> None:
    Listeners(Outbox(lambda: Database("sqlite:////dev/null/none.db")), {"webhook": data_of})(record())
    assert "a program outside is not told" in caplog.text
