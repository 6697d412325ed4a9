"""The carrier's REST calls about the account's telephone numbers. None is bought or given back here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.channels.carriers.twilio_rest import TwilioRest, asking
from ivr.ports import CarrierNumber, OutsideError

FIELDS = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
    "sms_url",
    "sms_method",
    "sms_fallback_url",
    "sms_fallback_method",
)


class TwilioNumbers:
    """``CarrierNumbers`` by the carrier's REST interface; also towards the exchange in a box."""

    def __init__(self, rest: TwilioRest) -> None:
        self._rest = rest

    def numbers(self) -> Sequence[CarrierNumber]:
        found: list[CarrierNumber] = []
        with asking("list the numbers of the account"):
            found += [_number(one) for one in self._rest.account.incoming_phone_numbers.list()]
        return found

    def point(self, sid: str, addresses: Mapping[str, str]) -> None:
        if not re.fullmatch(r"PN[0-9a-fA-F]{32}", sid):
            raise OutsideError(f"{sid[:40]!r} is not the id of a number", retry=False)
        if unknown := set(addresses) - set(FIELDS):
            raise ValueError(f"a number has no {sorted(unknown)}")
        with asking("point a number at us"):
            self._rest.account.incoming_phone_numbers(sid).update(**addresses)


def _number(one: Any) -> CarrierNumber:
    """As the package has it: an application or a trunk takes calls before any address of the number."""
    taken = [f"application {one.voice_application_sid}"] if one.voice_application_sid else []
    taken += [f"trunk {one.trunk_sid}"] if one.trunk_sid else []
    addresses = {name: str(getattr(one, name) or "") for name in FIELDS}
    can = one.capabilities or {}
    takes_texts = bool(can.get("sms") if isinstance(can, Mapping) else getattr(can, "sms", False))
    return CarrierNumber(str(one.sid), str(one.phone_number), addresses, takes_texts, " and ".join(taken))
