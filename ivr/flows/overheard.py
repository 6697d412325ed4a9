"""What callers say without being asked: several answers in one sentence, and corrections of earlier ones.

Only kinds that know all their words (digits, a ZIP, yes or no) are picked out of a sentence; a name must be introduced,
because any word can be one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.flows.company import Slot
from ivr.flows.skills import Kind, KindOptions

INTRODUCED = re.compile(r"\b(?:this is|my name is|my name's|i am|i'm|name is)\s+(.+)$")
CORRECTION = re.compile(
    r"^(?:no|sorry|wait|actually|oops|correction)\b|\bi (?:said|meant|mean)\b|\bshould (?:be|have been)\b|\bnot right\b"
)


def corrects(text: str) -> bool:
    """Whether somebody takes back what they said before.

    >>> corrects("no i said nine four one"), corrects("nine four one")
    (True, False)
    """
    return bool(CORRECTION.search(text.lower()))


def values_in(text: str, slots: Mapping[str, Slot], kinds: Mapping[str, Kind], about: KindOptions) -> dict[str, str]:
    """The values of ``slots`` that ``text`` gives unasked. ``about`` tells when and where it was said.

    Two slots that read the same words as their value are told apart by nothing, so neither is filled.
    """
    found = {name: value for name, slot in slots.items() if (value := _value(text, slot, kinds[slot.kind], about))}
    values = list(found.values())
    return {name: value for name, value in found.items() if values.count(value) == 1}


def named(found: Mapping[str, str], text: str) -> dict[str, str]:
    """Of several values, those whose slot is named in ``text`` ("my order number is"), if any is."""
    said = {name: value for name, value in found.items() if name.replace("_", " ") in text.lower()}
    return said or dict(found)


def _value(text: str, slot: Slot, kind: Kind, about: KindOptions) -> str | None:
    options = slot.options_at(about)
    if kind.closed:
        return kind.hear(text, options)
    introduced = INTRODUCED.search(text.lower()) if slot.kind == "name" else None
    return kind.hear(introduced[1], options) if introduced else None


def readings(spoken: str, value: str) -> tuple[str, str, str]:
    """A value as it is read back: naturally, then in groups of three, then one by one.

    >>> readings("123456", "123456")
    ('123456', '1 2 3, 4 5 6', '1, 2, 3, 4, 5, 6')
    >>> readings("Portland, Oregon", "Portland, Oregon")[1]
    'Portland, Oregon'
    """
    if not value.isalnum() or not any(character.isdigit() for character in value):
        return spoken, spoken, spoken
    groups = [value[at : at + 3] for at in range(0, len(value), 3)]
    return spoken, ", ".join(" ".join(group) for group in groups), ", ".join(value)
