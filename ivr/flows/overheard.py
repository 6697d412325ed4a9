"""What callers say without being asked: several answers in one sentence, and corrections of earlier ones.

Only kinds that know all their words (digits, a ZIP, yes or no) are picked out of a sentence; a name must be introduced,
because any word can be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ivr.flows.company import Slot
from ivr.flows.skills import Kind, KindOptions

INTRODUCED = re.compile(r"\b(?:this is|my name is|my name's|i am|i'm|name is)\s+(.+)$")
NOT_OF_A_NAME = re.compile(
    r"[,.;:!?\d]|\b(?:and|my|the|i|i'm|it's|it|is|number|calling|about|with|for|from|at|who|zero|oh|one|two|three|four|five"
    r"|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)\b"
)
"""Where somebody who said their name goes on to something else."""
CORRECTION = re.compile(
    r"^(?:no|sorry|wait|actually|oops|correction)\b|\bi (?:said|meant|mean)\b|\bshould (?:be|have been)\b|\bnot right\b"
)


def corrects(text: str) -> bool:
    """Whether somebody takes back what they said before.

    >>> corrects("no i said nine four one"), corrects("nine four one")
    (True, False)
    """
    return bool(CORRECTION.search(text.lower()))


def values_in(
    text: str, among: Iterable[str], slots: Mapping[str, Slot], kinds: Mapping[str, Kind], about: KindOptions
) -> dict[str, str]:
    """The values that ``text`` gives unasked to those of ``slots`` that are ``among`` the named.

    ``about`` tells when and where it was said. Two slots that read the same words as their value are told apart by
    nothing, so neither is filled.
    """
    found = {}
    for name in among:
        slot, kind, options = slots[name], kinds[slots[name].kind], slots[name].options_at(about)
        introduced = introduced_name(text, slots) if slot.kind == "name" else ""
        if value := kind.hear(text if kind.closed else introduced, options):
            found[name] = value
    values = list(found.values())
    return {name: value for name, value in found.items() if values.count(value) == 1}


def named(found: Mapping[str, str], text: str) -> dict[str, str]:
    """Of several values, those whose slot is named in ``text`` ("my order number is"), if any is."""
    said = {name: value for name, value in found.items() if name.replace("_", " ") in text.lower()}
    return said or dict(found)


def introduced_name(text: str, slots: Iterable[str]) -> str:
    """The words after "this is", as far as they can be a name: to where another of ``slots`` is spoken of.

    >>> introduced_name("This is Dana Lee and my order is one two", ["order"])
    'dana lee'
    >>> introduced_name("my name is dana account one two", ["account"]), introduced_name("dana lee", [])
    ('dana', '')
    """
    introduced = INTRODUCED.search(text.lower())
    if introduced is None:
        return ""
    words = NOT_OF_A_NAME.split(introduced[1])[0].split()
    others = {name.replace("_", " ").split()[0] for name in slots if name.strip("_ ")} - {"name"}
    stop = next((at for at, word in enumerate(words) if word in others), len(words))
    return " ".join(words[:stop])


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
