"""E-mail addresses in speech: "dana dot lee at north wind dot example", "d a n a four two at g mail dot com"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ivr.understanding.calendar_words import word_at
from ivr.understanding.letters import Spelled, spelled
from ivr.understanding.numerals import is_number_word, runs
from ivr.understanding.wording import (
    CORRECTIONS,
    COURTESIES,
    LONGEST_TEXT,
    is_corrected,
    without_noise,
    word_lists,
    word_set,
    words,
)

_TYPED = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_VALID = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_MOST_BEFORE_AT, _MOST = 64, 254
_MOST_WORDS = 120
"""Words looked at, from the end: enough for the longest address spelled, and it bounds the time a text can cost."""

_WRITTEN = (
    (re.compile(r"(?<=\w)\.(?=\w)"), " dot "),
    (re.compile(r"\bdotcom\b"), "dot com"),
    (re.compile(r"_"), " underscore "),
    (re.compile(r"\be mail\b"), "email"),
    (re.compile(r"\b(?:the )?number (?=\w+)"), ""),
    (re.compile(r"\b(?:the )?letter (?=[a-z]\b)"), ""),
    (re.compile(r"\b(?:with )?no spaces?(?: in between)?\b"), ""),
    (re.compile(r"\bunder score\b"), "underscore"),
    (re.compile(r"\b(?:g|gee) mail\b"), "gmail"),
    (re.compile(r"\bhot mail\b"), "hotmail"),
    (re.compile(r"\bi cloud\b"), "icloud"),
    (re.compile(r"\bout look\b"), "outlook"),
    (re.compile(r"\bat (?:sign|symbol)\b|@"), " at "),
)
_DOTS = {"dot": ".", "period": ".", "point": "."}
_SIGNS = _DOTS | {"underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_LEADS = word_set(
    "is be would it'd that'd it's its that's thats said mean meant actually sorry wait yes yeah okay ok sure well hi "
    "hello address email me spelled spelt no not"
)
"""After these the address begins."""

_ASIDES = word_lists(
    "all one word;one word;all together;no spaces;all lower case;all lowercase;in lower case;lower case;lowercase;"
    "capital"
)
_MISHEARD = {"calm": "com", "come": "com", "dotnet": "net"}
_PROVIDERS = {"gmail": "com", "yahoo": "com", "hotmail": "com", "outlook": "com", "icloud": "com", "aol": "com"}
"""Sites that are named without their ending."""

_ENDINGS = frozenset(("com", "org", "net", "edu", "gov", *_MISHEARD))
_ALIKE = 60
"""Letters alike (0 to 100) from which a word and the letters after it are the same word, said and spelled."""

_SHORTEST_SPELLED = 3


@dataclass(frozen=True, slots=True)
class Address:
    """An address said from ``start`` to before ``end``."""

    value: str
    start: int
    end: int


def typed(text: str) -> str | None:
    """The last address written in ``text``."""
    found = [one.lower() for one in _TYPED.findall(text[:LONGEST_TEXT]) if is_valid(one.lower())]
    return found[-1] if found else None


def address_words(text: str) -> list[str]:
    """The words of ``text`` with the signs of addresses as words."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT].lower())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    for pattern, instead in _WRITTEN:
        plain = pattern.sub(instead, plain)
    return without_noise(words(plain))[-_MOST_WORDS:]


def addresses(said: Sequence[str]) -> list[Address]:
    """All addresses in ``said``.

    >>> [one.value for one in addresses("my email is d a n a dot lee at north wind dot example".split())]
    ['dana.lee@northwind.example']
    """
    found: list[Address] = []
    for at in (index for index, word in enumerate(said) if word == "at"):
        site, end = _domain(said, at + 1)
        start = _start(said, found[-1].end if found else 0, at)
        before = read(said[start:at])
        value = f"{before}@{site}" if site else ""
        if is_valid(value):
            found.append(Address(value, start, end))
            mended = _mended(said, found[-1], before)
            found += [mended] if mended else []
    return found


def _mended(said: Sequence[str], wrong: Address, before: str) -> Address | None:
    """The same with the site, or its ending, said again: "... dot com no dot org", "... sorry north wind dot com"."""
    stop = next((at for at in range(wrong.end, len(said)) if said[at] == "at"), len(said))
    start = wrong.end
    while start < stop and said[start] in _LEADS | CORRECTIONS | COURTESIES:
        start += 1
    if stop < len(said) or not is_corrected(said[wrong.end : start]):
        return None
    if word_at(said, start) in _DOTS:
        last, size = _last_label(said[start + 1 :])
        site, end = f"{wrong.value.partition('@')[2].rpartition('.')[0]}.{last}", start + 1 + size
    else:
        site, end = _domain(said, start)
    value = f"{before}@{site}"
    return Address(value, start, end) if is_valid(value) else None


def is_valid(value: str) -> bool:
    """Whether ``value`` can be an address."""
    return len(value) <= _MOST and value.find("@") <= _MOST_BEFORE_AT and _VALID.fullmatch(value) is not None


def read(said: Sequence[str]) -> str:
    """The characters of one part of an address.

    >>> read("dana underscore nineteen eighty four".split())
    'dana_1984'
    """
    letters = {one.start: one for one in spelled(said, code_words=False, signs=False)}
    text, index, before = "", 0, ""
    while index < len(said):
        aside = next((words for words in _ASIDES if tuple(said[index : index + len(words)]) == words), ())
        if aside:
            index += len(aside)
            continue
        piece, index = _piece(said, index, letters)
        if before.isalpha() and _spells(before, piece):
            text = text[: -len(before)]
        text, before = text + piece, piece
    return text


def _piece(said: Sequence[str], index: int, letters: dict[int, Spelled]) -> tuple[str, int]:
    word = said[index]
    if word in _SIGNS:
        return _SIGNS[word], index + 1
    if index in letters:
        return letters[index].value, letters[index].end
    if is_number_word(word) and word != "o":
        end = next((at for at in range(index, len(said)) if not is_number_word(said[at]) or said[at] == "o"), len(said))
        figures = [run.readings[0] for run in runs(said[index:end]) if run.readings]
        return ("".join(figures) or word), end
    return word.replace("'", ""), index + 1


def _spells(word: str, piece: str) -> bool:
    """Whether ``piece`` are the letters of ``word``, said just before: "dana d a y n a"."""
    return (
        len(piece) >= _SHORTEST_SPELLED
        and piece.isalpha()
        and word[0] == piece[0]
        and fuzz.ratio(word, piece) >= _ALIKE
    )


def _start(said: Sequence[str], least: int, at: int) -> int:
    """Where the part before "at" begins: after "my email is", "no it's" and the like, and after another "at"."""
    start = least
    for index in range(least, at):
        no_reply = (said[index], word_at(said, index + 1)) == ("no", "reply")
        if said[index] == "at" or (said[index] in _LEADS and not no_reply):
            start = index + 1
    return start


def _domain(said: Sequence[str], start: int) -> tuple[str, int]:
    """What stands after "at", and where it ends; empty when it is no domain."""
    dots = [index for index in range(start, len(said)) if said[index] in _DOTS]
    breaks = [index for index in range(start, len(said)) if said[index] in _LEADS or said[index] == "at"]
    stop = min(breaks, default=len(said))
    dots = [index for index in dots if index < stop]
    if not dots:
        return _without_dot(said[start:stop], start)
    if dots[0] == start:
        return "", start
    labels, begin = [], start
    for dot in dots:
        labels.append(read(said[begin:dot]))
        begin = dot + 1
    last, end = _last_label(said[begin:stop])
    return ".".join([*labels, last]), begin + end


def _without_dot(said: Sequence[str], start: int) -> tuple[str, int]:
    """A site without its "dot", or one that everybody knows without its ending: "gmail com", "gmail"."""
    end = next((at for at in range(1, len(said)) if said[at] in _ENDINGS), 0)
    if end:
        return f"{read(said[:end])}.{_MISHEARD.get(said[end], said[end])}", start + end + 1
    for size in (3, 1):  # "a o l"
        site = "".join(said[:size])
        if site in _PROVIDERS:
            return f"{site}.{_PROVIDERS[site]}", start + size
    return "", start


def _last_label(said: Sequence[str]) -> tuple[str, int]:
    """The ending ("com", "c o m", "u k") and how many words it has."""
    letters = 0
    while letters < len(said) and len(said[letters]) == 1 and said[letters].isalpha():
        letters += 1
    if letters:
        return "".join(said[:letters]), letters
    return (_MISHEARD.get(said[0], said[0]), 1) if said else ("", 0)
