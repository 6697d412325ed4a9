"""The carrier's TaskRouter: a task for every transfer, for companies whose agents or reports live there. Optional.

Agents are still rung by us; the task carries the record as its attributes, and lives until it is taken or runs out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ivr.channels.carriers.twilio_rest import TwilioRest, asking

ATTRIBUTES_BYTES = 4000
"""A guess on the safe side: the carrier documents no limit of its own, and its longest texts elsewhere hold 4,096."""

TIMEOUT_S = 3600
"""A task that nobody took within an hour belongs to a caller who has gone."""


class TwilioTasks:
    """Makes tasks of one workflow."""

    def __init__(self, rest: TwilioRest, workspace_sid: str, workflow_sid: str) -> None:
        self._rest = rest
        self._workspace_sid = workspace_sid
        self._workflow_sid = workflow_sid

    def create(self, told: Mapping[str, str]) -> str:
        """A task that carries ``told``; returns its sid.

        Raises:
            OutsideError: the carrier refuses or cannot be reached.
        """
        with asking("make a task"):
            tasks = self._rest.tasks(self._workspace_sid)
            task = tasks.create(workflow_sid=self._workflow_sid, attributes=attributes(told), timeout=TIMEOUT_S)
        return str(task.sid)


def attributes(told: Mapping[str, str]) -> str:
    """``told`` as the JSON of a task; what comes last is left out where it is too much.

    A workflow's expressions cannot name attributes with hyphens or blanks in them.

    >>> attributes({"call": "CA1", "order number": "7"})
    '{"call": "CA1", "order_number": "7"}'
    """
    kept: dict[str, str] = {}
    for name, value in told.items():
        more = {**kept, re.sub(r"\W", "_", name, flags=re.ASCII): value}
        if len(json.dumps(more).encode()) <= ATTRIBUTES_BYTES:
            kept = more
    return json.dumps(kept)
