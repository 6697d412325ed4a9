"""What was said and what may be said, both in the form the matchers compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish

from ivr.flows.actions import Choice
from ivr.understanding.numerals import cardinal, spelled_figures
from ivr.understanding.wording import COURTESIES, without_noise, word_lists, word_set, words

_LEADS = sorted(
    word_lists(
        "i would like to;i'd like to;i would like;i'd like;i want to;i want;i wanna;i need to;i need;"
        "i'm looking to;i'm looking for;i am looking for;i'm calling to;i'm calling about;i am calling about;"
        "i'm trying to;i am trying to;can i;could i;may i;can you;could you;let me;let's;help me;"
        "give me;get me;take me to;i said;i mean;i meant;it's;it is;that's;yes;yeah;just;the;a;an;um;"
        "i have a question about;i was wondering if i could;i was hoping to;i would love to"
    ),
    key=len,
    reverse=True,
)
_SMALL = word_set(
    "a an the my your our to for of i me we you is are am be in on at and or with some any this that it its it's i'm "
    "i'd want wanna need like would can could do does did have has get go going please just about from there one"
)
_KEY_WORDS = {"star": "*", "asterisk": "*", "pound": "#", "hash": "#"}
_KEY_LEADS = frozenset(("option", "number", "press", "choice", "key", "choose", "select", "push"))


_MOST_WORDS = 60
"""A wish is said in fewer; it bounds the time a text can cost."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One piece of speech: all its words, without what people say around a wish, and only the words that carry it."""

    full: tuple[str, ...]
    bare: tuple[str, ...]
    content: tuple[str, ...]
    glued: str
    """The content without spaces, as recognisers part words differently ("ware house")."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One listed way to say ``choice``."""

    choice: str
    text: str
    wording: Wording
    sound: str


def wording(text: str) -> Wording:
    """``text`` as matchers see it.

    >>> wording("uh i would like to find the nearest shop please").bare
    ('find', 'the', 'nearest', 'shop')
    """
    full = spelled_figures(without_noise(words(text)))[:_MOST_WORDS]
    bare = _without_leads(full) or full
    content = [word for word in bare if word not in _SMALL] or bare
    return Wording(tuple(full), tuple(bare), tuple(content), "".join(content))


@lru_cache(maxsize=512)
def phrases(choices: tuple[Choice, ...]) -> tuple[Phrase, ...]:
    """Every name and phrase of ``choices``, each text once a choice."""
    listed: dict[tuple[str, tuple[str, ...]], Phrase] = {}
    for choice in choices:
        for text in (choice.name, *choice.phrases):
            said = wording(text.replace("_", " "))
            if said.full:
                listed.setdefault((choice.name, said.full), Phrase(choice.name, text, said, sound(said.content)))
    return tuple(listed.values())


def sound(said: Sequence[str]) -> str:
    """How ``said`` sounds, vowels and spelling apart.

    >>> sound(["sails"]) == sound(["sales"])
    True
    """
    return "".join(_sound(word) for word in said)


def key_said(bare: Sequence[str]) -> str | None:
    """The key a caller names instead of pressing it: "two", "option two", "press star".

    >>> key_said(["option", "two"])
    '2'
    """
    rest = bare[1:] if len(bare) > 1 and bare[0] in _KEY_LEADS else bare
    if len(rest) == 1 and rest[0] in _KEY_WORDS:
        return _KEY_WORDS[rest[0]]
    whole = cardinal(rest, 0) if rest else None
    return str(whole[0]) if whole and whole[1] == len(rest) else None


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    return jellyfish.metaphone(word)


def _without_leads(full: Sequence[str]) -> list[str]:
    rest = list(full)
    while rest:
        lead = next((lead for lead in _LEADS if tuple(rest[: len(lead)]) == lead), ())
        if lead:
            rest = rest[len(lead) :]
        elif rest[0] in COURTESIES:
            rest = rest[1:]
        elif rest[-1] in COURTESIES:
            rest = rest[:-1]
        else:
            break
    return rest
