"""``yes_no``: a plain yes or no, in the many ways people say it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ivr.flows.skills import KindOptions
from ivr.understanding.wording import COURTESIES, is_corrected, without_noise, word_lists, words

_YES = (
    "yes;yeah;yep;yup;yea;ya;yah;aye;correct;that's correct;that is correct;that's right;that is right;affirmative;"
    "absolutely;definitely;certainly;of course;indeed;exactly;you bet;uh huh;mm hmm;no problem;not a problem;"
    "no doubt;why not;you got it;i do;it is;i am;i would;i think so;go ahead;sounds good;that works;for sure;"
    "i guess so;i suppose so;i believe so;no that's right;no that's correct;no that's fine;i guess;"
    "by all means;why yes;that's the one;that would be great;that'd be great"
)
_NO = (
    "no;nope;nah;negative;not really;no thanks;no thank you;not right;not correct;that's not right;"
    "that's not correct;that is not right;that is not correct;that isn't right;incorrect;that's wrong;that is wrong;"
    "not at all;i don't;i do not;it isn't;it is not;it's not;i'm not;i would not;i wouldn't;don't;absolutely not;"
    "definitely not;certainly not;of course not;i don't think so;not right now;not now;not today;uh uh;no way;not yet;"
    "never;not exactly;not quite;i'm good;no i'm good;i'm all set;i'd rather not"
)
_WEAK_YES = "right;sure;true;fine;good;perfect;great;okay;ok;do it;please do"
_WEAK_NO = "wrong;false;not"
_NEITHER = (
    "i don't know;not sure;i'm not sure;right now;i don't understand;i do not know;don't know;not certain;"
    "no idea;i have no idea;i'm not certain;right away;i do not understand;can't say"
)
_MOST_OTHER_WORDS = 3
"""A weak word ("right", "fine") counts only in a short answer: "is it the shop right by the station" is no yes."""

_GRAMMAR = (
    "yes;yeah;yep;yup;correct;that's right;that's correct;sure;okay;absolutely;of course;right;"
    "no;nope;nah;no thanks;not really;wrong;that's wrong;that's not right;incorrect;not now"
)


def _table() -> dict[tuple[str, ...], tuple[str, bool]]:
    groups = ((_YES, "yes", True), (_NO, "no", True), (_WEAK_YES, "yes", False), (_WEAK_NO, "no", False))
    meanings = {phrase: (value, strong) for text, value, strong in groups for phrase in word_lists(text)}
    return meanings | dict.fromkeys(word_lists(_NEITHER), ("", True))


_MEANINGS = _table()
_LONGEST = max(map(len, _MEANINGS))


class YesNo:
    """``yes`` or ``no``; on the keypad 1 and 2."""

    name: str = "yes_no"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        said, hits = _scan(text)
        values = {value for _, _, value, _ in hits}
        if len(values) == 1:
            return values.pop() or None
        if len(values) == 2 and "" not in values:
            return _corrected(said, hits)
        return None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return {"1": "yes", "2": "no"}.get(keys)

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return tuple(_GRAMMAR.split(";"))

    def max_keys(self, options: KindOptions) -> int:
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        """Only when every word belongs to the answer: "yes but" goes on, and so may "not"."""
        said, hits = _scan(text)
        if self.hear(text, options) is None or said[-1:] == ["not"]:
            return False
        covered = {index for start, end, _, _ in hits for index in range(start, end)}
        return all(index in covered or word in COURTESIES for index, word in enumerate(said))

    def speak(self, value: str) -> str:
        return value


_Hit = tuple[int, int, str, bool]


def _scan(text: str) -> tuple[list[str], list[_Hit]]:
    """The words, and every phrase found (longest first at each place) with its place, meaning and strength."""
    said = words(text)
    if not any(pair in (("uh", "huh"), ("uh", "uh"), ("mm", "hmm")) for pair in pairwise(said)):
        said = without_noise(said)
    if [word for word in said if word not in COURTESIES] == ["know"]:
        said = ["no"]
    hits: list[_Hit] = []
    index = 0
    while index < len(said):
        sizes = range(min(_LONGEST, len(said) - index), 0, -1)
        size = next((size for size in sizes if tuple(said[index : index + size]) in _MEANINGS), 0)
        if size:
            hits.append((index, index + size, *_MEANINGS[tuple(said[index : index + size])]))
        index += size or 1
    covered = sum(end - start for start, end, _, _ in hits)
    others = sum(word not in COURTESIES for word in said) - covered
    return said, [hit for hit in hits if hit[3] or others <= _MOST_OTHER_WORDS]


def _corrected(said: Sequence[str], hits: Sequence[_Hit]) -> str | None:
    """The last meaning when a correction ("sorry", "wait") stands before it; contradictions mean nothing."""
    for earlier, later in zip(hits[-2::-1], hits[:0:-1], strict=False):
        if earlier[2] != later[2]:
            between = said[earlier[1] : later[0]]
            return later[2] if is_corrected(between) else None
    return None
