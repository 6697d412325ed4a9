"""``ivr bench transcription``: what writing a message down costs, against the bare recogniser on the same sound."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ivr import audio
from ivr.benchmarks.bare import Bare
from ivr.benchmarks.report import Bar, Figure, Report
from ivr.benchmarks.setting import Setting
from ivr.records import Database, migrate
from ivr.settings import sqlite_url
from ivr.speech import Pyttsx3Voice, VoskEars
from ivr.wiring.message_trial import SAID, SEED
from voicemail.jobs import transcribe
from voicemail.store import Voicemails

MOST = 1.05
SHARE = 4
"""Sound is decoded several times as fast as it is spoken; for so many seconds of it one second is taken."""


def transcription(setting: Setting) -> Report:
    """Messages of some sentences each, by turns: the whole job, and the recogniser fed with the same frames."""
    bare, ears = Bare(setting.model), VoskEars(setting.model)
    ours_s = bare_s = spoken_s = 0.0
    count = 0
    with tempfile.TemporaryDirectory(prefix="ringdown-transcription-") as folder:
        database = Database(sqlite_url(Path(folder)))
        migrate(database.engine)
        store = Voicemails(database, Path(folder) / "recordings", lambda _id: None)
        ears.listen(None).final()
        setting.tell("messages are written down, by the job and by the recogniser alone")
        for pcm in _sounds(setting.seconds * SHARE):
            writer = store.start(f"CA{count}", "support", "+15035550199", 0.0)
            writer.write(pcm)
            writer.finish("hangup")
            for of_ours in (True, False) if count % 2 else (False, True):
                began_s = time.process_time()
                if of_ours:
                    transcribe(writer.id, store, ears)
                    ours_s += time.process_time() - began_s
                else:
                    bare.hears(pcm, None)
                    bare_s += time.process_time() - began_s
            count += 1
            spoken_s += audio.pcm_length_s(pcm)
        written = sum(bool(message.text) for message in store.messages(count))
        database.close()
    figures = (
        Figure("CPU, job against recogniser", ours_s / bare_s, "x", count, 1.0, "bare Vosk", Bar(MOST)),
        Figure("CPU a minute of message", ours_s / spoken_s * 60, "s", count, bare_s / spoken_s * 60, "bare Vosk"),
        Figure("messages with words", written, "messages", count),
    )
    notes = (f"Messages of 3 to 5 spoken sentences, seed {SEED}; the job also reads the file and writes the database.",)
    return Report("transcription", figures, notes)


def _sounds(length_s: float) -> Iterator[bytes]:
    """Messages, together about ``length_s``."""
    rng = random.Random(SEED)  # noqa: S311 - the same messages in every run
    voice = Pyttsx3Voice()
    spoken = [audio.mulaw_decode(voice.render(text, "en-US")) for text in SAID]
    while length_s > 0:
        pcm = audio.silence(0.4).join(rng.choices(spoken, k=rng.randint(3, 5)))
        yield pcm
        length_s -= audio.pcm_length_s(pcm)
