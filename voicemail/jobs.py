"""The job that writes a message down. It may run twice, or die in the middle: one transcript comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from ivr import audio
from ivr.ports import Ears, Hearing, OutsideError
from voicemail.mailbox import Message
from voicemail.store import Voicemails

PIECE_S = 1.0
"""How much sound is heard between two looks at the clock."""

TOLD_EVERY_S = 3.0
"""So often people see how far it is, and the claim is renewed: it lasts twenty times longer."""


class ClaimLostError(Exception):
    """Somebody else transcribes the message now: this process was too slow to be believed alive."""


def transcribe(
    voicemail_id: str, store: Voicemails, ears: Ears | Callable[[str], Ears], told_every_s: float = TOLD_EVERY_S
) -> None:
    """Transcribe one message, unless it is done or taken. A failure is kept with its reason and tried again later.

    Which ``ears`` may depend on the mailbox. How far it is, is told ``told_every_s``.

    Raises:
        OutsideError: when the database does not answer; the message is tried again when its claim has lapsed.
    """
    message = store.claim(voicemail_id)
    if message is None:
        return
    try:
        hearing = _hear(message, store, ears(message.mailbox) if callable(ears) else ears, told_every_s)
    except ClaimLostError:
        return
    except OutsideError as error:
        store.failed(message, str(error), retry=error.retry)
    except Exception as error:  # noqa: BLE001 - whatever an engine throws: people see the reason with the message
        store.failed(message, f"{type(error).__name__}: {error}", retry=True)
    else:
        store.transcribed(message, hearing)


def _hear(message: Message, store: Voicemails, ears: Ears, told_every_s: float) -> Hearing:
    pcm = audio.read_audio(store.sound(message) or store.path(message))
    recognizer = ears.listen(None)
    tell_at_s = time.monotonic() + told_every_s
    piece = int(PIECE_S * audio.RATE_HZ) * 2
    for start in range(0, len(pcm), piece):
        recognizer.accept(pcm[start : start + piece])
        if time.monotonic() >= tell_at_s:
            if not store.still_mine(message, min(1.0, (start + piece) / len(pcm))):
                raise ClaimLostError(message.id)
            tell_at_s = time.monotonic() + told_every_s
    return recognizer.final()
