"""``name``: a person's name, said plainly, in a sentence or letter by letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ivr.flows.skills import KindOptions
from ivr.understanding.numerals import REPEATS, is_number_word
from ivr.understanding.wording import COURTESIES, is_negated, without_noise, word_lists, word_set, words

_INTRODUCTIONS = word_lists(
    "my full name is;my first name is;my last name is;my name is;my name's;the name is;the name's;name is;"
    "i said;i am called;they call me;you can call me;call me"
)
_OPENINGS = _INTRODUCTIONS + word_lists(
    "just call me;this is;it is;it's;that's;that is;i am;i'm;i'm called;speaking is;under the name of;"
    "under the name;under;for;yes;yeah;no;sure;okay;ok"
)
_CLOSINGS = word_lists("is my name;is the name;speaking;here;again")
_SPELLING = word_lists("that's spelled;that is spelled;spelled;spelt;that's")
_NOT_NAMES = word_set(
    "what who why when where how is are was do does did don't dont know not no yes yeah nope help agent operator "
    "representative repeat again the a an my your it this that need want would like to can could have hello later "
    "nothing nobody none person somebody someone say said sorry pardon main menu start over stop calling about"
)
_MOST_WORDS = 5
_CAPITAL = re.compile(r"(?:^|(?<=[\s'-]))(\w)")
_MAC = re.compile(r"\bMc(\w)")


class Name:
    """One to five words that can be a name, title-cased."""

    name: str = "name"
    closed: bool = False

    def hear(self, text: str, options: KindOptions) -> str | None:
        said = without_noise(words(text.replace("-", " ")))
        before, spelled = _spelled(said)
        if spelled:
            known = _plain(before)[:-1] if len(before) > 1 else []
            return _written([*known, spelled]) if not _refused(known) else None
        name = _plain(said)
        return None if not name or len(name) > _MOST_WORDS or _refused(name) else _written(name)

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return ()

    def max_keys(self, options: KindOptions) -> int:
        """One: a name cannot be keyed, so any key is a command and acts at once."""
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        return False

    def speak(self, value: str) -> str:
        return value


def _plain(said: Sequence[str]) -> list[str]:
    """The words of the name itself: after the last "my name is", without courtesies around it."""
    rest = list(said)
    for opening in sorted(_INTRODUCTIONS, key=len, reverse=True):
        for start in range(len(rest) - len(opening), -1, -1):
            if tuple(rest[start : start + len(opening)]) == opening and not is_negated(rest, start):
                rest = rest[start + len(opening) :]
                break
    if "not" in rest[1:]:  # "john not tom"
        rest = rest[: rest.index("not", 1)]
    return _strip(rest)


def _strip(rest: list[str]) -> list[str]:
    """``rest`` without openings, closings and courtesies at its ends."""
    while rest:
        opening = next((part for part in _OPENINGS if tuple(rest[: len(part)]) == part), ())
        closing = next((part for part in _CLOSINGS if tuple(rest[-len(part) :]) == part), ())
        if opening:
            rest = rest[len(opening) :]
        elif closing:
            rest = rest[: -len(closing)]
        elif rest[0] in COURTESIES:
            rest = rest[1:]
        elif rest[-1] in COURTESIES:
            rest = rest[:-1]
        else:
            break
    return rest


def _spelled(said: Sequence[str]) -> tuple[list[str], str]:
    """What stands before a spelled name, and its letters joined; empty when nothing is spelled at the end."""
    said = _strip(list(said))
    letters: list[str] = []
    for word in takewhile(lambda word: len(word) == 1 or word in REPEATS, reversed(said)):
        if word in REPEATS:
            letters[-1:] = [letters[-1] * REPEATS[word]] if letters else []
        else:
            letters.append(word)
    spelled = "".join(reversed(letters))
    if len(letters) < 2 or not spelled.isalpha():
        return list(said), ""
    used = sum(1 for _ in takewhile(lambda word: len(word) == 1 or word in REPEATS, reversed(said)))
    before = list(said[: len(said) - used])
    for lead in _SPELLING:
        if tuple(before[-len(lead) :]) == lead:
            return before[: -len(lead)], spelled
    return before, spelled


def _refused(name: Sequence[str]) -> bool:
    return any(word in _NOT_NAMES or is_number_word(word) or word.isdecimal() for word in name)


def _written(name: Sequence[str]) -> str:
    capital = _CAPITAL.sub(lambda first: first[1].upper(), " ".join(name))
    return _MAC.sub(lambda after: f"Mc{after[1].upper()}", capital)
