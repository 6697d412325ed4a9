"""Names under which calls play recordings: everybody may hear a greeting, a message only who was given its name.

The carrier fetches what it plays without a signature, so the name itself must be one that nobody can make up, and
that soon is worth nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from ivr import audio
from ivr.ports import OutsideError

VALID_S = 3600
"""As long as somebody may listen to messages in one call."""

GREETING = re.compile(r"greeting-([A-Z]{2}[0-9a-f]{32})\.wav")
MESSAGE = re.compile(r"message-([\w.-]+)\.wav")


class Sounds:
    """Finds the sound that a name stands for. ``greeting`` and ``message`` find the file of an id."""

    def __init__(
        self, secret: str, greeting: Callable[[str], Path | None], message: Callable[[str], Path | None]
    ) -> None:
        self._secret = secret
        self._greeting = greeting
        self._message = message

    def of_greeting(self, greeting_id: str) -> str:
        """The name of a greeting; empty when it is not here."""
        return f"greeting-{greeting_id}.wav" if self._greeting(greeting_id) else ""

    def of_message(self, voicemail_id: str) -> str:
        """The name of a message for the call that may hear it; empty when its sound is not here.

        Raises:
            OutsideError: when there is no secret to sign names with.
        """
        if not self._secret:
            raise OutsideError("messages are not played by telephone without SECRET_KEY or an account", retry=False)
        return f"message-{self._signer.dumps(voicemail_id)}.wav" if self._message(voicemail_id) else ""

    def __call__(self, name: str) -> bytes | None:
        """Mu-law for ``name``; None for a name that is none of ours.

        Raises:
            OutsideError: when it is one, but too old, made up, or its sound is gone.
        """
        greeting, message = GREETING.fullmatch(name), MESSAGE.fullmatch(name)
        if not greeting and not message:
            return None
        path = self._greeting(greeting[1]) if greeting else self._named(message[1] if message else "")
        try:
            if path is not None:
                return audio.mulaw_encode(audio.read_audio(path))
        except (audio.AudioError, OSError) as error:
            raise OutsideError(f"a recording cannot be played: {error}", retry=False) from error
        raise OutsideError("there is no such recording", retry=False)

    def _named(self, token: str) -> Path | None:
        try:
            voicemail_id = self._signer.loads(token, max_age=VALID_S) if self._secret else None
        except BadSignature:
            return None
        return self._message(voicemail_id) if isinstance(voicemail_id, str) else None

    @property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret,
            salt="ringdown message",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )
