"""Hearing and speaking: one file an engine, one line in a table here for each.

``ENGINES`` make ears from a model's folder; ``VOICES`` need nothing; ``ACTIVITIES`` make one listener a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ivr.ports import Ears, VoiceActivity
from ivr.speech.activity import SileroActivity
from ivr.speech.canned import CannedEars, CannedVoice, LoudnessActivity
from ivr.speech.prompt_store import PromptStore, VersionedVoice
from ivr.speech.pyttsx3_voice import Pyttsx3Voice
from ivr.speech.vosk_ears import VoskEars

ENGINES: Mapping[str, Callable[[Path], Ears]] = {
    "vosk": VoskEars,
    "canned": lambda _model_dir: CannedEars(),
}

VOICES: Mapping[str, Callable[[], VersionedVoice]] = {
    "pyttsx3": Pyttsx3Voice,
    "canned": CannedVoice,
}

ACTIVITIES: Mapping[str, Callable[[], VoiceActivity]] = {
    "silero": SileroActivity,
    "canned": LoudnessActivity,
}

__all__ = [
    "ACTIVITIES",
    "ENGINES",
    "VOICES",
    "CannedEars",
    "CannedVoice",
    "LoudnessActivity",
    "PromptStore",
    "Pyttsx3Voice",
    "SileroActivity",
    "VersionedVoice",
    "VoskEars",
]
