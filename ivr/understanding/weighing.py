"""What every choice by itself would be worth to what was said, for people who ask why one was taken."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Candidate, Understand
from ivr.understanding.menu import understand as by_words
from ivr.understanding.senses import Senses


def weighed(said: str, choices: Sequence[Choice], understands: Understand) -> list[Candidate]:
    """Every choice by itself: what its words and its sense would be worth; the likeliest first."""
    near = understands.near(said, choices) if isinstance(understands, Senses) else {}
    alone = {one.name: by_words(Heard(0.0, said), (one,)) for one in choices}
    found = [Candidate(name, one.score, near.get(name, 0.0), one.how) for name, one in alone.items()]
    return sorted(found, key=lambda one: (-one.words, -one.near, one.choice))
