"""The trials: every phrase of a menu, spoken by each voice over each line, heard as a call hears it.

What was heard is kept by content (phrase, question, model, voices, the program itself), so that a second look
costs nothing. What it *means* is never kept: that is asked anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ivr import audio
from ivr.channels.listening import FRAME_BYTES, Listening
from ivr.confusions.line import LINES, Line, over
from ivr.confusions.menus import FOREIGN, Menu, Utterance
from ivr.confusions.speakers import RATES_WPM, Speakers
from ivr.flows.events import Heard, event_from_json, event_to_json
from ivr.flows.skills import Kind
from ivr.ports import Ears, VoiceActivity
from ivr.understanding.answers import Answers

BEFORE_S = 0.4
AFTER_S = 3.0
"""The line goes on after the last word, for as long as any answer may take to be found complete."""
VERSION = 1
HEARING = ("audio.py", "channels/listening.py", "confusions", "speech", "understanding")
"""The parts of the program that what is heard depends on."""
IVR = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Trial:
    """Who speaks, how fast, over which line."""

    voice: str
    rate_wpm: int
    line: Line


Held = tuple[Trial, Heard | None]
"""A trial, and what was heard in it."""


def trials(voices: Sequence[str], *, thorough: bool = False, lines: Sequence[Line] = LINES) -> tuple[Trial, ...]:
    """Each voice over each line, at a rate that takes turns; when ``thorough`` at every rate."""
    return tuple(
        Trial(voice, rate, line)
        for number, voice in enumerate(voices)
        for other, line in enumerate(lines)
        for rate in (RATES_WPM if thorough else (RATES_WPM[(number + other) % len(RATES_WPM)],))
    )


@dataclass(slots=True)
class Booth:
    """Where trials are held. ``model`` is the folder of the recogniser's model, ``folder`` where results are kept."""

    ears: Ears
    make_activity: Callable[[], VoiceActivity]
    kinds: Mapping[str, Kind]
    speakers: Speakers
    model: Path
    folder: Path
    seed: int = 1
    babble: bytes = b""

    def hear(self, menu: Menu, plan: Sequence[Trial]) -> Iterator[tuple[Utterance, list[Held]]]:
        """Each utterance of ``menu`` with what was heard in each trial, as they get ready; on all cores.

        Of what is meant for nobody every second trial is enough: it counts all together.
        """
        if any(trial.line.noise == "babble" for trial in plan) and not self.babble:
            self.babble = self.speakers.babble()
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            jobs = []
            for one in menu.utterances:
                some = plan if one.choice != FOREIGN else plan[::2]
                jobs.append((one, some, pool.submit(self._heard, menu, one, some)))
            try:
                for utterance, some, job in jobs:
                    yield utterance, list(zip(some, job.result(), strict=True))
            finally:
                pool.shutdown(cancel_futures=True)

    def _heard(self, menu: Menu, said: Utterance, plan: Sequence[Trial]) -> list[Heard | None]:
        file = self._file(menu, said, plan)
        kept = _kept(file, len(plan))
        if kept is None:
            kept = [self._one(menu, said, trial) for trial in plan]
            _keep(file, kept)
        return kept

    def _one(self, menu: Menu, said: Utterance, trial: Trial) -> Heard | None:
        """One trial: a caller's answer once the prompt is over."""
        rng = np.random.default_rng(_number(self.seed, said.text, trial.voice, trial.rate_wpm, trial.line.name))
        speech = self.speakers.says(said.text, trial.voice, trial.rate_wpm)
        sound = over(trial.line, audio.silence(BEFORE_S) + speech + audio.silence(AFTER_S), self.babble, rng)
        listening = Listening(menu.listen, self.ears, self.make_activity(), Answers(self.kinds), lambda: 0.0)
        listening.prompt_ended()
        for at in range(0, len(sound) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES):
            event = listening.frame(sound[at : at + FRAME_BYTES])
            if isinstance(event, Heard):
                return event
        return None

    def _file(self, menu: Menu, said: Utterance, plan: Sequence[Trial]) -> Path:
        content = {
            "said": said.text,
            "listen": asdict(menu.listen),
            "grammar": Answers(self.kinds).grammar(menu.listen),
            "plan": [asdict(trial) for trial in plan],
            "seed": self.seed,
            "model": _model(self.model),
            "program": _program(),
        }
        key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.json"


def _number(*parts: object) -> int:
    """A seed made of ``parts``, the same in every process."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:8], "big")


@cache
def _model(folder: Path) -> list[Any]:
    """What a model is, without reading all of it: its files and their sizes."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return [folder.name, *([str(one.relative_to(folder)), one.stat().st_size] for one in files)]


@cache
def _program() -> str:
    """The source that hearing depends on."""
    digest = hashlib.sha256(str(VERSION).encode())
    for name in HEARING:
        path = IVR / name
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _kept(file: Path, count: int) -> list[Heard | None] | None:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
        found = [None if one is None else event_from_json(one) for one in read]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, or damaged: heard again
    heard = [one for one in found if one is None or isinstance(one, Heard)]
    return heard if len(heard) == count else None


def _keep(file: Path, heard: Sequence[Heard | None]) -> None:
    """Written so that nobody reads half of it; what cannot be kept is heard again the next time."""
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps([None if one is None else event_to_json(one) for one in heard]), encoding="utf-8")
        os.replace(part, file)
    except OSError:
        part.unlink(missing_ok=True)
