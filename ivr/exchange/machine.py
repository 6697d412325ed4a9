"""Who answered: a person, an answering machine or a fax, told as the carrier tells it, by the sound of the greeting.

People say a few words and wait; machines speak for long, and then there is a tone. Nothing is taken from scripts: a
scripted phone is a machine when it sounds like one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivr.exchange.clock import TICK_S
from ivr.exchange.sounds import is_loud

STEADY_S = 0.16
"""A pure tone this long is a machine's beep or a fax; vowels are neither so pure nor so steady (a guess: measure)."""
LEAST_TONE_HZ = 600
FAX_HZ = (1100, 2100)
"""What a calling and an answering fax whistle."""
_PURE = 0.95
"""The share of a frame's power that a pure tone has within 100 Hz of its peak."""
_BIN_HZ = 50
BEEP_WAIT_S = 2.0
"""After a machine's last word its beep is waited for this long (a guess: measure)."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How to find out, with the carrier's defaults, and who is told when the call does not wait for it."""

    message_end: bool = False
    timeout_s: float = 30.0
    speech_s: float = 2.4
    speech_end_s: float = 1.2
    silence_s: float = 5.0
    in_background: bool = False
    url: str = ""
    method: str = "POST"


class Listener:
    """Fed every frame of the party that answered; ``result`` is the carrier's word once it is known."""

    def __init__(self, detection: Detection) -> None:
        self._detection = detection
        self._ticks = self._first_loud = self._quiet = 0
        self._tone_hz = self._tone_ticks = 0
        self._machine = self._beeped = False
        self.result = ""

    @property
    def heard_s(self) -> float:
        """How long it has listened."""
        return self._ticks * TICK_S

    def hear(self, frame: bytes) -> None:
        """Take a frame in."""
        if self.result:
            return
        self._ticks += 1
        if is_loud(frame):
            self._first_loud, self._quiet = self._first_loud or self._ticks, 0
        else:
            self._quiet += 1
        self._hear_tone(_pure_tone_hz(frame) if not self._quiet else 0)
        self.result = self._fax() or (self._rest_of_message() if self._machine else self._who())

    def _hear_tone(self, hz: int) -> None:
        self._tone_ticks = self._tone_ticks + 1 if hz and abs(hz - self._tone_hz) <= _BIN_HZ else int(bool(hz))
        self._tone_hz = hz
        self._beeped = self._beeped or self._steady
        self._machine = self._machine or self._beeped

    @property
    def _steady(self) -> bool:
        return self._tone_ticks * TICK_S >= STEADY_S

    def _fax(self) -> str:
        return "fax" if self._steady and any(abs(self._tone_hz - hz) < _BIN_HZ for hz in FAX_HZ) else ""

    def _who(self) -> str:
        wanted, quiet_s = self._detection, self._quiet * TICK_S
        if self._first_loud and self.heard_s - self._first_loud * TICK_S - quiet_s >= wanted.speech_s:
            self._machine = True
            return self._rest_of_message()
        if self._first_loud and quiet_s >= wanted.speech_end_s:
            return "human"
        if self.heard_s >= wanted.timeout_s or (not self._first_loud and quiet_s >= wanted.silence_s):
            return "unknown"
        return ""

    def _rest_of_message(self) -> str:
        wanted = self._detection
        if not wanted.message_end:
            return "machine_start"
        if self._beeped and not self._tone_ticks:
            return "machine_end_beep"
        if self._quiet * TICK_S >= wanted.speech_end_s + BEEP_WAIT_S:
            return "machine_end_silence"
        return "machine_end_other" if self.heard_s >= wanted.timeout_s else ""


def _pure_tone_hz(frame: bytes) -> int:
    """The frequency of a frame that is one tone; 0 for anything else."""
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float64)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    peak = int(power.argmax())
    near = power[max(0, peak - 2) : peak + 3].sum()
    return peak * _BIN_HZ if peak * _BIN_HZ >= LEAST_TONE_HZ and near > _PURE * power.sum() else 0
