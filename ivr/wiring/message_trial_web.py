"""The process that takes messages in the benchmark ``messages``, one after another, until it is killed or done.

``python -m ivr.wiring.message_trial_web FOLDER COUNT``; what was taken is read from the database, so the next process
goes on where this one died. Every second message is one that the carrier recorded: it is told of until the telling
came back, as carriers do, and once more.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from sqlalchemy import select

from ivr import audio
from ivr.settings import ROOT, Settings, read_environment
from ivr.wiring.people import People
from voicemail.mailbox import SHORTEST_S, State
from voicemail.tables import VoicemailRow, message_of

MAILBOX, CALLER = "support", "+15035550199"
TOLD = "told"
"""The file with what the carrier got an answer for."""
BEGUN = "begun"
"""The file with the number of the process that is taking messages."""
FRAME_BYTES = 320
PACE_S = 0.0005
"""Between two frames: 40 times as fast as people speak, so that kills fall into messages."""


def call_id(number: int, again: int = 0) -> str:
    """The call that leaves message ``number``; who was cut off before a word rings ``again``."""
    return f"CA{again:08x}{number:024x}"


def streamed(number: int) -> bool:
    """Whether we record this message ourselves."""
    return number % 2 == 0


def wav_of(folder: Path, number: int) -> Path:
    """What the caller of message ``number`` says."""
    return folder / "said" / f"RE{number}.wav"


def run(parts: People, folder: Path, count: int) -> None:
    """Take every message that nobody has taken yet."""
    _taken(parts, "")  # what is built at the first call is built now, or nobody would live to take a message
    parts.greetings, parts.fetching  # noqa: B018
    (folder / BEGUN).write_text(str(os.getpid()))
    told = folder / TOLD
    done = set(told.read_text().split()) if told.exists() else set()
    for number in range(count):
        if streamed(number):
            _record(parts, folder, number)
        elif str(number) not in done:
            _tell(parts, number)
            with told.open("a") as file:
                file.write(f"{number}\n")


def _record(parts: People, folder: Path, number: int) -> None:
    again = 0
    while (taken := _taken(parts, call_id(number, again))) is not None:
        if taken:
            return
        again += 1
    pcm = audio.read_audio(wav_of(folder, number))
    writer = parts.greetings.start(call_id(number, again), MAILBOX, CALLER, time.time())
    for at in range(0, len(pcm), FRAME_BYTES):
        writer.write(pcm[at : at + FRAME_BYTES])
        time.sleep(PACE_S)
    writer.finish("hangup")


def _tell(parts: People, number: int) -> None:
    url = f"{parts.settings.carrier_url}/Recordings/RE{number}"
    for _ in range(2):
        parts.fetching.note(call_id(number), MAILBOX, CALLER, url)


def _taken(parts: People, call: str) -> bool | None:
    """Whether a message of ``call`` was taken; None when the call was not answered yet."""
    with parts.database.reading() as session:
        found = [message_of(row) for row in session.scalars(select(VoicemailRow).where(VoicemailRow.call_id == call))]
    return any(_is_message(parts.voicemails.path(one), one.state) for one in found) if found else None


def _is_message(path: Path, state: State) -> bool:
    return state is not State.EMPTY and path.is_file() and path.stat().st_size > SHORTEST_S * 2 * audio.RATE_HZ + 44


class Taking(People):
    """The parts without the flow file, which says nothing of these messages and takes seconds to begin with."""

    def _shortest_s(self, mailbox: str) -> float:
        del mailbox
        return SHORTEST_S


if __name__ == "__main__":
    environment, _ = read_environment(ROOT)
    run(Taking(Settings.from_env(environment, ROOT)), Path(sys.argv[1]), int(sys.argv[2]))
