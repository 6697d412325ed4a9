"""Whether an answer was heard so surely that it need not be read back."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.flows.events import Heard, Word
from ivr.flows.skills import Kind, KindOptions

SURE = 0.6
"""The confidence in a whole sentence from which its answer counts as surely heard, where words have none of their own:
carriers do not say how they count, so this is a guess."""

SURE_WORDS: Mapping[str, float] = {"name": 0.95, "email": 0.9, "spelling": 0.9, "street": 0.9, "yes_no": 0.6}
SURE_WORD = 0.4
"""The same for the weakest word the answer hangs on, by kind; others as SURE_WORD.

Measured with the model that ships: 272 answers of six synthetic voices on noisy lines. A sentence's mean hides the one
word that is wrong: at a mean of 0.6 there passed 19 of 46 misheard names and 13 of 13 other misheard values; now 3 and
2 do. Of 145 other answers that were heard right 4 are read back instead of 1. At 0.6 for numbers too, one ZIP in seven
that was heard right would be read back. Real callers were not measured."""

_MOST_WORDS = 40
"""Words weighed; it bounds the time a sentence can cost."""


def surely(kind: Kind, heard: Heard, value: str, options: KindOptions) -> bool:
    """Whether ``value``, which ``kind`` found in ``heard``, was heard surely."""
    weak = weak_words(kind, heard, value, options)
    return heard.confidence >= SURE if weak is None else not weak


def least_for(kind: Kind) -> float:
    """How well each word must be heard that an answer of this ``kind`` hangs on."""
    return SURE_WORDS.get(kind.name, SURE_WORD)


def weak_words(kind: Kind, heard: Heard, value: str, options: KindOptions) -> tuple[Word, ...] | None:
    """The words that ``value`` hangs on and that were not heard well; None when words cannot be weighed one by one."""
    if not heard.words or len(heard.words) > _MOST_WORDS:
        return None
    least = least_for(kind)
    weak = ((index, word) for index, word in enumerate(heard.words) if word.confidence < least)
    return tuple(word for index, word in weak if _matters(index, kind, heard, value, options))


def _matters(index: int, kind: Kind, heard: Heard, value: str, options: KindOptions) -> bool:
    """Whether the answer hangs on that word: in "my zip is ..." and "my name is ..." the first ones do not count."""
    word = heard.words[index].text
    in_value = value.casefold().split()
    if any(one.text in in_value for one in heard.words):  # what was said is the value: a name, a city
        return word in in_value or len(word) == 1
    others = " ".join(one.text for at, one in enumerate(heard.words) if at != index)
    return kind.hear(others, options) != value
