"""What else a caller may have said: without the words that were heard badly, or as the recogniser heard it second.

Neither is as good as what was heard. It can be a reason to ask, and to ask about something else; never one to act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ivr.flows.events import Heard
from ivr.understanding.phrases import wording
from ivr.understanding.sounding import sounds_alike

HEARD_BADLY = 0.5
"""Confidence of a word below which it may be any other. A guess: measure on real calls."""
SOUNDS_LIKE_IT = 0.6
"""How alike another hearing must sound to what was heard freely to be taken for it."""
_MOST_OTHERS = 2
"""Other hearings that are compared: each costs a vector."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something else that may have been said, and what makes it so for people who ask why."""

    text: str
    how: str


def heard_badly(heard: Heard) -> tuple[str, ...]:
    """Words that tell something and may have been others."""
    unsure = {word.text for word in heard.words if word.confidence < HEARD_BADLY}
    return tuple(word for word in wording(heard.text).content if word in unsure)


def weighed(heard: Heard) -> Heard:
    """``heard`` no surer than the words in it that tell something: "I want" is always heard well."""
    telling = set(wording(heard.text).content)
    sure = [word.confidence for word in heard.words if word.text in telling]
    return replace(heard, confidence=min(heard.confidence, sum(sure) / len(sure))) if sure else heard


def readings(heard: Heard) -> Iterator[Reading]:
    """What else may have been said; the recogniser's other hearings only if they sound like what it heard."""
    badly = heard_badly(heard)
    rest = [word for word in heard.text.split() if word not in badly]
    if badly and wording(" ".join(rest)).content:
        yield Reading(" ".join(rest), f"without '{' '.join(badly)}', which was heard badly")
    for text in _others(heard.text, heard.alternatives)[:_MOST_OTHERS]:
        yield Reading(text, f"if it was '{text}' (another hearing)")


def _others(text: str, alternatives: Sequence[str]) -> list[str]:
    return [other for other in alternatives if other != text and sounds_alike(other, text) >= SOUNDS_LIKE_IT]
