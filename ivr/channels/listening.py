"""Hears one answer: sound and keys in, one event out. Counts time in sound, never in seconds of a clock.

Recognition is what a call costs, so nothing is decoded before voice activity says that somebody speaks. After a short
pause a closed answer is decoded to its end: if it is complete it is taken, otherwise the caller gets time to go on, and
what was said so far is decoded again together with the rest. A decoder that is not ended keeps the last word to itself
for a quarter of a second, which callers would hear as a pause; decoding a few words twice costs a hundredth of that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ivr import audio
from ivr.flows.actions import Listen
from ivr.flows.events import Heard, Pressed, Silence
from ivr.ports import Ears, Hearing, Recognizer, VoiceActivity
from ivr.understanding.answers import Answers
from ivr.understanding.wording import UNKNOWN

FRAME_S = 0.02
FRAME_BYTES = 320
SPEECH = 0.5
NO_SPEECH = 0.35
"""Silero's usual thresholds with hysteresis: speech begins above the first and ends below the second."""
FALLEN_DB = 14.0
FALLEN_S = 0.2
LOUD_FRAMES = 5
"""An answer is as loud as the last of its so many loudest frames (0.1 s, so that a bump of the handset is none); sound
so far below is not the caller any more, though it may be speech: others talk in the same room. With talk 20 dB below,
"no" was heard in 2 of 12 synthetic trials without this and in 12 with it. It has to stay so for a while: last syllables
fade, too; taken at once, 5 of 36 ZIP codes with a pause inside were cut off. Where nobody else talks, voice activity is
the first to find the end."""
PRE_ROLL = 20
"""Frames kept from before speech was noticed (0.4 s), so that no first sound is lost."""
COMPLETE_S = 0.2
"""Silence after a complete answer to a closed question."""
UNFINISHED_S = 0.8
FREE_S = 1.0
"""Silence after an unfinished closed answer, and after free speech."""
LONGEST_S = 20.0
"""Talk is cut here: no answer to a question is longer."""
BETWEEN_KEYS_S = 3.0
LONE_COMMAND_S = 1.5
"""How long more keys may take; less when the key so far is a command by itself."""
LOOK_EVERY = 5
"""Frames between looks at the partial result during a prompt (0.1 s)."""
SURE_FRAMES = 3
"""Frames of speech in a row that begin an utterance (two windows of voice activity): one alone may be a click."""


@dataclass(slots=True)
class Listening:
    """One question's ear. Feed every 20 ms frame; :meth:`frame` and :meth:`key` return the answer when there is one."""

    listen: Listen
    ears: Ears | None
    activity: VoiceActivity | None
    answers: Answers
    now: Callable[[], float]
    is_echo: Callable[[bytes, float], bool] = lambda _pcm, _ago_s: False
    """Whether sound that ended so many seconds ago is our own prompt, given back by the line."""
    prompt_playing: bool = True
    interrupted: bool = False
    decoded_frames: int = 0
    ended_s: float = 0.0
    """Silence at the end of the answer: how long ago the caller stopped when it was taken."""
    cut: bool = False
    """The caller was still talking when the answer was taken."""
    _recent: deque[bytes] = field(default_factory=lambda: deque(maxlen=PRE_ROLL))
    _recognizer: Recognizer | None = None
    _utterance: bytearray = field(default_factory=bytearray)
    _unfinished: Hearing | None = None
    _keys: str = ""
    _waited_s: float = 0.0
    _spoke_s: float = 0.0
    _quiet_s: float = 0.0
    _loud_frames: int = 0
    _frames: int = 0
    _loudest: list[float] = field(default_factory=list)
    _fallen_s: float = 0.0

    @property
    def ending(self) -> bool:
        """Whether the caller pauses, so that any frame may be the end of the answer."""
        return bool(self._utterance) and self._quiet_s > 0.0

    def prompt_ended(self) -> None:
        """From now on silence counts."""
        self.prompt_playing = False

    def key(self, digit: str) -> Pressed | None:
        """The caller pressed a key: it stops the prompt and whatever was being said."""
        if digit == self.listen.finish_key and not self._keys and not self._is_command(digit):
            return None  # it belongs to the answer before, which was long enough without it
        self.interrupted = self.interrupted or self.prompt_playing
        self.prompt_playing = False
        self._forget()
        self._waited_s = 0.0
        if digit == self.listen.finish_key and self._keys:
            return self._pressed()
        self._keys += digit
        if self._is_command(digit) and not digit.isdigit():
            return self._pressed()
        return self._pressed() if self.listen.max_keys and len(self._keys) >= self.listen.max_keys else None

    def frame(self, pcm: bytes) -> Heard | Pressed | Silence | None:
        """20 ms of the caller's sound."""
        if not self.prompt_playing:
            self._waited_s += FRAME_S
        if self._keys:
            limit_s = LONE_COMMAND_S if len(self._keys) == 1 and self._is_command(self._keys) else BETWEEN_KEYS_S
            return self._pressed() if self._waited_s >= limit_s else None
        if self.ears is None or self.activity is None or self._deaf():
            return self._silence()
        speech = self.activity.probability(pcm)
        if not self._utterance:
            return self._before_speech(pcm, speech, self.ears)
        return self._in_speech(pcm, speech, self.ears)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _deaf(self) -> bool:
        """During a prompt that speech cannot interrupt nothing is heard, and nothing decoded."""
        return self.prompt_playing and self.listen.barge_in in {"never", "keys"}

    def _is_command(self, keys: str) -> bool:
        return any(choice.key == keys for choice in self.listen.choices)

    def _pressed(self) -> Pressed:
        return Pressed(self.now(), self._keys)

    def _silence(self) -> Silence | None:
        return Silence(self.now()) if self._waited_s >= self.listen.wait_s and not self.prompt_playing else None

    def _before_speech(self, pcm: bytes, speech: float, ears: Ears) -> Silence | None:
        self._recent.append(pcm)
        self._loud_frames = self._loud_frames + 1 if speech >= SPEECH else 0
        if self._loud_frames < SURE_FRAMES:
            return self._silence()
        self._spoke_s, self._quiet_s, self._frames = 0.0, 0.0, 0
        self._utterance += b"".join(self._recent)
        self._recent.clear()
        self._decode_utterance(ears)
        return None

    def _in_speech(self, pcm: bytes, speech: float, ears: Ears) -> Heard | None:
        self._utterance += pcm
        self._frames += 1
        self._spoke_s += FRAME_S
        speaks = speech >= NO_SPEECH and not self._fallen(pcm)
        self._quiet_s = 0.0 if speaks else self._quiet_s + FRAME_S
        if self._unfinished is None:
            return self._going_on(pcm, ears)
        if self._quiet_s == 0.0:
            self._unfinished = None
            self._decode_utterance(ears)
            return None
        return self._take(self._unfinished) if self._quiet_s >= UNFINISHED_S else None

    def _fallen(self, pcm: bytes) -> bool:
        """Whether this is much quieter than the answer so far."""
        level_db = audio.level_db(pcm)
        self._loudest = sorted((*self._loudest, level_db), reverse=True)[:LOUD_FRAMES]
        quiet = len(self._loudest) == LOUD_FRAMES and level_db < self._loudest[-1] - FALLEN_DB
        self._fallen_s = self._fallen_s + FRAME_S if quiet else 0.0
        return self._fallen_s >= FALLEN_S

    def _decode_utterance(self, ears: Ears) -> None:
        """Begin, or begin again, with all that was said so far."""
        self._recognizer = ears.listen(self.answers.grammar(self.listen))
        self._recognizer.accept(bytes(self._utterance))
        self.decoded_frames += len(self._utterance) // FRAME_BYTES

    def _surest(self, hearing: Hearing, ears: Ears) -> Hearing:
        """A row of digits that may be misheard is heard again; of complete answers the surest counts."""
        hearings = [hearing]
        for phrases in self.answers.other_grammars(self.listen, hearing.text):
            again = ears.listen(phrases)
            again.accept(bytes(self._utterance))
            self.decoded_frames += len(self._utterance) // FRAME_BYTES
            hearings.append(again.final())
        complete = [one for one in hearings if self.answers.finished(self.listen, one.text)]
        return max(complete, key=lambda one: one.confidence, default=hearing)

    def _heard_freely(self, held: Hearing, ears: Ears) -> Hearing:
        """What is heard without a grammar; what the grammar made of it comes along as other hearings."""
        again = ears.listen(None)
        again.accept(bytes(self._utterance))
        self.decoded_frames += len(self._utterance) // FRAME_BYTES
        free = again.final()
        heard = dict.fromkeys((held.text, *held.alternatives))
        others = tuple(text for text in heard if text != free.text and UNKNOWN not in text)
        return replace(free, alternatives=others) if free.text else held

    def _going_on(self, pcm: bytes, ears: Ears) -> Heard | None:
        if self._recognizer is None:
            return None
        self._recognizer.accept(pcm)
        self.decoded_frames += 1
        if self.prompt_playing and self._frames % LOOK_EVERY == 0:
            self._maybe_interrupt(self._recognizer.partial())
            if not self._utterance:
                return None
        pause_s = COMPLETE_S if self.listen.closed else FREE_S
        if self._quiet_s < pause_s and self._spoke_s < LONGEST_S:
            return None
        hearing = self._surest(self._recognizer.final(), ears)
        self._recognizer = None
        if self.prompt_playing:
            self._maybe_interrupt(hearing.text)
        if not self.prompt_playing and self.answers.doubtful(self.listen, hearing):
            hearing = self._heard_freely(hearing, ears)
        whole = not self.listen.closed or self.answers.finished(self.listen, hearing.text)
        self.cut = self._spoke_s >= LONGEST_S
        if whole or self.cut:
            return self._take(hearing)
        self._unfinished = hearing
        return None

    def _maybe_interrupt(self, text: str) -> None:
        if not text or not self.answers.interrupts(self.listen, text):
            return
        if self._echoed():
            self._forget()
        else:
            self.prompt_playing, self.interrupted = False, True

    def _take(self, hearing: Hearing) -> Heard | None:
        """The answer, unless it is nothing: a cough, our own echo, or talk over the prompt that is no answer."""
        self.ended_s = self._quiet_s
        nothing = self.prompt_playing or not hearing.text or self._echoed()
        self._forget()
        if nothing:
            return None
        return Heard(self.now(), hearing.text, hearing.confidence, hearing.alternatives, hearing.words)

    def _echoed(self) -> bool:
        """Whether what was said last is our own prompt; the line gives its end back when it is over."""
        quiet = round(self._quiet_s / FRAME_S) * FRAME_BYTES
        return self.is_echo(bytes(self._utterance[: len(self._utterance) - quiet]), self._quiet_s)

    def _forget(self) -> None:
        """Ready for the next utterance."""
        self._recognizer, self._unfinished, self._loud_frames = None, None, 0
        self._loudest.clear()
        self._fallen_s = 0.0
        self._utterance.clear()
        self._recent.clear()
