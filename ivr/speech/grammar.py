"""Phrases as people write them, turned into the words a recogniser's grammar takes."""

from __future__ import annotations

import re

UNKNOWN = "[unk]"
"""The recogniser's word for anything outside the grammar."""

_WORD = re.compile(r"\[unk\]|[^\W_]+(?:['\u2019][^\W_]+)*")


def spoken_words(phrase: str) -> list[str]:
    """The words of ``phrase`` in lower case, without punctuation.

    >>> spoken_words("Where's my T-shirt?")
    ["where's", 'my', 't', 'shirt']
    """
    return [word.replace("\u2019", "'") for word in _WORD.findall(phrase.lower())]
