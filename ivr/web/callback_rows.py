"""What is special about transfers of people who are called back: no telephone yet, or no call that they ever made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.agents.callback_requests import ASKED_HERE


def is_to_be_called(transfer: Mapping[str, Any]) -> bool:
    """Whether nobody is on the line and no agent is busy with it: such stand in the list of callbacks, not here."""
    return bool(transfer["callback"]) and transfer["phase"] == "waiting" and not transfer["passed_on"]


def is_from_site(transfer: Mapping[str, Any]) -> bool:
    """Whether it was asked for on the company's site: there is no call to be shown then."""
    return bool(transfer["callback"]) and str(transfer["call"]).startswith(ASKED_HERE)
