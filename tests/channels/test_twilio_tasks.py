"""A task for every transfer, by the carrier's package, to a server that takes what the carrier's description allows."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.carriers.twilio_rest import TwilioRest
from ivr.channels.carriers.twilio_tasks import ATTRIBUTES_BYTES, TwilioTasks, attributes
from ivr.ports import OutsideError
from ivr.settings import LOCAL_ACCOUNT
from tests.exchange.serving import serving

WORKSPACE, WORKFLOW, TASK = "WS" + "1" * 32, "WW" + "2" * 32, "WT" + "3" * 32
CREATED_WITH = frozenset(
    {"Timeout", "Priority", "TaskChannel", "WorkflowSid", "Attributes", "VirtualStartTime", "RoutingTarget"}
    | {"IgnoreCapacity", "TaskQueueSid"}
)
"""The fields that the carrier's OpenAPI description has for a new task."""


def made(told: dict[str, str], status: int = 201) -> dict[str, str]:
    """The fields that were posted."""
    posted: dict[str, str] = {}

    async def create(request: web.Request) -> web.Response:
        posted.update(parse_qsl(await request.text()))
        return web.json_response(
            {"sid": TASK, "workspace_sid": WORKSPACE, "code": 20001, "message": "no"}, status=status
        )

    with serving([web.post(f"/v1/Workspaces/{WORKSPACE}/Tasks", create)]) as url:
        rest = TwilioRest(LOCAL_ACCOUNT, "token", base_url=url, timeout_s=5)
        try:
            assert TwilioTasks(rest, WORKSPACE, WORKFLOW).create(told) == TASK
        finally:
            rest.close()
    return posted


def test_a_task_carries_the_record_as_its_attributes() -> None:
    posted = made({"call": "CA1", "intent": "a tent", "order number": "123456"})
    assert set(posted) <= CREATED_WITH
    assert posted["WorkflowSid"] == WORKFLOW
    assert json.loads(posted["Attributes"]) == {"call": "CA1", "intent": "a tent", "order_number": "123456"}


def test_a_task_that_is_refused_is_told_as_what_it_is() -> None:
    with pytest.raises(OutsideError, match="refuses to make a task") as told:
        made({"call": "CA1"}, status=400)
    assert not told.value.retry


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=3000), max_size=6))
def test_attributes_are_json_within_bounds_and_can_be_named_in_a_workflow(told: dict[str, str]) -> None:
    text = attributes(told)
    assert len(text.encode()) <= ATTRIBUTES_BYTES
    assert all("-" not in name and " " not in name for name in json.loads(text))
