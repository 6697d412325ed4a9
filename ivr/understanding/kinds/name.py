"""``name``: a person's name, said plainly, in a sentence or letter by letter."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from ivr.flows.skills import KindOptions
from ivr.understanding.letters import Spelled, spelled
from ivr.understanding.numerals import is_number_word
from ivr.understanding.wording import (
    CORRECTIONS,
    COURTESIES,
    as_name,
    is_corrected,
    is_negated,
    without_noise,
    word_lists,
    word_set,
    words,
)

_INTRODUCTIONS = word_lists(
    "my full name is;my first name is;my last name is;my name is;my name's;the name is;the name's;name is;"
    "i said;i am called;they call me;you can call me;call me;she's called;he's called;they're called;her name is;"
    "his name is;their name is;our name is;the name would be;it would be;that would be;"
    "that'd be;it'd be;name was;make it;make that"
)
_OPENED = word_lists("it's;it is;that's;that is;i'm;this is")
_OPENINGS = _INTRODUCTIONS + word_lists(
    "just call me;this is;it is;it's;that's;that is;i am;i'm;i'm called;speaking is;under the name of;"
    "under the name;under;for;yes;yeah;no;sure;okay;ok;first name is;first name;last name is;last name;and"
)
_CLOSINGS = word_lists("is my name;is the name;speaking;here;again;calling")
_STALLING = word_lists(
    "let me think;let me see;let me check;let me look;hold on;hang on;one moment;one second;just a second;"
    "just a moment;give me a second;a second;you know;i think;i guess"
)
"""Said while thinking; what follows may be the name."""
_SPELLING = word_set("that's spelled spelt spelling with")
_ALIKE = 50
"""Letters alike (0 to 100) from which a word and the letters after it are the same name."""

_NOT_NAMES = word_set(
    "what who why when where how is are was do does did don't dont know not no yes yeah nope help agent operator "
    "representative repeat again the a an my your it this that need want would like to can could have hello later "
    "nothing nobody none person somebody someone say said sorry pardon main menu start over stop calling about"
)
_MOST_WORDS = 5
_ENDING = frozenset(("not", "from", "with"))
_TWO_NAMES = len(["not", "john", "joan"])


class Name:
    """One to five words that can be a name, title-cased."""

    name: str = "name"
    closed: bool = False

    def hear(self, text: str, options: KindOptions) -> str | None:
        said = without_noise(words(text.replace("-", " ")))
        letters = spelled(said, code_words=False)
        name = _spelled(said, letters) if letters else _plain(said)
        is_one = 0 < len(name) <= _MOST_WORDS and len("".join(name)) > 1
        return as_name(name) if is_one and not _refused(name) else None

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
    rest = _strip(rest)
    if rest[:1] == ["not"]:
        rest = _after_refusal(rest)
    if any(word in _NOT_NAMES for word in rest):  # "you have that wrong it's steven"
        opened = [at for at in range(1, len(rest)) if tuple(rest[at : at + 1]) in _OPENED]
        rest = rest[opened[-1] + 1 :] if opened else rest
    end = next((at for at in range(1, len(rest)) if rest[at] in _ENDING), len(rest))
    rest = rest[:end]  # "john not tom", "bob from accounting"
    corrected = max((at for at, word in enumerate(rest[:-1]) if at and word in CORRECTIONS), default=-1)
    return _strip(rest[corrected + 1 :])


def _after_refusal(rest: list[str]) -> list[str]:
    """The name given instead: "not john it's joan", "not john but joan", "not john joan"."""
    for size in (1, 2):
        opened = [at for at in range(1, len(rest)) if tuple(rest[at : at + size]) in {*_OPENED, ("but",)}]
        if opened:
            return rest[opened[0] + size :]
    return rest[2:] if len(rest) == _TWO_NAMES else rest


def _strip(rest: list[str]) -> list[str]:
    """``rest`` without openings, closings and courtesies at its ends."""
    while rest:
        opening = next((part for part in (*_OPENINGS, *_STALLING) if tuple(rest[: len(part)]) == part), ())
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


def _spelled(said: Sequence[str], letters: Sequence[Spelled]) -> list[str]:
    """The name with each spelled part in place of the word it corrects: "dana d a y n a lee" is Dayna Lee."""
    name: list[str] = []
    after = 0
    for one in letters:
        before = said[after : one.start]
        corrects = is_corrected(before) or any(word in _SPELLING for word in before)
        plain = [word for word in before if word not in _SPELLING]
        taken_back = max((at + 1 for at, word in enumerate(plain[:-1]) if word in CORRECTIONS), default=0)
        name += _plain([word for word in plain[taken_back:] if word not in CORRECTIONS])
        place = _place(name, one.value)
        if place is None and corrects and name:
            place = len(name) - 1
        name[len(name) if place is None else place :] = [one.value, *([] if place is None else name[place + 1 :])]
        after = one.end
    rest = _strip(list(said[after:]))
    said_again = bool(rest) and rest[0][0] == letters[-1].value[0] and _is_like(rest[0], letters[-1].value)
    return name + rest[said_again:]


def _is_like(word: str, letters: str) -> bool:
    return fuzz.ratio(word, letters) >= _ALIKE


def _place(name: Sequence[str], letters: str) -> int | None:
    """Which word of ``name`` is the one that ``letters`` spell."""
    for place in range(len(name) - 1, -1, -1):
        if name[place][0] == letters[0] and _is_like(name[place], letters):
            return place
    return None


def _refused(name: Sequence[str]) -> bool:
    return any(word in _NOT_NAMES or is_number_word(word) or word.isdecimal() for word in name)
