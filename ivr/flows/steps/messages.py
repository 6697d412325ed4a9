"""``messages``: the owner of a mailbox listens to its messages by telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from ivr.flows import owner_menu as menu
from ivr.flows.actions import Play, Record, Request, Transfer
from ivr.flows.book import Exit, FlowBook, Move, Onward
from ivr.flows.call import Call, Tries
from ivr.flows.company import Company
from ivr.flows.events import Answered, Event, Failed, Recorded, Reply, Unavailable
from ivr.flows.fields import Patience
from ivr.flows.mailboxes import EVERYDAY
from ivr.flows.question import Chosen, Question, Valued
from ivr.flows.steps.base import StepBase

ANY = "any"
"""Stands for a mailbox that the caller names by its number."""
MOST_WRONG = 3
HEARING = "listened to messages"
PATIENCE = Patience()
GREETING_S = 60.0


class MessagesStep(StepBase):
    """Lets the owner of a mailbox in by PIN, plays its messages, and lets them save, delete or call back each.

    New messages come first, urgent ones before others, then the newest. Owners also record their greeting here. PINs
    are set with ``ivr voicemail pin MAILBOX``; after five wrong ones a mailbox is locked for fifteen minutes.
    """

    word: ClassVar[str] = "messages"
    example: ClassVar[str] = """
- messages: support
- hangup: Goodbye.
"""
    talk: ClassVar[tuple[str, ...]] = ("2580",)
    messages: str = Field(
        title="mailbox or any",
        description="The name of a mailbox, or ``any``: then the caller first enters the number of theirs.",
        examples=[ANY],
    )

    def enter(self, call: Call, book: FlowBook) -> Move:
        call = replace(call, outcome=HEARING)
        return self._begin(call, book)

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply() if call.waits_for == "reply":
                return self._replied(call, event, book)
            case Recorded() | Failed() if call.waits_for == "recording":
                return self._recorded(call, event, book)
            case Answered() | Unavailable() | Failed() if call.waits_for == "transfer":
                return self._ask(call, book, menu.BACK)
            case _ if call.waits_for == "answer":
                return self._answered(call, event, book)
            case _:
                return Move(call)

    # --- coming in --------------------------------------------------------------------------------------------------

    def _begin(self, call: Call, book: FlowBook, *lead: str) -> Move:
        at = "number" if self.messages == ANY else "pin"
        call = replace(call.remember(at=at), tries=Tries())
        return self._question(call, book).put(call, book, *lead)

    def _opened(self, call: Call, reply: Reply, book: FlowBook) -> Move:
        minutes = int(reply.data.get("minutes", 0)) if reply.ok else 0
        if not reply.ok:
            return self._leave(call, book, menu.CANNOT, "failed")
        if reply.data.get("open") == "yes":
            call = call.remember(
                at="menu",
                mailbox=str(reply.data.get("mailbox", "")),
                messages=list(reply.data.get("messages", ())),
                index=0,
                deleted="",
            )
            return self._first(call, book)
        wrong = int(call.frame.memory.get("wrong", 0)) + 1
        if minutes:
            call, say = book.say(call, menu.LOCKED, minutes=str(minutes))
            return Move(_left(call), (say,), Onward(), "refused")
        if wrong >= MOST_WRONG:
            return self._leave(call, book, menu.REFUSED, "refused")
        return self._begin(call.remember(wrong=wrong), book, menu.WRONG)

    def _leave(self, call: Call, book: FlowBook, text: str, via: str) -> Move:
        call, say = book.say(call, text)
        return Move(_left(call), (say,), Onward(), via)

    # --- messages ---------------------------------------------------------------------------------------------------

    def _first(self, call: Call, book: FlowBook) -> Move:
        messages = menu.messages_of(call)
        if not messages:
            return self._ask(call, book, menu.NONE)
        call, say = book.say(call, menu.COUNTS, count=menu.counted(messages))
        told = self._tell(call, book)
        return replace(told, actions=(say, *told.actions))

    def _tell(self, call: Call, book: FlowBook, *lead: str) -> Move:
        """The message it is the turn of, and what can be done with it."""
        message = menu.current(call)
        if message is None:
            return self._ask(call, book, *lead, menu.NO_MORE)
        kind = "Urgent message" if message.get("urgent") else "New message" if message.get("new") else "Message"
        number = str(message.get("caller", ""))
        said = []
        for text in lead:
            call, say = book.say(call, text)
            said.append(say)
        header = menu.HEADER_FROM if number else menu.HEADER
        call, say = book.say(call, header, kind=kind, number=number, when=str(message.get("at", "")))
        call = replace(call.said("ivr", "(the message)"), tries=Tries())
        asked = self._question(call, book).put(call, book)
        return replace(asked, actions=(*said, say, Play(str(message.get("play", ""))), *asked.actions))

    def _ask(self, call: Call, book: FlowBook, *lead: str) -> Move:
        call = replace(call.remember(at="menu"), tries=Tries())
        return self._question(call, book).put(call, book, *lead)

    def _question(self, call: Call, book: FlowBook) -> Question:
        match call.frame.memory.get("at"):
            case "number":
                return Question(menu.WHICH, "digits", PATIENCE)
            case "pin":
                return Question(menu.PIN, "digits", PATIENCE, secret=True)
            case "greeting":
                kinds = _greetings(call, book)
                offered = tuple(choice for choice in menu.GREETINGS if choice.name in (*kinds, menu.WRITTEN))
                return Question(menu.ASK_GREETINGS if len(kinds) > 1 else menu.ASK_GREETING, "menu", PATIENCE, offered)
            case _:
                return Question(menu.asked_of(call), "menu", PATIENCE, menu.choices_of(call))

    def _answered(self, call: Call, event: Event, book: FlowBook) -> Move:
        match self._question(call, book).answer(call, event, book):
            case Valued(call=call, value=value) if call.frame.memory.get("at") == "number":
                call = replace(call.remember(at="pin", number=value), tries=Tries())
                return self._question(call, book).put(call, book)
            case Valued(call=call, value=value):
                number = call.frame.memory.get("number", "")
                mailbox = "" if self.messages == ANY else self.messages
                asked = Request("mailbox", {"do": "open", "mailbox": mailbox, "number": number, "pin": value})
                return Move(replace(call.remember(at="opening"), waits_for="reply"), (asked,))
            case Chosen(call=call, name=name) if call.frame.memory.get("at") == "greeting":
                return self._greet(call, name, book)
            case Chosen(call=call, name=name):
                return self._do(call, name, book)
            case Move() as move:
                return move

    def _do(self, call: Call, name: str, book: FlowBook) -> Move:
        match name:
            case menu.DONE:
                return Move(_left(call), to=Onward(), via="done")
            case menu.AGAIN:
                return self._tell(call if menu.current(call) else call.remember(index=0), book)
            case menu.NEXT:
                return self._tell(menu.at_next(call), book)
            case menu.GREETING:
                call = replace(call.remember(at="greeting"), tries=Tries())
                return self._question(call, book).put(call, book)
            case _:
                done = {menu.SAVE: "read", menu.RESTORE: "restore"}.get(name, name)
                message = menu.current(call) or {}
                about = call.frame.memory.get("deleted", "") if name == menu.RESTORE else message.get("id", "")
                return self._request(call.remember(doing=name), done, id=str(about))

    def _request(self, call: Call, do: str, **args: str) -> Move:
        mailbox = str(call.frame.memory.get("mailbox", ""))
        asked = Request("mailbox", {"do": do, "mailbox": mailbox, **args})
        return Move(replace(call, waits_for="reply"), (asked,))

    def _replied(self, call: Call, reply: Reply, book: FlowBook) -> Move:
        memory = call.frame.memory
        doing = memory.get("doing", "")
        if memory.get("at") == "opening":
            return self._opened(call, reply, book)
        if not reply.ok:
            return self._ask(call, book, menu.CANNOT)
        match doing:
            case menu.SAVE:
                return self._tell(menu.at_next(call), book, menu.SAVED)
            case menu.DELETE:
                deleted = str((menu.current(call) or {}).get("id", ""))
                return self._tell(menu.at_next(call.remember(deleted=deleted)), book, menu.DELETED)
            case menu.RESTORE:
                ids = [str(one.get("id", "")) for one in menu.messages_of(call)]
                index = ids.index(memory["deleted"]) if memory.get("deleted") in ids else 0
                return self._tell(call.remember(deleted="", index=index), book, menu.RESTORED)
            case menu.CALL_BACK:
                return self._call(call, str(reply.data.get("to", "")), book)
            case _:
                return self._ask(call, book, menu.WRITTEN_AGAIN if memory.get("written") else menu.GREETING_SAVED)

    def _call(self, call: Call, number: str, book: FlowBook) -> Move:
        if not number:
            return self._ask(call, book, menu.NOT_DIALLED)
        call, say = book.say(call, menu.CALLING)
        return Move(replace(call, waits_for="transfer"), (say, Transfer(number, "")))

    # --- greetings --------------------------------------------------------------------------------------------------

    def _greet(self, call: Call, which: str, book: FlowBook) -> Move:
        call = call.remember(doing=menu.GREETING, which=which, written=which == menu.WRITTEN)
        if which == menu.WRITTEN:
            return self._request(call, menu.GREETING, recording="")
        call, say = book.say(call, menu.SPEAK)
        record = Record(
            f"{menu.GREETING}:{call.frame.memory.get('mailbox', '')}", max_s=GREETING_S, language=call.language
        )
        return Move(replace(call, waits_for="recording"), (say, record))

    def _recorded(self, call: Call, event: Recorded | Failed, book: FlowBook) -> Move:
        if isinstance(event, Failed):
            return self._ask(call, book, menu.CANNOT)
        if not event.duration_s:
            return self._ask(call, book, menu.NOT_HEARD)
        which = str(call.frame.memory.get("which", EVERYDAY))
        return self._request(call, menu.GREETING, which=which, recording=event.recording)

    # --- for checks and pictures ------------------------------------------------------------------------------------

    def exits(self) -> Iterator[Exit]:
        for label in ("done", "refused", "failed"):
            yield Exit(label, Onward(), ("messages",), trouble=label != "done")

    def asks(self, company: Company) -> Iterator[Patience]:
        yield PATIENCE

    def prompts(self) -> Iterator[str]:
        yield from menu.SENTENCES

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        if self.messages != ANY:
            yield "mailbox", self.messages, ("messages",)


def _greetings(call: Call, book: FlowBook) -> tuple[str, ...]:
    mailbox = book.company.mailboxes.get(str(call.frame.memory.get("mailbox", "")))
    return tuple(mailbox.greetings()) if mailbox else ()


def _left(call: Call) -> Call:
    """What comes after is about something else."""
    return replace(call, outcome="")
