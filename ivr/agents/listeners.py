"""Programs outside that want to know of every transfer: told by the outbox, as no caller waits for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from ivr.agents.context import Context
from ivr.outbox import Errand, Outbox
from ivr.ports import OutsideError

Form = Callable[[Context], Mapping[str, Any]]
"""A record as one kind of program is told it."""

log = logging.getLogger(__name__)


class Listeners:
    """Has each of them told."""

    def __init__(self, outbox: Outbox, forms: Mapping[str, Form]) -> None:
        """``forms`` are the kinds of errands by which they are told, and what is told in each."""
        self._outbox = outbox
        self._forms = forms

    def __call__(self, context: Context) -> None:
        """A transfer begins. Returns at once and never raises: the caller must get to an agent all the same."""
        transfer = context.handover
        for kind, form in self._forms.items():
            try:
                self._outbox.put(Errand(f"transfer-{transfer.id}-{kind}", kind, form(context), transfer.call))
            except OutsideError as error:
                log.warning("transfer %s: a program outside is not told: %s", transfer.id, error)
