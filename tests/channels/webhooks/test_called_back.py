"""Callers who press one to be called back, as the carrier sees it: their place is kept once, whoever rings again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import Parts
from ivr.channels.carriers.canned import CannedCarrier
from ivr.exchange.twiml import Conference, Dial, Gather, Hangup, Redirect
from tests.channels.carrier_phone import PUBLIC_URL, CarrierPhone
from tests.conftest import LINE, MONDAY_NOON

FLOWS = f"""\
company: Fish & Sons
lines: {{"{LINE}": main}}
queues: {{sales: {{offer_callback_after: 60s}}}}
agents: {{ann: {{name: Ann, at: "client:ann", skills: [sales]}}}}
flows:
  main:
    - transfer: {{to: queue sales, say: One moment., otherwise: {{callback: promised}}}}
  promised:
    - hangup: We will call you.
"""
AT_ONCE = f"""\
company: Fish & Sons
lines: {{"{LINE}": main}}
queues: {{sales: {{offer_callback_after: 60s}}}}
agents: {{ann: {{name: Ann, at: "client:ann", skills: [sales]}}}}
flows:
  main:
    - callback: {{queue: sales}}
    - hangup: Goodbye.
"""
ABROAD, DEAR = "+493012345678", "+19005550100"
FIRST, SECOND, THIRD = "+15035550121", "+15035550122", "+15035550123"


@dataclass
class Service:
    """The application, its clock, and the telephones that call it."""

    parts: Parts
    carrier: CannedCarrier
    clock: list[float]
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.web = self.parts.web().test_client()

    def rings(self, number: str) -> CarrierPhone:
        """Somebody calls, and stands in line."""
        self.calls.append(f"CA{len(self.calls) + 100:032x}")
        phone = CarrierPhone(self.web, self.calls[-1])
        phone.post("/voice/incoming", From=number, CallStatus="ringing")
        return phone.resumes()

    def later(self, seconds: float) -> None:
        self.clock[0] += seconds
        self.parts.transfers.look_after()

    def ann_accepts(self) -> tuple[str, str]:
        """Ann takes whoever she is rung for; whose transfer it is, and the status address of her leg."""
        ring = self.carrier.rings[-1]
        leg = CarrierPhone(self.web, ring.sid)
        leg.follows(ring.url)
        leg.presses("1")
        assert isinstance(leg.the(Dial).targets[0], Conference)
        self._enters(leg, ring.sid)
        return ring.url.split("/")[-2], ring.status_url

    def _enters(self, phone: CarrierPhone, sid: str) -> None:
        room = phone.the(Dial).targets[0]
        assert isinstance(room, Conference)
        assert room.status_callback is not None
        path = room.status_callback.removeprefix(PUBLIC_URL)
        self.send(path, sid, StatusCallbackEvent="participant-join", ConferenceSid="CF" + "1" * 32)

    def enters(self, phone: CarrierPhone) -> None:
        self._enters(phone, phone.call)

    def send(self, path: str, sid: str, **form: str) -> None:
        assert CarrierPhone(self.web, sid).send(path, **form).status_code == 204

    def ann_hangs_up(self, status_url: str) -> None:
        ring = next(one for one in self.carrier.rings if one.status_url == status_url)
        self.send(status_url.removeprefix(PUBLIC_URL), ring.sid, CallStatus="completed")

    @property
    def promises(self) -> list[str]:
        self.parts.callbacks.look_after()
        return [str(one["state"]) for one in self.parts.callback_list.shown()]


@pytest.fixture
def service(make_parts: Callable[..., Parts], carrier: CannedCarrier, tmp_path: Path) -> Service:
    (tmp_path / "flows.yaml").write_text(FLOWS, encoding="utf-8")
    parts, clock = make_parts(), [MONDAY_NOON]
    parts.now = lambda: clock[0]
    return Service(parts, carrier, clock)


def promised(service: Service) -> tuple[CarrierPhone, str]:
    """Ann talks with the first caller; the second one presses one and hangs up. Their telephone, and Ann's leg."""
    first = service.rings(FIRST)
    _, anns_leg = service.ann_accepts()
    service.enters(first.follows(service.carrier.redirects[-1][1]))
    second = service.rings(SECOND)
    service.later(61)
    second.resumes()
    assert "press one" in second.heard[-1]
    second.follows(second.the(Gather).action, Digits="1").resumes()
    assert second.heard == ["Thank you. We will call you back as soon as it is your turn.", "We will call you."]
    service.send("/voice/status", second.call, CallStatus="completed")
    assert service.promises == ["waiting"]
    return second, anns_leg


def test_who_presses_one_is_called_when_it_is_their_turn_and_meets_the_agent(service: Service) -> None:
    second, anns_leg = promised(service)
    service.rings(THIRD)
    service.ann_hangs_up(anns_leg)
    place, _ = service.ann_accepts()
    assert place == f"back-{second.call}-1"
    person = service.carrier.rings[-1]
    assert (person.to, person.caller_id) == (SECOND, LINE)
    phone = CarrierPhone(service.web, person.sid).follows(person.url)
    assert phone.heard == ["Hello, this is Fish & Sons, calling you back as you asked. Here is somebody for you."]
    service.enters(phone)
    assert service.promises == ["talking"]
    phone.follows(phone.the(Dial).action)
    assert isinstance(phone.document[0], Hangup)
    assert service.promises == ["kept"]
    assert [ring.to for ring in service.carrier.rings].count(SECOND) == 1


def test_who_rings_again_has_the_place_at_once_and_is_not_called_any_more(service: Service) -> None:
    _, anns_leg = promised(service)
    service.rings(THIRD)
    again = service.rings(SECOND)
    assert service.promises == ["cancelled"]
    assert again.heard[0].startswith("You are next in line.")
    service.ann_hangs_up(anns_leg)
    place, anns_leg = service.ann_accepts()
    assert place.startswith(again.call)
    service.enters(again.follows(service.carrier.redirects[-1][1]))
    service.ann_hangs_up(anns_leg)
    service.later(400)
    assert SECOND not in [ring.to for ring in service.carrier.rings]
    assert service.promises == ["cancelled"]


@pytest.mark.parametrize("number", [ABROAD, DEAR])
def test_who_may_not_be_called_hears_so_and_goes_on(service: Service, number: str) -> None:
    service.parts.settings.flows.write_text(AT_ONCE, encoding="utf-8")
    phone = CarrierPhone(service.web)
    phone.post("/voice/incoming", From=number, CallStatus="ringing")
    assert " ".join(phone.heard) == "Sorry, we cannot promise to call you back at this number. Goodbye."
    assert (service.promises, service.carrier.rings) == ([], [])


@pytest.mark.parametrize("number", [ABROAD, DEAR])
def test_who_may_not_be_called_is_offered_nothing_and_waits_on_though_they_press_one(
    service: Service, number: str
) -> None:
    service.rings(FIRST)
    service.ann_accepts()
    phone = service.rings(number)
    service.later(61)
    phone.resumes()
    assert "press one" not in " ".join(phone.heard)
    phone.follows(phone.the(Redirect).url, Digits="1")
    assert phone.the(Redirect).url  # they wait on
    assert service.promises == []
