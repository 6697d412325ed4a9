"""Who called and what about, as far as the words of a message say it themselves: picked out by rules, never guessed.

A name is one that was said as such ("my name is dana reed"), and clearly. A topic is the option of a menu of the flow
file that a sentence would have chosen without a question back; what only ends a call or leaves a message is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.flows import FlowBook
from ivr.flows.actions import Choice
from ivr.flows.book import Step
from ivr.flows.events import Heard, Word
from ivr.flows.graph import steps, ways
from ivr.flows.skills import Kind, KindOptions
from voicemail.readable import PAUSE_S, sentences

LEAST_SURE = 0.5
"""A name with a word less sure is none: about one in two of them are wrong. A guess: measure."""

MOST_NAMES = 3
SPEAKS = "en"
"""The language of the rules for names and of the understanding of menus."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMED = (("my", "name", "is"), ("my", "name's"), ("the", "name", "is"), ("the", "name's"))
_THIS_IS = ("this", "is")
_IT_IS = (("it's",), ("it", "is"))
_WHO_CALLS = frozenset(("calling", "speaking"))
"""After these "it's dana" is a name; "it's urgent" is none, however it goes on."""
_GREETING = _listed("hi hello hey yes yeah oh um uh so well okay ok good morning afternoon evening there")
_MOST_GREETED = 2
"""Words for who is greeted: "hi sam this is dana"."""
_AFTER = _listed(
    "calling from speaking here and i i'm i've i'd i'll my we we're our with at about again on in for the a an it it's "
    "you your please could can would just because regarding hi hello but so thanks thank phone number"
)
"""Words that a name ends before."""
_NO_NAME = _listed(
    "urgent important regarding concerning not really very ridiculous unacceptable great good bad wrong right terrible "
    "awful getting going taking becoming what how why to in of all also still only another probably maybe"
)
"""What people say that "this is", beside names."""
_ENDS = frozenset(("hangup", "voicemail"))


@dataclass(frozen=True, slots=True)
class Gist:
    """``caller_name`` and ``topic``; empty where the message does not say."""

    caller_name: str = ""
    topic: str = ""


NO_GIST = Gist()
GistOf = Callable[[str, Sequence[Word]], Gist]
"""Picks it out of the words of a message for a mailbox."""


def no_gist(mailbox: str, words: Sequence[Word]) -> Gist:
    """Nobody picks anything out."""
    del mailbox, words
    return NO_GIST


def gist_of(book: FlowBook, mailbox: str, words: Sequence[Word]) -> Gist:
    """The gist of a message, by the flow file; nothing in a language that is not understood."""
    box = book.company.mailboxes.get(mailbox)
    language = (box.language if box else "") or book.company.language
    if not language.startswith(SPEAKS) or not words:
        return NO_GIST
    return Gist(name_said(words, book.skills.kinds["name"]), topic_of(book, words))


def name_said(words: Sequence[Word], kind: Kind) -> str:
    """The name that was said as the caller's own; empty when none was, or not clearly."""
    said = [word.text for word in words]
    for at in range(len(said)):
        opening = _opening(said, at)
        if opening and (name := _name_at(words[at + len(opening) :], kind)):
            after = said[at + len(opening) + len(name.split()) :][:1]
            if opening not in _IT_IS or _WHO_CALLS.issuperset(after or (" ",)):
                return name
    return ""


def _opening(said: Sequence[str], at: int) -> tuple[str, ...]:
    """What introduces a name at this word; empty when nothing does."""
    begins = (*_NAMED, *((_THIS_IS, *_IT_IS) if _is_greeting(said[:at]) else ()))
    return next((one for one in begins if tuple(said[at : at + len(one)]) == one), ())


def _is_greeting(said: Sequence[str]) -> bool:
    """Whether these words are a greeting and nothing else, of somebody by name perhaps.

    >>> [_is_greeting(said.split()) for said in ("", "hi", "hi sam", "my tent", "hi my tent", "i think")]
    [True, True, True, False, False, False]
    """
    greeted = [word for word in said if word not in _GREETING]
    if not greeted:
        return True
    return said[0] in _GREETING and len(greeted) <= _MOST_GREETED and _AFTER.isdisjoint(greeted)


def _name_at(rest: Sequence[Word], kind: Kind) -> str:
    """The name that ``rest`` begins with, if it is clear where that ends."""
    name: list[Word] = []
    for word in rest:
        if word.text in _AFTER or (name and word.start_s - name[-1].end_s >= PAUSE_S):
            break
        name.append(word)
        if len(name) > MOST_NAMES:
            return ""
    if any(word.confidence < LEAST_SURE or word.text in _NO_NAME for word in name):
        return ""
    return kind.hear(" ".join(word.text for word in name), KindOptions()) or ""


def topic_of(book: FlowBook, words: Sequence[Word]) -> str:
    """The option that one of the sentences chooses most surely; the earlier one where two are as sure."""
    topic, best = "", 0.0
    for sentence in sentences(words):
        sure = sum(word.confidence for word in sentence) / len(sentence) if sentence else 0.0
        heard = Heard(0.0, " ".join(word.text for word in sentence), sure, words=tuple(sentence))
        for choices in _menus(book):
            meaning = book.skills.understand(heard, choices)
            if meaning.choice and meaning.score > best:
                topic, best = meaning.choice, meaning.score
    return topic


def _menus(book: FlowBook) -> Iterator[tuple[Choice, ...]]:
    """The options of every menu that say what somebody wants. Their keys are left out: "one" is a number here."""
    found: Mapping[str, Step] = dict(steps(book))
    leads = {(way.source, way.label): found.get(way.target) for way in ways(book)}
    for name, step in found.items():
        listed: tuple[Choice, ...] = getattr(step, "choices", ())
        wanted = (one for one in listed if not _ends(leads.get((name, one.name))))
        if choices := tuple(Choice(one.name, one.phrases) for one in wanted):
            yield choices


def _ends(step: Step | None) -> bool:
    return step is not None and step.word in _ENDS
