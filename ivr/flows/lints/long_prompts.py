"""L110: sentences that take longer to say than anybody listens."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.texts import PIECE

CHARACTERS_PER_S = 16.0
"""How fast the voice speaks. Measured with pyttsx3 and espeak-ng at their usual rate: the prompts of the example
company are 1,188 characters and last 75.1 s (15.8 a second), one long text of 308 lasts 19.1 s (16.1 a second)."""
LONGEST_S = 20.0
VALUE = "a value of 20 letters"
"""Stands for a ``{variable}`` in the estimate."""


def find(facts: Facts) -> Iterator[Finding]:
    """Each spoken text by itself."""
    for path, text in facts.spoken:
        seconds = len(PIECE.sub(VALUE, text)) / CHARACTERS_PER_S
        if seconds > LONGEST_S:
            what = f"this takes about {seconds:.0f} seconds to say; callers stop listening after {LONGEST_S:.0f}."
            yield Finding(facts.place(*path), what, "Say less, or ask something in between.")


LONG = "We sell tents, boots, jackets and everything else that one needs outdoors. " * 5

LINT = Lint(
    code="L110",
    title="A prompt that is too long",
    severity="warning",
    why="""\
Callers cannot skim. What takes longer than 20 seconds is not listened to, and its beginning is forgotten at its end.
The length is estimated from the rate of the voice: 16 characters a second.""",
    bad=f"""\
lines: {{"+15035550100": main}}
flows:
  main:
    - say: {LONG}
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - say: We sell everything that one needs outdoors.
    - hangup: Goodbye.
""",
    find=find,
    with_mistakes=True,
)
