"""A call on the pure core with a clock that is only counted: the same acts always give the same call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from ivr.conversations import script
from ivr.conversations.happenings import Happening, happenings
from ivr.conversations.script import Act, AgentDoes, Conversation, HangsUp, LeavesMessage, Presses, Says, ServiceReplies
from ivr.flows.actions import Action, Request
from ivr.flows.book import FlowBook
from ivr.flows.call import Call
from ivr.flows.events import (
    Answered,
    Event,
    Failed,
    Heard,
    HungUp,
    Pressed,
    Recorded,
    Reply,
    Silence,
    Started,
    Unavailable,
)
from ivr.flows.interpreter import Trail, step
from ivr.flows.skills import Found, Locate

TALKS = frozenset({"http", "mailbox"})
"""Services whose answer decides what is said next: a test must write it."""

USUAL: Mapping[str, Mapping[str, Any]] = {"ticket": {"number": 1001}}
"""What services answer of which the test says nothing."""

TURN_S = 4.0
"""A turn of a call takes about so long; only that time passes at all matters."""

CALL_ID = "CA" + "7e57" * 8


@dataclass(slots=True)
class Talk:
    """One call under way. ``trail`` holds the exits that were taken."""

    book: FlowBook
    conversation: Conversation
    now_s: float = 0.0
    call: Call = field(default_factory=lambda: Call(CALL_ID))
    actions: tuple[Action, ...] = ()
    trail: Trail = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """Where the company's clock hangs."""
        return ZoneInfo(self.book.company.timezone)

    def begin(self) -> list[Happening]:
        """The phone is answered."""
        written = self.conversation
        if written.no_stores:
            locate = nowhere(self.book.skills.locate)
            self.book = replace(self.book, skills=replace(self.book.skills, locate=locate))
        self.now_s = written.at.replace(tzinfo=self.zone).timestamp()
        line = written.line or next(iter(self.book.company.lines), "")
        return self.happens(Started(self.now_s, line, written.caller))

    def do(self, act: Act) -> list[Happening]:
        """What comes of ``act``, which :meth:`refusal` must have nothing against."""
        return [one for event in self.events(act) for one in self.happens(event)]

    def shown(self, written: str) -> str:
        """How an act that was just done looks among what happened."""
        return written

    def happens(self, event: Event) -> list[Happening]:
        """What comes of ``event``."""
        self.call, actions = step(self.call, event, self.book, self.trail)
        if actions or self.call.ended:
            self.actions = actions
        return happenings(actions)

    def settle(self, after: Act | None) -> list[Happening]:
        """Services that the test does not mention ``after`` this answer that all is well, but for those that talk."""
        happened: list[Happening] = []
        while (service := self.asks_service) and service not in TALKS and not isinstance(after, ServiceReplies):
            happened += self.do(ServiceReplies(service, data=USUAL.get(service, {})))
        return happened

    @property
    def asks_service(self) -> str:
        """The outside service whose reply the call waits for, if any."""
        last = self.actions[-1] if self.actions and not self.call.ended else None
        return last.service if isinstance(last, Request) else ""

    def refusal(self, act: Act) -> str:
        """Why nobody can do this now; empty when they can."""
        waits_for = self.call.waits_for
        if self.call.ended:
            return "the call is over"
        match act:
            case Says() | Presses() | script.Silence():
                return "" if waits_for == "answer" else f"the caller is not being asked: {_doing(waits_for)}"
            case LeavesMessage():
                return "" if waits_for == "recording" else f"no message is being taken: {_doing(waits_for)}"
            case AgentDoes():
                return "" if waits_for == "transfer" else f"nobody is being rung: {_doing(waits_for)}"
            case ServiceReplies(service):
                asked = self.asks_service
                return "" if asked == service else f"the call asks {f'the service {asked}' if asked else 'no service'}"
            case _:
                return ""

    def events(self, act: Act) -> Iterator[Event]:
        """The events that ``act`` is; each takes its time."""
        for _ in range(act.times if isinstance(act, script.Silence) else 1):
            self.now_s += TURN_S + (act.length_s if isinstance(act, LeavesMessage) else 0.0)
            yield self._event(act)

    def _event(self, act: Act) -> Event:
        now_s = self.now_s
        match act:
            case Says(text, confidence, alternatives):
                return Heard(now_s, text, confidence, alternatives)
            case Presses(keys):
                return Pressed(now_s, keys[:-1] if keys[1:].endswith("#") else keys)
            case script.Silence():
                return Silence(now_s)
            case LeavesMessage(length_s):
                return Recorded(now_s, f"test-{self.call.id}", length_s, "key")
            case AgentDoes("accepted", agent):
                return Answered(now_s, agent or next(iter(self.book.company.agents), "agent"))
            case AgentDoes(reason):
                return Unavailable(now_s, reason)
            case ServiceReplies(service, ok, data):
                return Reply(now_s, service, ok, dict(data))
            case script.Fails(what):
                return Failed(now_s, what)
            case HangsUp():
                return HungUp(now_s)
            case _:
                assert_never(act)


def _doing(waits_for: str) -> str:
    return {
        "answer": "the caller is asked something",
        "recording": "a message is being taken",
        "transfer": "somebody is being rung",
        "reply": "a service is being asked",
    }.get(waits_for, "the call waits for nothing")


def nowhere(locate: Locate) -> Locate:
    """A company without stores: places are known as ever, but nothing is near them."""

    def find(near: str, count: int, at_s: float, *, open_at: str = "", service: str = "") -> Found:
        found = locate(near, count, at_s, open_at=open_at, service=service)
        return Found("none", found.place) if found.outcome == "found" else found

    return find
