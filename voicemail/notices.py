"""Tells people of a message: by e-mail, text or webhook, as its mailbox says. One errand of the outbox each.

What is told is put together when it is sent, from the message as it is then: the outbox keeps no transcript, and a
message that was deleted meanwhile is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ivr.outbox import Errand, Outbox, Sender
from ivr.ports import OutsideError
from voicemail.mailbox import Message, State, message_to_json
from voicemail.store import Voicemails

MOST_ATTACHED_BYTES = 10 * 1024 * 1024
"""About 11 minutes; mail servers refuse more than some 20 MB, and attachments grow by a third on the way."""

MOST_TEXT = 300
"""Letters of a text: two parts of an SMS."""

NOT_WRITTEN_DOWN = "It could not be written down; listen to it."
NOT_YET = "It is not written down yet."


class Told(Protocol):
    """Whom a mailbox tells (see ``ivr.flows.told``)."""

    email: str
    attach: bool
    sms: str
    webhook: str

    @property
    def ways(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where the company is: its messages are on a page, its times are local."""

    page_url: str
    timezone: str


class Posts(Protocol):
    """How things are sent. Each raises ``OutsideError``; ``key`` is the same when the same is sent again."""

    def email(self, key: str, to: str, subject: str, text: str, sound: bytes | None) -> None: ...

    def sms(self, key: str, to: str, text: str, call_id: str) -> None: ...

    def webhook(self, key: str, url: str, data: Mapping[str, Any]) -> None: ...


class Notices:
    """Sends what is to be told of messages."""

    def __init__(
        self,
        store: Voicemails,
        outbox: Outbox,
        mailbox: Callable[[str], Told | None],
        place: Callable[[], Place],
        posts: Posts,
    ) -> None:
        """``mailbox`` is None for one that the flow file does not have any more."""
        self._store = store
        self._outbox = outbox
        self._mailbox = mailbox
        self._place = place
        self._posts = posts

    @property
    def senders(self) -> Mapping[str, Sender]:
        """By the kinds of their errands."""
        return {
            "message": self.tell,
            "message email": self._email,
            "message sms": self._sms,
            "message webhook": self._webhook,
        }

    def tell(self, errand: Errand) -> None:
        """A message is ready: an errand for each way that its mailbox has, so that one that fails holds up no other."""
        message, told = self._wanted(errand)
        if message is None or told is None:
            return
        for way in told.ways:
            self._outbox.put(Errand(f"{errand.key}-{way}", f"message {way}", {"id": message.id}, message.id))

    def _email(self, errand: Errand) -> None:
        message, told = self._wanted(errand)
        if message is None or told is None or not told.email:
            return
        sound = self._sound(message) if told.attach else None
        place = self._place()
        text = text_of(message, place, has_sound=sound is not None)
        self._posts.email(errand.key, told.email, subject_of(message), text, sound)

    def _sms(self, errand: Errand) -> None:
        message, told = self._wanted(errand)
        if message is not None and told is not None and told.sms:
            self._posts.sms(errand.key, told.sms, short_of(message), message.call_id)

    def _webhook(self, errand: Errand) -> None:
        message, told = self._wanted(errand)
        if message is not None and told is not None and told.webhook:
            data = {**message_to_json(message), "page": link_to(message, self._place())}
            self._posts.webhook(errand.key, told.webhook, data)

    def _wanted(self, errand: Errand) -> tuple[Message | None, Told | None]:
        message = self._store.message(str(errand.data["id"]))
        if message is None or message.state is State.EMPTY:
            return None, None
        return message, self._mailbox(message.mailbox)

    def _sound(self, message: Message) -> bytes | None:
        path = self._store.sound(message)
        if path is None:
            return None
        try:
            return path.read_bytes() if path.stat().st_size <= MOST_ATTACHED_BYTES else None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OutsideError(f"the sound of {message.id} cannot be read: {error.strerror}", retry=True) from error


def subject_of(message: Message) -> str:
    """What the e-mail is about."""
    urgent = "Urgent: " if message.urgent else ""
    return f"{urgent}Message for {message.mailbox} from {message.caller or 'a hidden number'} ({_length(message)})"


def text_of(message: Message, place: Place, *, has_sound: bool) -> str:
    """The e-mail."""
    when = datetime.fromtimestamp(message.at_s, ZoneInfo(place.timezone)).strftime("%A, %d %B %Y, %H:%M %Z")
    sound = "The sound is attached. " if has_sound else ""
    return (
        f"{message.caller or 'Somebody with a hidden number'} left a message for {message.mailbox}.\n"
        f"{when}, {_length(message)} long.\n\n{_words(message)}\n\n{_picked_out(message)}"
        f"{sound}The message: {link_to(message, place)}\n"
    )


def short_of(message: Message) -> str:
    """The text message."""
    whole = f"{subject_of(message)}: {_words(message)}"
    return whole if len(whole) <= MOST_TEXT else f"{whole[: MOST_TEXT - 3].rstrip()}..."


def link_to(message: Message, place: Place) -> str:
    """The page of messages, at this one."""
    return f"{place.page_url}/voicemail/{message.id}"


def _words(message: Message) -> str:
    if message.text:
        return f'"{message.text}"'
    match message.state:
        case State.FAILED:
            return NOT_WRITTEN_DOWN
        case State.TRANSCRIBED:
            return "No words were recognised."
        case _:
            return NOT_YET


def _picked_out(message: Message) -> str:
    """What the machine takes the message to say; the line is not there when that is nothing."""
    found = {"name": message.caller_name, "number": message.number_named, "topic": message.topic}
    told = "; ".join(f"{what}: {said}" for what, said in found.items() if said)
    return f"Picked out by the machine: {told}.\n\n" if told else ""


def _length(message: Message) -> str:
    seconds = round(message.duration_s)
    return f"{seconds // 60}:{seconds % 60:02}"
