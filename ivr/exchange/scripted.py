"""A party that follows a script, by ear: it waits for its turn as a person does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from ivr.audio import AudioError, read_audio, tone
from ivr.exchange.clock import TICK_S
from ivr.exchange.ear import Ear
from ivr.exchange.network import Network
from ivr.exchange.party import Line
from ivr.exchange.plant import Plant
from ivr.exchange.reaction import Reaction
from ivr.exchange.script import Act, Script, ScriptError
from ivr.exchange.sounds import SILENCE, Tape, is_loud
from ivr.ports import OutsideError

KEY_S = 0.2
"""A key and the gap after it, on a telephone's keypad."""

BEEP_HZ, MAX_BEEP_S = 1000.0, 10.0
"""The tone after which an answering machine listens."""

HALF_SECOND_KEY = "w"


async def prepare(plant: Plant, script: Script) -> Mapping[Act, bytes]:
    """Make the sound of all acts before the call, so that nobody waits for a voice in the middle of it.

    Raises:
        ScriptError: a file or text that cannot be made into sound.
    """
    sounds: dict[Act, bytes] = {}
    for act in script.acts:
        try:
            if act.kind == "say":
                sounds[act] = await plant.speaking.pcm(act.say, act.voice)
            elif act.kind == "beep":
                sounds[act] = tone([BEEP_HZ], min(act.wait_s, MAX_BEEP_S))
            elif act.play is not None:
                with plant.clock.busy():
                    sounds[act] = await asyncio.to_thread(read_audio, act.play)
        except (AudioError, OutsideError) as error:
            raise ScriptError(str(error)) from error
    return sounds


class ScriptedParty:
    """One call of a scripted phone; ``calls`` says that the party has dialled (it does not answer, it waits)."""

    def __init__(self, plant: Plant, script: Script, sounds: Mapping[Act, bytes], *, calls: bool = False) -> None:
        self._plant, self._script, self._sounds = plant, script, sounds
        self._calls = calls
        self._ear = Ear()
        self._mouth: Tape | None = None
        self._line: Line | None = None
        self._task: asyncio.Task[None] | None = None
        self._tick = asyncio.Event()
        self._reaction = Reaction(self._ear)

    # --- the phone ---------------------------------------------------------------------------------------------

    def ring(self, line: Line) -> None:
        self._line = line
        if self._script.network is not None:
            line.connected_by(Network(self._script.network, "script"))
        self._task = self._plant.spawn(self._await_answer(line) if self._calls else self._react(line))

    async def _await_answer(self, line: Line) -> None:
        await self._plant.clock.sleep(max(TICK_S, self._script.linger_s))
        self._plant.timeline.note(line.sid, "gave up", act="ring")
        line.party_hangs_up()

    async def _react(self, line: Line) -> None:
        answering = self._script.answering
        if answering.status == "no-answer":
            return
        await self._plant.clock.sleep(max(TICK_S, answering.after_s))
        if answering.status == "answered":
            line.pick_up()
        else:
            line.turn_down(answering.status)

    def connected(self, line: Line) -> None:
        self._line = line
        if self._task:
            self._task.cancel()
        self._task = self._plant.spawn(self._perform(line))

    def ended(self, status: str) -> None:
        if self._task:
            self._task.cancel()

    # --- sound -------------------------------------------------------------------------------------------------

    def speak(self) -> bytes:
        frame = self._mouth.frame() if self._mouth and self._mouth.pending else SILENCE
        if is_loud(frame):
            self._reaction.sounds(self._plant.clock.now_s)
        return frame

    def hear(self, frame: bytes) -> None:
        line = self._line
        if line is None:
            return
        news = self._ear.hear(frame, pending=line.far_pending, is_turn=line.far_is_turn)
        if news:
            self._plant.timeline.note(line.sid, f"far end {news}")
        latency_s = self._reaction.hears(self._plant.clock.now_s)
        if latency_s is not None:
            self._plant.timeline.note(line.sid, "latency", latency_s=latency_s)
        self._tick.set()

    # --- the play ----------------------------------------------------------------------------------------------

    async def _perform(self, line: Line) -> None:
        before = ""
        for act in self._script.acts:
            if before != "pause" and not await self._cue(act):
                self._plant.timeline.note(line.sid, "gave up", act=act.kind)
                break
            await self._do(act, line)
            before = act.kind
        else:
            await self._plant.clock.sleep(max(TICK_S, self._script.linger_s))
        line.party_hangs_up()

    async def _cue(self, act: Act) -> bool:
        """Wait for the moment of ``act``; False when it does not come for as long as this party has patience."""
        if act.now:
            return True
        deadline = self._plant.clock.now_s + self._script.linger_s
        while self._plant.clock.now_s < deadline:
            if act.interrupt_s is not None and self._reaction.begun:
                await self._plant.clock.sleep(max(TICK_S, act.interrupt_s))
                return True
            if act.interrupt_s is None and self._ear.my_turn:
                return True
            self._tick.clear()
            await self._tick.wait()
        return False

    async def _do(self, act: Act, line: Line) -> None:
        clock = self._plant.clock
        if act.kind in {"say", "play", "beep", "press"}:
            self._reaction.begins()
        match act.kind:
            case "say" | "play" | "beep":
                await self._speak(act, line)
            case "press":
                await self._press(act.press, line)
            case "hang_up":
                self._plant.timeline.note(line.sid, "party hangs up")
                line.party_hangs_up()
            case _:
                await clock.sleep(max(TICK_S, act.wait_s))
                return
        self._ear.acted()
        self._reaction.ends(clock.now_s)

    async def _speak(self, act: Act, line: Line) -> None:
        self._plant.timeline.note(line.sid, act.kind + "s", text=act.say or str(act.play or ""))
        self._mouth = Tape(self._sounds[act])
        await self._mouth.finished
        self._plant.timeline.note(line.sid, "stops speaking")
        if act.say:
            line.said(act.say)

    async def _press(self, keys: str, line: Line) -> None:
        for key in keys:
            if key == HALF_SECOND_KEY:
                await self._plant.clock.sleep(0.5)
                continue
            self._plant.timeline.note(line.sid, "presses", key=key)
            self._reaction.sounds(self._plant.clock.now_s)
            line.press(key)
            await self._plant.clock.sleep(KEY_S)


class ScriptedPhone:
    """A phone whose calls follow one script after the other; the last one repeats."""

    def __init__(self, plant: Plant, scripts: Sequence[tuple[Script, Mapping[Act, bytes]]]) -> None:
        self._plant = plant
        self._scripts = list(scripts)

    def take_call(self) -> ScriptedParty:
        script, sounds = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        return ScriptedParty(self._plant, script, sounds)
