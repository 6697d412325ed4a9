"""``voicemail``: take a message for a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from ivr.flows.actions import Action, Choice, Play, Record, Request
from ivr.flows.book import Exit, FlowBook, Move, Onward
from ivr.flows.call import Call, Tries
from ivr.flows.company import Company
from ivr.flows.events import Event, Failed, Recorded, Reply, Silence
from ivr.flows.fields import Patience
from ivr.flows.mailboxes import CLOSED, EVERYDAY, HOLIDAY, SOUND, Mailbox
from ivr.flows.question import Chosen, Question
from ivr.flows.steps.base import StepBase

NOTHING_HEARD = "I did not hear a message. Please speak after the tone."
STILL_NOTHING = "I did not hear a message."
THANKS = "Thank you. Your message has been saved."
NOT_SAVED = "Sorry, we cannot take a message right now."
ONCE_MORE = "Please speak after the tone."
URGENT = "Your message is marked as urgent."
CANNOT = "Sorry, that cannot be done right now."

HEAR, AGAIN, MARK, DONE = "hear it", "record again", "mark it urgent", "done"
REVIEW: tuple[Choice, ...] = (
    Choice(HEAR, (HEAR, "listen to it", "play it"), "1"),
    Choice(AGAIN, (AGAIN, "record it again", "once more"), "2"),
    Choice(MARK, (MARK, "urgent", "it is urgent"), "3"),
    Choice(DONE, (DONE, "that is all", "save it", "goodbye"), "9"),
)
ASK = (
    "Your message has been saved. Press 1 to hear it, 2 to record it again, 3 to mark it urgent, or just hang up.",
    "Press 1 to hear it, 2 to record it again, 3 to mark it urgent, or 9 when you are done.",
)
ASK_AGAIN = ("Press 1 to hear it, 2 to record it again, or 9 when you are done.",)
LEFT = "left a message"
PATIENCE = Patience()
"""The question of the review is as patient as any."""


class VoicemailStep(StepBase):
    """Plays the mailbox's greeting, records a message after a beep, and goes on. Hanging up keeps the message.

    Where the mailbox has ``review``, callers can hear their message, record it again, or mark it urgent.
    """

    word: ClassVar[str] = "voicemail"
    example: ClassVar[str] = """
- voicemail: support
- hangup: Goodbye.
"""
    talk: ClassVar[tuple[str, ...]] = ("please call me back",)
    voicemail: str = Field(title="mailbox", description="The name of a mailbox.")

    def enter(self, call: Call, book: FlowBook) -> Move:
        mailbox = self._mailbox(book.company)
        if mailbox.number:
            which = _greeting(mailbox, call, book)
            asked = Request("greeting", {"mailbox": self.voicemail, "which": which})
            return Move(replace(call.remember(which=which), waits_for="reply"), (asked,))
        return self._greet(call, book, _greeting(mailbox, call, book), "")

    def on(self, call: Call, event: Event, book: FlowBook) -> Move:
        match event:
            case Reply() if call.waits_for == "reply":
                return self._replied(call, event, book)
            case Recorded() if call.waits_for == "recording":
                return self._recorded(call, event, book)
            case Failed() if call.waits_for == "recording":
                call, say = book.say(call, NOT_SAVED)
                return Move(call, (say,), Onward(), "failed")
            case Silence() if call.waits_for == "answer":
                return Move(_left(call), to=Onward(), via="message")
            case _ if call.waits_for == "answer":
                return self._reviewed(call, event, book)
            case _:
                return Move(call)

    def _mailbox(self, company: Company) -> Mailbox:
        return company.mailboxes[self.voicemail]

    # --- taking it --------------------------------------------------------------------------------------------------

    def _greet(self, call: Call, book: FlowBook, which: str, recorded: str) -> Move:
        """The greeting as it was ``recorded`` by the mailbox's owner, else as it is written."""
        text = getattr(self._mailbox(book.company), which)
        file = recorded or (text if SOUND.fullmatch(text) else "")
        if not file:
            return self._record(call, book, text)
        return self._after_tone(call.said("ivr", "(the recorded greeting)"), book, Play(file))

    def _record(self, call: Call, book: FlowBook, text: str) -> Move:
        call, say = book.say(call, text)
        return self._after_tone(call, book, say)

    def _after_tone(self, call: Call, book: FlowBook, *lead: Action) -> Move:
        mailbox = self._mailbox(book.company)
        warning = book.translated(call, mailbox.warning)
        record = Record(
            self.voicemail,
            max_s=mailbox.max,
            silence_s=mailbox.silence,
            warn_s=mailbox.warn,
            warning=warning,
            language=call.language,
        )
        return Move(replace(call, waits_for="recording"), (*lead, record))

    def _recorded(self, call: Call, event: Recorded, book: FlowBook) -> Move:
        mailbox = self._mailbox(book.company)
        if event.duration_s > 0 and event.duration_s >= mailbox.min:
            call = call.set("voicemail", event.recording)
            if not mailbox.review or event.ended_by == "hangup":
                call, say = book.say(call, THANKS)
                return Move(call, (say,), Onward(), "message")
            return self._ask(replace(call.remember(urgent=False), outcome=LEFT, tries=Tries()), book)
        if not call.frame.memory.get("again"):
            return self._record(call.remember(again=True), book, NOTHING_HEARD)
        call, say = book.say(call, STILL_NOTHING)
        return Move(replace(call, outcome=""), (say,), Onward(), "no message")

    # --- what the caller makes of it --------------------------------------------------------------------------------

    def _question(self, call: Call) -> Question:
        if call.frame.memory.get("urgent"):
            return Question(ASK_AGAIN, "menu", PATIENCE, tuple(choice for choice in REVIEW if choice.name != MARK))
        return Question(ASK, "menu", PATIENCE, REVIEW)

    def _ask(self, call: Call, book: FlowBook, *lead: str) -> Move:
        return self._question(call).put(call, book, *lead)

    def _reviewed(self, call: Call, event: Event, book: FlowBook) -> Move:
        chosen = self._question(call).answer(call, event, book)
        if not isinstance(chosen, Chosen):
            return chosen if isinstance(chosen, Move) else self._ask(call, book)
        call = chosen.call
        if chosen.name == DONE:
            return Move(_left(call), to=Onward(), via="message")
        asked = Request("message", {"do": chosen.name, "id": call.variables.get("voicemail", "")})
        return Move(replace(call.remember(doing=chosen.name), waits_for="reply"), (asked,))

    def _replied(self, call: Call, reply: Reply, book: FlowBook) -> Move:
        doing = call.frame.memory.get("doing", "")
        file = str(reply.data.get("play", "")) if reply.ok else ""
        if not doing:
            return self._greet(call, book, str(call.frame.memory.get("which", EVERYDAY)), file)
        if not reply.ok or (doing == HEAR and not file):
            return self._ask(call, book, CANNOT)
        if doing == HEAR:
            asked = self._ask(call.said("ivr", "(the message)"), book)
            return replace(asked, actions=(Play(file), *asked.actions))
        if doing == MARK:
            return self._ask(call.remember(urgent=True), book, URGENT)
        call = replace(call.remember(again=False, urgent=False), outcome="")
        return self._record(call, book, ONCE_MORE)

    def exits(self) -> Iterator[Exit]:
        for label in ("message", "no message", "failed"):
            yield Exit(label, Onward(), ("voicemail",), trouble=label != "message")

    def asks(self, company: Company) -> Iterator[Patience]:
        mailbox = company.mailboxes.get(self.voicemail)
        if mailbox and mailbox.review:
            yield PATIENCE

    def prompts(self) -> Iterator[str]:
        yield from (THANKS, NOTHING_HEARD, STILL_NOTHING, NOT_SAVED)
        yield from (ONCE_MORE, URGENT, CANNOT, *ASK, *ASK_AGAIN)

    def uses(self) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
        yield "mailbox", self.voicemail, ("voicemail",)


def _greeting(mailbox: Mailbox, call: Call, book: FlowBook) -> str:
    """Which of its greetings is right now, by its key."""
    hours = book.skills.hours
    if mailbox.hours and mailbox.holiday and hours.is_holiday(mailbox.hours, call.now_s):
        return HOLIDAY
    if mailbox.hours and mailbox.closed and not hours.is_open(mailbox.hours, call.now_s):
        return CLOSED
    return EVERYDAY


def _left(call: Call) -> Call:
    """Done with the message: from here on the call is about something else."""
    return replace(call, outcome="")
