"""One call's sound: carries out actions on a media stream. No sockets in here: frames in, frames out.

The service sends a whole prompt at once; the carrier plays it in order and sends our mark back when it has been heard.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr import audio
from ivr.channels.listening import FRAME_S, NO_SPEECH, SPEECH, Listening
from ivr.channels.own_voice import OwnVoice
from ivr.flows.actions import Action, HangUp, Listen, Play, Record, Request, Say, Transfer
from ivr.flows.events import Event, Failed, Recorded
from ivr.ports import Ears, OutsideError, Prompts, Recordings, RecordingWriter, VoiceActivity
from ivr.understanding.answers import Answers

log = logging.getLogger(__name__)

ENOUGH = "Thank you, let me stop you there."
"""Said to who talks on and on, so that being cut off is not taken for a fault of the line."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mu-law to play after what is playing."""

    mulaw: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """Come back with ``name`` when everything before has been heard or cleared."""

    name: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Stop playing; forget what has not been played."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The stream has done its part: what follows is the carrier's to do."""


Output: TypeAlias = Sound | Mark | Clear | Leave


@dataclass(frozen=True, slots=True)
class Gear:
    """What a line needs from the process. ``ears`` is None when nothing can be recognised: keys still work."""

    prompts: Prompts
    ears: Ears | None
    make_activity: Callable[[], VoiceActivity] | None
    recordings: Recordings
    now: Callable[[], float]


@dataclass(slots=True)
class Message:
    """A message being recorded."""

    record: Record
    writer: RecordingWriter
    length_s: float = 0.0
    quiet_s: float = 0.0
    spoken: bool = False
    warned: bool = False


@dataclass(slots=True)
class PhoneLine:
    """The sound of call ``call_id``. ``perform`` takes actions; ``frame``, ``key``, ``marked`` give events."""

    call_id: str
    caller: str
    gear: Gear
    answers: Answers
    turn: int = 0
    received_frames: int = 0
    decoded_frames: int = 0
    broken: bool = False
    """Recognition broke, or a message cannot be written down: the call must go on without us."""
    answer_ended_at: float = 0.0
    """When (monotonic clock) the caller stopped speaking before the latest answer."""
    out: list[Output] = field(default_factory=list)
    _activity: VoiceActivity | None = None
    _listening: Listening | None = None
    _message: Message | None = None
    _last: Action | None = None
    _playing: bool = False
    _own: OwnVoice = field(default_factory=OwnVoice)
    _received_samples: int = 0
    _lead: str = ""

    def perform(self, turn: int, actions: Sequence[Action], lead: str = "") -> Event | None:
        """Begin what answers ``turn``; ``lead`` is said first. An event comes back at once only for failure."""
        self.turn, self._playing = turn, True
        self._listening, self._message, self._last = None, None, actions[-1] if actions else None
        lead, self._lead = lead or self._lead, ""
        spoken = (*((Say(lead),) if lead else ()), *actions)
        try:
            sounds = [self.gear.prompts.audio(action) for action in spoken if isinstance(action, Say | Play)]
        except OutsideError as error:
            # Without a voice the carrier can still speak: leaving makes it ask, and it is answered by its own verbs.
            log.warning("call %s: no sound for a prompt: %s", self.call_id, error)
            self.out.append(Leave())
            return Failed(self.gear.now(), "voice")
        self.out += [Sound(sound) for sound in sounds]
        self._own.says(b"".join(sounds), self._received_samples)
        if isinstance(self._last, Record):
            self.out.append(Sound(audio.mulaw_encode(audio.beep())))
        if isinstance(self._last, Listen):
            self._listening = self._listen(self._last)
        self.out.append(Mark(f"turn-{turn}"))
        return None

    def marked(self, name: str) -> Event | None:
        """The caller has heard everything up to mark ``name``."""
        if name != f"turn-{self.turn}" or not self._playing:
            return None
        self._playing = False
        match self._last:
            case Listen() if self._listening:
                self._listening.prompt_ended()
            case Record():
                return self._begin_message(self._last)
            case Transfer() | HangUp() | Request() | None:
                self.out.append(Leave())
            case _:
                pass
        return None

    @property
    def heard_out(self) -> bool:
        """True when the prompts of this turn have been heard to the end."""
        return not self._playing

    def frame(self, mulaw: bytes) -> Event | None:
        """20 ms from the caller."""
        self.received_frames += 1
        self._received_samples += len(mulaw)
        if self._message is not None:
            return self._record(audio.mulaw_decode(mulaw))
        if self._listening is None:
            return None
        before = self._listening.decoded_frames
        try:
            event = self._listening.frame(audio.mulaw_decode(mulaw))
        except Exception:  # whatever an engine raises: the operator is told, and the caller goes on without it
            log.exception("call %s: recognition broke", self.call_id)
            self.broken, self._listening = True, None
            return None
        self.decoded_frames += self._listening.decoded_frames - before
        self._after_listening(event)
        return event

    @property
    def received_s(self) -> float:
        """How much sound has come from the caller."""
        return self._received_samples / audio.RATE_HZ

    @property
    def urgent(self) -> bool:
        """Whether the next frame may end an answer: then it must not wait."""
        return self._listening is not None and self._listening.ending

    @property
    def recording(self) -> bool:
        """Whether the caller is leaving a message."""
        return self._message is not None

    @property
    def asking(self) -> bool:
        """Whether an answer is listened for."""
        return self._listening is not None

    def key(self, digit: str) -> Event | None:
        """The caller pressed a key."""
        if self._message is not None:
            return self._end_message("key") if digit in self._message.record.finish_keys else None
        if self._listening is None:
            return None
        event = self._listening.key(digit)
        self._after_listening(event)
        return event

    def gone(self) -> None:
        """The caller or the carrier hung up: what was said so far is kept.

        Listening knows this line, and the network it listens with takes 14 MB: that circle must not wait for Python's
        collector, which comes seldom, or every call needs a network of its own.
        """
        self._listening, self._activity = None, None
        if self._message is not None:
            self._message.writer.finish("hangup")
            self._message = None

    # --- listening --------------------------------------------------------------------------------------------------

    def _listen(self, listen: Listen) -> Listening:
        return Listening(listen, self.gear.ears, self._hearing(), self.answers, self.gear.now, self._is_echo)

    def _is_echo(self, pcm: bytes, ago_s: float) -> bool:
        return self._own.is_echo(pcm, self._received_samples - round(ago_s * audio.RATE_HZ))

    def _hearing(self) -> VoiceActivity | None:
        if self._activity is None and self.gear.make_activity is not None:
            self._activity = self.gear.make_activity()
        return self._activity

    def _after_listening(self, event: Event | None) -> None:
        if self._listening is None:
            return
        if self._listening.interrupted and self._playing:
            self._playing = False
            self._own.stops(self._received_samples)
            self.out.append(Clear())
        if event is not None:
            self._lead = ENOUGH if self._listening.cut else ""
            self.answer_ended_at = time.monotonic() - self._listening.ended_s
            self._listening = None

    # --- recording --------------------------------------------------------------------------------------------------

    def _begin_message(self, record: Record) -> Event | None:
        try:
            writer = self.gear.recordings.start(self.call_id, record.mailbox, self.caller, self.gear.now())
        except OutsideError as error:
            log.warning("call %s: cannot record, the carrier does: %s", self.call_id, error)
            self.broken = True
            return None
        self._message = Message(record, writer)
        return None

    def _record(self, pcm: bytes) -> Event | None:
        message = self._message
        if message is None:
            return None
        try:
            message.writer.write(pcm)
        except OutsideError as error:
            log.warning("call %s: its message goes on at the carrier: %s", self.call_id, error)
            self._end_message("failed")
            self.broken = True
            return None
        message.length_s += FRAME_S
        self._warn(message)
        activity = self._hearing()
        speech = activity.probability(pcm) if activity else 1.0
        message.spoken = message.spoken or speech >= SPEECH
        message.quiet_s = 0.0 if speech >= NO_SPEECH else message.quiet_s + FRAME_S
        if message.quiet_s >= message.record.silence_s:
            return self._end_message("silence")
        return self._end_message("limit") if message.length_s >= message.record.max_s else None

    def _warn(self, message: Message) -> None:
        """Say once that the end is near; the caller's own sound is recorded, so the warning is not in the message."""
        record = message.record
        if not record.warn_s or message.warned or message.length_s < record.max_s - record.warn_s:
            return
        message.warned = True
        try:
            sound = self.gear.prompts.audio(Say(record.warning, record.language)) if record.warning else b""
        except OutsideError as error:
            log.warning("call %s: no sound for a warning: %s", self.call_id, error)
            sound = b""
        self.out.append(Sound(sound or audio.mulaw_encode(audio.beep())))

    def _end_message(self, ended_by: str) -> Event | None:
        message, self._message = self._message, None
        if message is None:
            return None
        length_s = message.writer.finish(ended_by)
        return Recorded(self.gear.now(), message.writer.id, length_s if message.spoken else 0.0, ended_by)
