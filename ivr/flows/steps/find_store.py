"""``find_store``: tell the caller the nearest store, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivr.flows.actions import Choice, Request, Transfer
from ivr.flows.book import Exit, FlowBook, GoTo, Move, Onward
from ivr.flows.call import Call, Tries
from ivr.flows.company import Company
from ivr.flows.events import Answered, Event, Failed, Heard, Reply, Silence, Unavailable
from ivr.flows.fields import Flow, Patience, one_of
from ivr.flows.outside import refused_by
from ivr.flows.question import Chosen, Question, Valued
from ivr.flows.skills import NEAR_ME, Found, KindOptions
from ivr.flows.steps.base import StepBase
from ivr.flows.store_offers import (
    CONNECTING,
    MEANT,
    NO_ANSWER,
    NO_HOURS,
    NO_MORE,
    NO_STORE,
    NOT_SENT,
    OFFERS,
    SENT,
    THERE,
    UNKNOWN,
    WHERE,
    WHICH_DAY,
    text_message,
)
from ivr.flows.texts import fill, listed, without

HOW_MANY = 5
LOST_PLACES = "places_not_found"
MANY_PLACES = 2
"""So many places in a row may be unknown before the caller is led on."""


class FindStoreBody(Patience):
    """Where to look, under which name to keep the store, and what to offer."""

    near: str = Field(description="Where: a ZIP code or city, mostly a slot in braces.", examples=["{zip}"])
    save: str = Field(default="store", description="The name the store is kept under:  {store.name}, {store.phone} ...")
    offer: tuple[Annotated[str, one_of(*OFFERS)], ...] = Field(
        default=(), description="What the caller can do next: hear the next store, get it by text, be connected ..."
    )
    open: str = Field(
        default="",
        description="Only stores that are open:  now,  or at a time such as  2026-12-24 18:00  or  {day} {time},  by "
        "the clock of each store.",
        examples=["now", "{day} {time}"],
    )
    service: str = Field(
        default="", description="Only stores with this service in the list.", examples=["rentals", "{service}"]
    )
    unknown: Flow | None = Field(default=None, description="The flow for a place that nobody knows.")
    none: Flow | None = Field(default=None, description="The flow for when there is no store near it.")


class FindStoreStep(StepBase):
    """Finds the store nearest to a ZIP code or city, says its distance, address and hours, and offers more."""

    word: ClassVar[str] = "find_store"
    example: ClassVar[str] = """
- collect: zip
- find_store: {near: "{zip}", offer: [next, text me]}
"""
    talk: ClassVar[tuple[str, ...]] = ("nine four one oh seven", "text me", "that is all")
    find_store: FindStoreBody = Field(description="Where to look, and what to offer.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        return self._look(call, book, fill(self.find_store.near, book.lookup(call)))

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply(ok=ok) if call.waits_for == "reply":
                return self._offer(call, book, SENT if ok else NOT_SENT)
            case Answered() if call.waits_for == "transfer":
                return Move(call, to=Onward(), via="connected")
            case Unavailable() | Failed() if call.waits_for == "transfer":
                return self._offer(call, book, NO_ANSWER)
            case _ if call.waits_for in {"transfer", "reply"} and not isinstance(event, Failed):
                return Move(call)
            case _ if call.frame.memory.get("guess"):
                return self._meant(call, event, book)
            case _ if call.frame.memory.get("asked_where"):
                return self._where(call, event, book)
            case _ if call.frame.memory.get("asked_day"):
                return self._on_day(call, event, book)
            case _ if call.frame.memory.get("asked_which"):
                return self._which(call, event, book)
            case Silence() if call.frame.memory.get("stores"):
                return Move(call, to=Onward(), via="found")
            case _:
                return self._answer(call, event, book)

    # --- looking ----------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        return self.find_store.near.strip("{} ")

    def _found(self, call: Call, book: FlowBook, near: str) -> Found:
        open_at, service = (fill(text, book.lookup(call)) for text in (self.find_store.open, self.find_store.service))
        return book.skills.locate(near, HOW_MANY, call.now_s, open_at=open_at.strip(), service=service.strip())

    def _named(self, call: Call, place: str) -> Call:
        """The call with another place where the flow keeps it."""
        return call.set(self._name(), place) if self._name() in call.variables else call

    def _look(self, call: Call, book: FlowBook, near: str, *, sure: bool = False) -> Move:
        """What there is near a place; ``sure`` when the caller has said that it is meant."""
        if near.casefold() == NEAR_ME:
            return self._near_me(call, book)
        found = self._found(call, book, near)
        match found.outcome:
            case "found" if not found.sure and not sure:
                return self._ask_meant(call, book, found.place, MEANT)
            case "found":
                if (sure or call.frame.memory.get("asked_which")) and self._name() in call.variables:
                    call = call.set(self._name(), found.place)  # which namesake is known now, to the agent too
                call = _without(call, LOST_PLACES)
                stores = [dict(store) for store in found.stores]
                call = call.remember(stores=stores, at=0, asked_which="", asked_where="", named=found.named)
                return self._tell(call, book)
            case "ambiguous" if not call.frame.memory.get("asked_which"):
                call = call.remember(asked_which=near, which=found.ask, asked_where="")
                call = replace(call, tries=Tries())
                return self._which_question(call).put(call, book)
            case "none":
                return self._lost(call, book, found, "none")
            case _:
                return self._lost(call, book, found, "unknown")

    # --- is it there? -----------------------------------------------------------------------------------------------

    def _near_me(self, call: Call, book: FlowBook) -> Move:
        """The place of the caller's telephone, asked and not assumed; without one the caller says where."""
        found = book.skills.locate(call.place, 1, call.now_s) if call.place else Found("unknown")
        if found.outcome == "found" and not call.frame.memory.get("not_there"):
            return self._ask_meant(call, book, found.place, THERE)
        return self._ask_where(call, book)

    def _ask_meant(self, call: Call, book: FlowBook, place: str, ask: str) -> Move:
        call = replace(call.remember(guess=place, ask=ask), tries=Tries())
        return self._meant_question(call).put(call, book)

    def _meant_question(self, call: Call) -> Question:
        memory = call.frame.memory
        return Question((str(memory["ask"]),), "yes_no", self.find_store, values=(str(memory["guess"]),))

    def _meant(self, call: Call, event: Event, book: FlowBook) -> Move:
        """The caller says whether the guess is right, or at once what is."""
        guess = str(call.frame.memory["guess"])
        other = _place_in(event, book)
        if other and isinstance(event, Heard):
            call = call.said("caller", event.text, event.confidence).remember(guess="", not_there=True)
            return self._look(self._named(call, other), book, other)
        answer = self._meant_question(call).answer(call, event, book)
        match answer:
            case Valued(call=call, value="yes"):
                return self._look(call.remember(guess=""), book, guess, sure=True)
            case Valued(call=call):
                return self._ask_where(call.remember(guess="", not_there=True), book)
            case Move():
                return answer
            case _:
                return self._meant_question(call).put(call, book)

    def _ask_where(self, call: Call, book: FlowBook) -> Move:
        call = replace(call.remember(asked_where=True, guess="", asked_which=""), tries=Tries())
        return self._where_question().put(call, book)

    def _where_question(self) -> Question:
        return Question((WHERE,), "place", self.find_store)

    def _where(self, call: Call, event: Event, book: FlowBook) -> Move:
        """The caller says where, because nothing before was right."""
        answer = self._where_question().answer(call, event, book)
        match answer:
            case Valued(call=call, value=value) if value == NEAR_ME:
                return self._where_question().refuse(call, value, book)
            case Valued(call=call, value=value):
                return self._look(self._named(call, value).remember(asked_where=""), book, value)
            case Move():
                return answer
            case _:
                return self._where_question().put(call, book)

    def _lost(self, call: Call, book: FlowBook, found: Found, via: str) -> Move:
        """No store: say so, forget the place (so that it can be asked again), and go where the flow says.

        Places nobody knows count as misunderstandings: after a few the ladder's last rung leads on.
        """
        lost = int(call.variables.get(LOST_PLACES, 0)) + 1
        if via == "unknown" and lost > MANY_PLACES:
            return self._which_question(call).give_up(_without(call, self._name(), LOST_PLACES), book)
        place = found.place or fill(self.find_store.near, book.spoken(call))
        text, flow = (NO_STORE, self.find_store.none) if via == "none" else (UNKNOWN, self.find_store.unknown)
        call, say = book.say(call, text, place=place)
        call = _without(call, self._name()).set(LOST_PLACES, lost)
        return Move(call, (say,), GoTo(flow) if flow else Onward(), via)

    def _which_question(self, call: Call) -> Question:
        return Question((str(call.frame.memory.get("which", "")),), "place", self.find_store)

    def _which(self, call: Call, event: Event, book: FlowBook) -> Move:
        """The caller says which namesake: "Oregon" or "Portland Oregon"."""
        near = str(call.frame.memory["asked_which"])
        if isinstance(event, Heard):
            for place in (f"{near} {event.text}", event.text):  # union station: "denver" is not all of it
                found = book.skills.locate(place, 1, call.now_s)
                if found.outcome == "found" and found.sure:
                    return self._look(call.said("caller", event.text, event.confidence), book, place)
        answer = self._which_question(call).answer(call, event, book)
        match answer:
            case Move():
                return answer
            case Valued(call=call, value=value) if book.skills.locate(value, 1, call.now_s).outcome != "ambiguous":
                return self._look(call, book, value)
            case Valued(call=call, value=value):
                return self._which_question(call).refuse(call, value, book)
            case _:
                return self._which_question(call).put(call, book)

    # --- telling ----------------------------------------------------------------------------------------------------

    def _store(self, call: Call) -> Mapping[str, Any]:
        memory = call.frame.memory
        return memory["stores"][memory.get("at", 0)] if memory.get("stores") else {}

    def _tell(self, call: Call, book: FlowBook, *lead: str) -> Move:
        store = self._store(call)
        call = replace(call.set(self.find_store.save, dict(store)), tries=Tries())
        speak = book.company.stores.speak if book.company.stores else "{name}."
        if call.frame.memory.get("named") and not call.frame.memory.get("at"):
            for unknown in ("distance", "direction", "away"):  # from the store to itself
                speak = without(book.translated(call, speak), unknown)
        call, said = book.say(call, speak, **{key: str(value) for key, value in store.items()})
        if not self.find_store.offer:
            return Move(call, (said,), Onward(), "found")
        asked = self._offer(call, book, *lead)
        return Move(asked.call, (said, *asked.actions), asked.to)

    def _offer(self, call: Call, book: FlowBook, *lead: str) -> Move:
        return self._question().put(call, book, *lead)

    def _question(self) -> Question:
        offers = [offer for offer in self.find_store.offer if offer != "done"]
        keys = {offer: str(index) for index, offer in enumerate(offers, 1)} | {"done": "9"}
        choices = tuple(Choice(name, (name, *OFFERS[name]), key) for name, key in keys.items())
        ask = f"You can say {listed([*offers, 'done'])}."
        return Question((ask,), "menu", self.find_store, choices)

    def _answer(self, call: Call, event: Event, book: FlowBook) -> Move:
        chosen = self._question().answer(call, event, book)
        if not isinstance(chosen, Chosen):
            return chosen if isinstance(chosen, Move) else self._offer(call, book)
        return self._do(chosen.call, book, chosen.name)

    def _do(self, call: Call, book: FlowBook, offer: str) -> Move:
        store = self._store(call)
        match offer:
            case "next":
                at = int(call.frame.memory.get("at", 0)) + 1
                if at >= len(call.frame.memory["stores"]):
                    return self._offer(call, book, NO_MORE)
                return self._tell(call.remember(at=at), book)
            case "repeat":
                return self._tell(call, book)
            case "text me":
                body = text_message(store, book.company.stores.map if book.company.stores else "")
                request = Request("sms", {"to": call.caller, "from": call.line, "body": body})
                return Move(replace(call, waits_for="reply"), (request,))
            case "connect me":
                to = str(store.get("phone", ""))
                if to.startswith("+") and refused_by(book.company, to):
                    return self._offer(call, book, NO_ANSWER)
                call, say = book.say(call, CONNECTING)
                transfer = Transfer(to, "", {})
                return Move(replace(call, waits_for="transfer"), (say, transfer))
            case "other hours":
                return self._day_question().put(replace(call.remember(asked_day=True), tries=Tries()), book)
            case _:
                return Move(call, to=Onward(), via="found")

    def _day_question(self) -> Question:
        return Question((WHICH_DAY,), "date", self.find_store)

    def _on_day(self, call: Call, event: Event, book: FlowBook) -> Move:
        answer = self._day_question().answer(call, event, book)
        match answer:
            case Valued(call=call, value=value):
                told = book.skills.open_on(self._store(call), value) or NO_HOURS
                call = replace(call.remember(asked_day=""), tries=Tries())
                return self._offer(call, book, told)
            case Move():
                return answer
            case _:
                return self._day_question().put(call, book)

    def exits(self) -> Iterator[Exit]:
        yield Exit("found", Onward(), ("find_store",))
        if "connect me" in self.find_store.offer:
            yield Exit("connected", Onward(), ("find_store", "offer"))
        for label, flow in (("unknown", self.find_store.unknown), ("none", self.find_store.none)):
            yield Exit(label, GoTo(flow) if flow else Onward(), ("find_store", label), trouble=True)

    def asks(self, company: Company) -> Iterator[Patience]:
        yield self.find_store

    def prompts(self) -> Iterator[str]:
        yield from (NO_MORE, SENT, NOT_SENT, CONNECTING, NO_ANSWER, WHERE, *self._question().ask)
        if "other hours" in self.find_store.offer:
            yield from (WHICH_DAY, NO_HOURS)


def _without(call: Call, *names: str) -> Call:
    return replace(call, variables={name: value for name, value in call.variables.items() if name not in names})


def _place_in(event: Event, book: FlowBook) -> str:
    """The place that a caller names who was asked whether another is meant; empty for none."""
    kind = book.skills.kinds.get("place")
    if not isinstance(event, Heard) or kind is None:
        return ""
    value = kind.hear(event.text, KindOptions())
    return "" if value is None or value == NEAR_ME else value
