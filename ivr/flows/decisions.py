"""What became of an answer, and why: told to whoever looks into a call, worked out again from its events.

A question decides once, on a value of this kind, and then does what it says. So what people are shown is what
happened, and not a second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Kind, KindOptions, Meaning
from ivr.flows.sureness import SURE, least_for, weak_words

Outcome: TypeAlias = Literal["chosen", "value", "offered", "corrected", "also", "refused"]
"""A choice or a value was taken, one or two choices were asked about, an earlier answer was taken back, a value for
another question was in the same sentence, or it was no answer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its ``outcome``, the ``names`` or the ``value`` it is about, ``how`` it came about.

    ``said`` was weighed ``among`` those choices, where there were any. ``kind`` and ``slot`` say what a value is;
    ``sure`` is false when it was not heard surely. A ``secret`` one is shown to nobody.
    """

    outcome: Outcome
    how: str
    names: tuple[str, ...] = ()
    value: str = ""
    kind: str = ""
    slot: str = ""
    sure: bool = True
    score: float = 1.0
    said: str = ""
    among: tuple[Choice, ...] = ()
    secret: bool = False


def nobody_asks(decision: Decision) -> None:
    """Nobody looks into this call."""
    del decision


def by_meaning(outcome: Outcome, meaning: Meaning, heard: Heard, among: tuple[Choice, ...]) -> Decision:
    """Decided by what the words mean at this question."""
    names = (meaning.choice,) if meaning.choice is not None else meaning.offer
    return Decision(outcome, meaning.how, names, score=meaning.score, said=heard.text, among=among)


def valued(kind: Kind, heard: Heard, value: str, options: KindOptions) -> Decision:
    """``value`` was said. It is sure when every word that it hangs on was heard well."""
    weak = weak_words(kind, heard, value, options)
    if weak is None:
        how = f"heard with {heard.confidence:.2f}, sure from {SURE:.2f}"
        return Decision("value", how, value=value, kind=kind.name, sure=heard.confidence >= SURE)
    least = least_for(kind)
    words = " and ".join(f"'{word.text}' ({word.confidence:.2f})" for word in weak)
    how = (
        f"unsure of {words}, sure from {least:.2f}" if weak else f"each word that counts heard with {least:.2f} or more"
    )
    return Decision("value", how, value=value, kind=kind.name, sure=not weak)


def heard_otherwise(kind: Kind, heard: Heard, options: KindOptions) -> Decision | None:
    """The value in another hearing of what was said: free speech has too many of them to tell anything."""
    for hearing in heard.alternatives if kind.closed else ():
        value = kind.hear(hearing, options)
        if value is not None:
            return Decision("value", f"in another hearing: '{hearing}'", value=value, kind=kind.name, sure=False)
    return None
