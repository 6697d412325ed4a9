"""The sound of a call, kept where the next start does not sweep it away."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ivr.calling.clients import Exchange, Json, Service
from ivr.ports import OutsideError
from ivr.settings import Settings


def keep_sound(
    settings: Settings,
    sid: str,
    people: Mapping[str, str],
    voicemails: Sequence[Json],
    exchange: Exchange,
    service: Service,
) -> dict[str, str]:
    """Copy what there is to ``IVR_DATA/calls/SID/NAME.wav``; returns the paths.

    Raises:
        OutsideError: when it cannot be written.
    """
    sounds: dict[str, bytes] = {}
    try:
        for name, leg in people.items():
            wav = str(exchange.call(leg).get("wav", ""))
            if wav:
                sounds[name] = Path(wav).read_bytes()
        for number, message in enumerate(voicemails, 1):
            name = "voicemail" if number == 1 else f"voicemail {number}"
            sounds[name] = service.voicemail_sound(message["id"])
        return _written(settings.data / "calls" / sid, {name: wav for name, wav in sounds.items() if wav})
    except OSError as error:
        raise OutsideError(f"the sound of the call cannot be kept: {error}", retry=False) from error


def _written(folder: Path, sounds: Mapping[str, bytes]) -> dict[str, str]:
    paths = {name: folder / f"{name.replace(' ', '-')}.wav" for name in sounds}
    if paths:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, path in paths.items():
        path.write_bytes(sounds[name])
    return {name: str(path) for name, path in paths.items()}


def shown_path(path: str) -> str:
    """``path`` as one would type it here: relative when it is below the working directory."""
    here = os.path.relpath(path)
    return path if here.startswith("..") else here
