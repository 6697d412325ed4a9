from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.flows import FlowBook, step
from ivr.flows.actions import Action, Request, Say
from ivr.flows.call import Call
from ivr.flows.events import Event, Heard, Reply, Started

NOON_S = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()
FLOWS = """
company: X
language: en-US
timezone: America/Los_Angeles
lines: {"+15035550100": main}
slots:
  where: {kind: place, ask: "Where are you?"}
stores: {file: stores.csv, speak: "{name}, {away} away."}
flows:
  main:
    - collect: where
    - find_store: {near: "{where}", offer: [next, text me, other hours]%s}
    - hangup: Bye.
"""


@dataclass
class Talk:
    """A caller whose telephone is from ``place``, and what is heard."""

    book: FlowBook
    place: str = ""
    call: Call = field(default_factory=lambda: Call("CA1"))
    actions: tuple[Action, ...] = ()

    def happens(self, event: Event) -> list[str]:
        self.call, self.actions = step(self.call, event, self.book)
        return [action.text for action in self.actions if isinstance(action, Say)]

    def says(self, *texts: str) -> list[str]:
        if not self.call.stack:
            self.happens(Started(NOON_S, "+15035550100", "+15035550123", self.place))
        heard: list[str] = []
        for text in texts:
            heard = self.happens(Heard(NOON_S, text))
        return heard


@pytest.fixture
def talk(make_book: Callable[[str], FlowBook]) -> Callable[..., Talk]:
    return lambda place="", more="": Talk(make_book(FLOWS % more), place)


@pytest.mark.parametrize("place", ["94107", "San Francisco Ca"])
def test_near_me_is_the_place_of_the_telephone_once_the_caller_says_so(place: str, talk: Callable[..., Talk]) -> None:
    caller = talk(place)
    assert caller.says("near me") == ["Are you in or near San Francisco, California?"]
    assert caller.says("yes")[0].startswith("Northwind Outfitters")
    assert caller.call.variables["where"] == "San Francisco, California"


def test_who_is_elsewhere_is_asked_where_and_never_of_the_telephone_again(talk: Callable[..., Talk]) -> None:
    caller = talk("94107")
    assert caller.says("near me", "no") == ["What is your ZIP code or city?"]
    assert caller.says("denver")[0].startswith("Northwind Outfitters")
    assert talk("94107").says("near me", "no i'm in denver")[0].startswith("Northwind Outfitters")


def test_only_stores_with_the_service_and_open_then_are_told(talk: Callable[..., Talk]) -> None:
    near, far = talk(), talk(more=", service: repairs, open: '23:30'")
    near.says("eugene oregon")
    far.says("eugene oregon")
    first = far.call.variables["store"]
    assert near.call.variables["store"]["name"] != first["name"]
    assert ("repairs" in first["services"], first["hours"]) == (True, "24/7")


def test_the_hours_of_another_day_are_told_and_the_offers_come_again(talk: Callable[..., Talk]) -> None:
    caller = talk()
    assert caller.says("nine four one oh seven", "what are the hours") == ["For which day?"]
    told, offers = caller.says("december twenty fifth")
    assert told.startswith("On Friday, December 25 it is ")
    assert offers == "You can say next, text me, other hours or done."


def test_a_text_message_has_a_link_to_a_map(talk: Callable[..., Talk]) -> None:
    caller = talk()
    caller.says("nine four one oh seven", "text me")
    (request,) = caller.actions
    assert isinstance(request, Request)
    store = caller.call.variables["store"]
    assert f"https://www.openstreetmap.org/?mlat={store['lat']}&mlon={store['lon']}" in request.args["body"]
    assert caller.happens(Reply(NOON_S, "sms", ok=True))[0] == "I have sent you a text message."


def test_a_direction_is_told_only_where_it_is_true_of_the_whole_place(talk: Callable[..., Talk]) -> None:
    near, far = talk(), talk()
    assert near.says("nine four one oh seven")[0].endswith(" mile away.")
    near_store = near.call.variables["store"]
    assert near_store["away"] == near_store["distance"]
    far.says("astoria oregon")
    told = far.call.variables["store"]
    assert told["away"] == f"{told['distance']} {told['direction']}"
