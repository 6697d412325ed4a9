"""The carrier's dialect: actions become TwiML. Pure: plain values in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from ivr.channels.carriers.keys_help import keys_help
from ivr.flows.actions import Action, HangUp, Listen, Play, Record, Request, Say, Transfer

HEADER = '<?xml version="1.0" encoding="UTF-8"?>'
MAX_HINTS = 500
MAX_HINT_LENGTH = 100
MAX_SAY = 4096
"""Limits of the carrier: hints of a Gather, characters of a Say with a basic voice."""
MAX_SPOKEN_BYTES, MAX_HINTS_BYTES = 24 * 1024, 16 * 1024
"""Of what is said in one document and of its hints: a document of more than 64 KB would be refused as a whole."""
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters no XML document may hold, however they are written: one would cost the caller the whole answer."""
SORRY = "Sorry, something went wrong. Please call again later. Goodbye."
ONE_MOMENT = "One moment, please."


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the carrier finds us. ``public_url`` is http(s) without a slash at the end."""

    public_url: str

    @property
    def incoming(self) -> str:
        return f"{self.public_url}/voice/incoming"

    def turn(self, call: str, turn: int) -> str:
        return f"{self.public_url}/voice/turn/{quote(call, safe='')}/{turn}"

    def resume(self, call: str) -> str:
        return f"{self.public_url}/voice/resume/{quote(call, safe='')}"

    def called_wait(self, promise: str) -> str:
        return f"{self.public_url}/agent/called-wait/{quote(promise, safe='')}"

    def room_events(self, transfer: str) -> str:
        return f"{self.public_url}/agent/room/{quote(transfer, safe='')}"

    def prompt(self, file: str) -> str:
        return f"{self.public_url}/voice/prompt/{quote(file, safe='')}"

    def recording(self, call: str, mailbox: str) -> str:
        """Told again up to five times when we cannot take it (the part behind ``#`` is for the carrier)."""
        return f"{self.public_url}/voice/recording/{quote(call, safe='')}/{quote(mailbox, safe='')}#rc=5&rp=all"

    def wait(self, call: str, turn: int) -> str:
        return f"{self.public_url}/voice/wait/{quote(call, safe='')}/{turn}"

    @property
    def music(self) -> str:
        return f"{self.public_url}/voice/media/hold.wav"

    @property
    def hold(self) -> str:
        return f"{self.public_url}/voice/hold"

    @property
    def stream(self) -> str:
        scheme, _, rest = self.public_url.partition("://")
        return f"{'wss' if scheme == 'https' else 'ws'}://{rest}/voice/stream"


def document(*verbs: str) -> str:
    """A TwiML document."""
    return f"{HEADER}<Response>{_NOT_XML.sub(' ', ''.join(verbs))}</Response>"


def say(text: str, language: str = "en-US") -> str:
    """A sentence spoken by the carrier."""
    text = _NOT_XML.sub(" ", text[:MAX_SAY]).strip()
    return f"<Say language={quoteattr(language)}>{escape(text)}</Say>" if text else ""


def fitting(verbs: Iterable[str]) -> str:
    """The ``verbs`` but what is said or played beyond what a document holds: nobody listens for so long."""
    kept, bytes_left = [], MAX_SPOKEN_BYTES
    for verb in verbs:
        if verb.startswith(("<Say", "<Play")):
            bytes_left -= len(verb.encode("utf-8", "replace"))
            if bytes_left < 0:
                continue
        kept.append(verb)
    return "".join(kept)


def sorry() -> str:
    """The last word when nothing else is left."""
    return document(say(SORRY), "<Hangup/>")


def busy() -> str:
    """A call that is not taken: nothing is heard but the busy tone, and nothing is billed."""
    return document('<Reject reason="busy"/>')


def one_moment(url: str, lead: str = "", *, first: bool) -> str:
    """Have the caller wait and ask ``url`` then; the ``first`` time with a word, as silence drives people off."""
    return document(
        lead,
        say(ONE_MOMENT) if first else "",
        '<Pause length="2"/>',
        f'<Redirect method="POST">{escape(url)}</Redirect>',
    )


def stream(urls: Urls, call: str, turn: int) -> str:
    """Hand the sound to our socket; when it closes, for whatever reason, ask how to go on."""
    parameters = f'<Parameter name="call" value={quoteattr(call)}/><Parameter name="turn" value="{turn}"/>'
    return document(
        f"<Connect><Stream url={quoteattr(urls.stream)}>{parameters}</Stream></Connect>",
        f'<Redirect method="POST">{escape(urls.resume(call))}</Redirect>',
    )


def room(urls: Urls, call: str, turn: int, transfer: str, name: str, lead: str = "") -> str:
    """The caller meets an agent in a conference, with music until somebody is there, after the verbs of ``lead``.

    What comes after is asked at the turn's address.
    """
    conference = (
        f'<Conference beep="false" startConferenceOnEnter="true" endConferenceOnExit="true" waitMethod="POST" '
        f"waitUrl={quoteattr(urls.hold)} statusCallback={quoteattr(urls.room_events(transfer))} "
        f'statusCallbackEvent="start join leave end">{escape(name)}</Conference>'
    )
    return document(lead, f'<Dial action={quoteattr(urls.turn(call, turn))} method="POST">{conference}</Dial>')


def in_line(urls: Urls, again: str, text: str, language: str = "en-US", *, keys: bool = False) -> str:
    """The caller hears ``text`` and music in line, then asks ``again``; with ``keys`` one is listened for."""
    heard = say(text, language) + f"<Play>{escape(urls.music)}</Play>"
    if keys:
        attributes = {"input": "dtmf", "numDigits": "1", "timeout": "1", "finishOnKey": "", "action": again}
        heard = f"<Gather {_attributes(attributes)}>{heard}</Gather>"
    return ask_again(again, heard)


def ask_again(url: str, lead: str = "") -> str:
    """After the verbs of ``lead`` the call goes on at ``url``."""
    return document(lead, f'<Redirect method="POST">{escape(url)}</Redirect>')


def agent_room(name: str, room_events: str, lead: str = "", then: str = "") -> str:
    """An end of the conference where nobody stays alone: it ends when either goes. ``then`` is asked after it.

    Who comes first, caller or agent, is not known, and the carrier reports by what the first one's document says.
    """
    conference = (
        f'<Conference beep="false" endConferenceOnExit="true" waitUrl="" statusCallback={quoteattr(room_events)} '
        f'statusCallbackEvent="start join leave end">{escape(name)}</Conference>'
    )
    action = f" action={quoteattr(then)}" if then else ""
    return document(lead, f"<Dial{action}>{conference}</Dial>", "<Hangup/>")


def guest_room(name: str, *, muted: bool, coaches: str) -> str:
    """The end of somebody who comes to the caller later: the room goes on when they leave."""
    attributes = {"beep": "false", "endConferenceOnExit": "false", "muted": "true" if muted else "false"}
    if coaches:
        attributes["coach"] = coaches
    return document(f"<Dial><Conference {_attributes(attributes)}>{escape(name)}</Conference></Dial>", "<Hangup/>")


def one_key(text: str, action: str, wait_s: int) -> str:
    """Say ``text`` and post one key, or nothing, to ``action``."""
    attributes = {
        "input": "dtmf",
        "numDigits": "1",
        "timeout": str(wait_s),
        "finishOnKey": "",
        "actionOnEmptyResult": "true",
        "action": action,
    }
    return document(f"<Gather {_attributes(attributes)}>{say(text)}</Gather>", "<Hangup/>")


def outside(urls: Urls, call: str, turn: int, number: str, caller_id: str, ring_s: float, lead: str = "") -> str:
    """The caller is put through to a telephone number, after the verbs of ``lead``."""
    return document(
        lead,
        f'<Dial action={quoteattr(urls.turn(call, turn))} method="POST" timeout="{round(ring_s)}" '
        f"callerId={quoteattr(caller_id)}><Number>{escape(number)}</Number></Dial>",
    )


@dataclass(frozen=True, slots=True)
class ByCarrier:
    """Speaks and listens with the carrier's own verbs: by keys, and by speech where ``speech`` is true."""

    urls: Urls
    call: str
    turn: int
    speech: bool = False

    def write(self, actions: Sequence[Action]) -> str:
        """TwiML for ``actions``."""
        return document(self.verbs(actions))

    def verbs(self, actions: Sequence[Action]) -> str:
        """The verbs for ``actions``, all but a Transfer."""
        return fitting(self._verb(action, actions) for action in actions)

    def _verb(self, action: Action, actions: Sequence[Action]) -> str:
        asked = any(isinstance(one, Listen) for one in actions)
        match action:
            case Say(text, language):
                return "" if asked else say(text, language)
            case Play(file):
                return "" if asked else f"<Play>{escape(self.urls.prompt(file))}</Play>"
            case Listen():
                return self._gather(action, actions)
            case Record(mailbox, max_s=max_s, silence_s=silence_s, finish_keys=keys):
                return (
                    f'<Record action={quoteattr(self._next)} method="POST" maxLength="{round(max_s)}" '
                    f'timeout="{round(silence_s)}" finishOnKey={quoteattr(keys)} playBeep="true" '
                    f"recordingStatusCallback={quoteattr(self.urls.recording(self.call, mailbox))}/>"
                    # An empty recording does not ask its action: the next verb runs.
                    f'<Redirect method="POST">{escape(self._next)}</Redirect>'
                )
            case Request():
                return f'<Pause length="1"/><Redirect method="POST">{escape(self.urls.resume(self.call))}</Redirect>'
            case HangUp():
                return "<Hangup/>"
            case Transfer():
                return ""  # written by ``room`` or ``outside``, which get the other verbs as their lead
            case _:
                assert_never(action)

    @property
    def _next(self) -> str:
        return self.urls.turn(self.call, self.turn)

    def _gather(self, listen: Listen, actions: Sequence[Action]) -> str:
        """A question. Silence is posted too (``actionOnEmptyResult``), so there is one way on."""
        unasked = ByCarrier(self.urls, self.call, self.turn)
        spoken = fitting(unasked._verb(one, ()) for one in actions if one != listen)
        language = next((one.language for one in actions if isinstance(one, Say)), "en-US")
        attributes = {
            "input": "dtmf speech" if self.speech else "dtmf",
            "action": self._next,
            "method": "POST",
            "timeout": str(max(1, round(listen.wait_s))),
            "actionOnEmptyResult": "true",
            "finishOnKey": _finish_key(listen),
        }
        if listen.max_keys:
            attributes["numDigits"] = str(listen.max_keys)
        if self.speech:
            attributes |= {"speechTimeout": "auto", "language": language, "hints": _hints(listen)}
        else:
            asked = [one.text for one in actions if isinstance(one, Say)]
            spoken += say(keys_help(listen.choices, asked[-1] if asked else ""), language)
        return f"<Gather {_attributes(attributes)}>{spoken}</Gather>"


def _finish_key(listen: Listen) -> str:
    """The key that only ends an answer; alone it means nothing, as it may belong to the answer before."""
    means_something = any(choice.key == listen.finish_key for choice in listen.choices)
    return "" if listen.max_keys == 1 and means_something else listen.finish_key


def _hints(listen: Listen) -> str:
    phrases = [phrase for choice in listen.choices for phrase in (choice.name, *choice.phrases)]
    short = [phrase.replace(",", " ") for phrase in (*phrases, *listen.words) if len(phrase) <= MAX_HINT_LENGTH]
    kept, bytes_left = [], MAX_HINTS_BYTES
    for phrase in dict.fromkeys(short[:MAX_HINTS]):
        bytes_left -= len(quoteattr(phrase).encode("utf-8", "replace"))
        if bytes_left < 0:
            break
        kept.append(phrase)
    return ",".join(kept)


def _attributes(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())
