"""What a caller meant, by words and, where they do not decide, by sense: act, ask, or admit that it was not understood.

Words come first: they are exact, cost next to nothing, and hold up when a caller uses the menu's own. What is said in
other words is compared in meaning with the phrases listed; the nearer, the less is asked. Deterministic: the same
speech at the same menu always means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Candidate, Meaning
from ivr.understanding import menu
from ivr.understanding.matchers import LITERAL, exact
from ivr.understanding.numerals import is_number_word
from ivr.understanding.phrases import Wording, phrases, wording
from ivr.understanding.readings import SOUNDS_LIKE_IT, heard_badly, readings, weighed
from ivr.understanding.sounding import sounds_alike
from ivr.understanding.vectors.nearness import Nearness
from ivr.understanding.vectors.sentence import Sentence
from ivr.understanding.wording import CORRECTIONS, COURTESIES

ACT = 0.70
ASK = 0.25
MARGIN = 0.05
"""Nearness from which an option is taken, from which it is asked about, and by how much it must lead.

Read off by ``ivr bench limits`` on menus of 2 to 8 options with 3 to 10 phrases, drawn from the parts of two public
sets that are to learn from: 0.5 % of wishes that the menu has no option for reach 0.68 (rounded up, as in the menu of
tests/gold/senses a wrong one is at 0.698), 15 % of what belongs nowhere reach the second, and those that lead by less
than the third are right in less than three of four cases.
"""
CLEARLY = 0.12
"""By how much another reading of the speech must be nearer to be asked about. A guess: measure on real calls."""
SURE_WORDS = 0.65
"""Score of words from which they are acted on: a misspelt phrase from an unsure recogniser is asked about."""
HEARD_WELL = 0.6
"""Confidence from which what was heard may be acted on by its sense. A guess: measure on real calls."""
_ENOUGH_WORDS = 2
_SENTENCE_WORDS = 5
_SHOWN = 4
_EMPTY = COURTESIES | CORRECTIONS | {"yes", "yeah", "hello"}


class Senses:
    """Understands with vectors: ``of_phrase`` makes those of listed phrases, ``of_speech`` those of what was said."""

    def __init__(
        self, of_phrase: Callable[[str], Sentence], of_speech: Callable[[str], Sentence], background: Sequence[str]
    ) -> None:
        self._of_phrase = of_phrase
        self._of_speech = of_speech
        self._background = background
        self._nearness = lru_cache(maxsize=256)(self._nearness_of)

    def __call__(self, heard: Heard, choices: Sequence[Choice]) -> Meaning:
        """See :class:`ivr.flows.skills.Understand`."""
        heard, choices = weighed(heard), tuple(choices)
        whole = _in_sentences(choices)
        sure = (exact,) if whole else LITERAL
        literal = menu.understand(heard, choices, sure)
        if literal.how.endswith(menu.ANOTHER_HEARING) and not _sounds_like(literal, heard, choices):
            heard = replace(heard, alternatives=())
            literal = menu.understand(heard, choices, sure)
        if literal.choice or literal.offer or not self._worth_comparing(heard.text, literal):
            return _asked_if_unsure(_asked_if_in_passing(literal, heard, choices))
        sense = self._sense(heard, choices)
        return sense if whole else _together(_asked_if_unsure(menu.understand(heard, choices)), sense)

    def _sense(self, heard: Heard, choices: Sequence[Choice]) -> Meaning:
        """By its sense alone; a reading of the speech that is clearly nearer to an option is asked about."""
        near = self.near(heard.text, choices)
        meaning = _decided(near, heard)
        best = max(near.values(), default=-1.0)
        for reading in readings(heard):
            nearer = self.near(reading.text, choices)
            if nearer and max(nearer.values()) >= max(ASK, best + CLEARLY):
                meaning, best = _asked_instead(meaning, nearer, reading.how), max(nearer.values())
        return meaning

    def near(self, text: str, choices: Sequence[Choice]) -> dict[str, float]:
        """How near ``text`` is in meaning to each of ``choices``, the nearest first."""
        asked = tuple(choices)
        nearness = self._nearness(asked)
        if nearness is None:
            return {}
        near = nearness(self._of_speech(_compared(wording(text), whole=_in_sentences(asked))))
        return dict(sorted(near.items(), key=lambda one: (-one[1], one[0])))

    def _worth_comparing(self, text: str, by_words: Meaning) -> bool:
        """Vectors know no "not", and little of single numbers and courtesies."""
        said = wording(text)
        telling = [word for word in said.full if word not in _EMPTY and not is_number_word(word)]
        return bool(telling) and not by_words.how.startswith("said not")

    def _nearness_of(self, choices: tuple[Choice, ...]) -> Nearness | None:
        every, whole = phrases(choices), _in_sentences(choices)
        listed = sorted({(phrase.choice, _compared(phrase.wording, whole=whole)) for phrase in every})
        if not listed:
            return None
        return Nearness.of([(choice, self._of_phrase(text)) for choice, text in listed], self._middle())

    def _middle(self) -> list[Sentence]:
        return [self._of_phrase(text) for text in self._background]


@lru_cache(maxsize=512)
def _in_sentences(choices: tuple[Choice, ...]) -> bool:
    """Whether a menu's phrases are whole sentences rather than names of things.

    Then they share words that tell nothing: of sentences of a public set with such a menu, a phrase inside a longer
    sentence was the right one in 44 of 100 cases, where the sense alone is right in 90.
    """
    listed = phrases(choices)
    return bool(listed) and sum(len(phrase.wording.full) for phrase in listed) >= _SENTENCE_WORDS * len(listed)


def _compared(said: Wording, *, whole: bool) -> str:
    """Like is compared with like: sentences as they are, names without what people say around a wish."""
    return " ".join(said.full if whole else said.bare)


def _asked_if_unsure(meaning: Meaning) -> Meaning:
    """Words that may have been misheard are asked about."""
    unsure = meaning.score < SURE_WORDS or meaning.how.endswith(menu.ANOTHER_HEARING)
    if meaning.choice is None or not unsure:
        return meaning
    return replace(meaning, choice=None, offer=(meaning.choice,), how=f"unsure: {meaning.how}")


def _asked_if_in_passing(meaning: Meaning, heard: Heard, choices: Sequence[Choice]) -> Meaning:
    """A phrase inside a sentence is asked about when it is what was heard badly."""
    listed = [phrase for phrase in phrases(tuple(choices)) if phrase.choice == meaning.choice]
    badly = set(heard_badly(heard))
    if exact(wording(heard.text), listed) or not any(badly.intersection(phrase.wording.content) for phrase in listed):
        return meaning
    return replace(meaning, choice=None, offer=(str(meaning.choice),), how=f"heard badly: {meaning.how}")


def _sounds_like(meaning: Meaning, heard: Heard, choices: Sequence[Choice]) -> bool:
    """Whether the other hearing that gave ``meaning`` sounds like what was heard first."""
    listed = [phrase for phrase in phrases(tuple(choices)) if phrase.choice == meaning.choice]
    hits = [text for text in heard.alternatives if exact(wording(text), listed)]
    return any(sounds_alike(text, heard.text) >= SOUNDS_LIKE_IT for text in hits)


def _together(like: Meaning, sense: Meaning) -> Meaning:
    """Words that are like a phrase count as long as the sense does not clearly speak for another option."""
    options = {like.choice, *like.offer} - {None}
    nearest = sense.choice or next(iter(sense.offer), None)
    if not options:
        return sense
    if nearest is None or nearest in options:
        return replace(like, candidates=sense.candidates)
    if sense.choice:
        return sense
    both = (like.choice or like.offer[0], nearest)
    how = f"{like.how}, but {sense.how} to '{nearest}'"
    return replace(like, choice=None, offer=both, how=how, candidates=sense.candidates)


def _asked_instead(meaning: Meaning, nearer: dict[str, float], how: str) -> Meaning:
    """What another reading is nearest to, and what was understood before if that is something else."""
    first = next(iter(nearer))
    before = [option for option in (meaning.choice, *meaning.offer) if option and option != first][:1]
    how = f"near in meaning ({nearer[first]:.2f}) to '{first}' {how}"
    weighed = Candidate(first, 0.0, max(0.0, nearer[first]), how)
    return replace(
        meaning,
        choice=None,
        score=nearer[first],
        how=how,
        offer=(first, *before),
        candidates=(weighed, *meaning.candidates),
    )


def _decided(near: dict[str, float], heard: Heard) -> Meaning:
    """Act, ask about one, ask about two, or admit it: by how near the nearest is, and how far it leads."""
    seen = tuple(Candidate(choice, 0.0, score, "near in meaning") for choice, score in [*near.items()][:_SHOWN])
    (first, best), *others = near.items() or (("", -1.0),)
    second, next_best = others[0] if others else ("", -1.0)
    leads = best - next_best >= MARGIN
    enough = len(wording(heard.text).content) >= _ENOUGH_WORDS
    well = heard.confidence >= HEARD_WELL and not heard_badly(heard)
    choice: str | None = None
    offer: tuple[str, ...] = (first,)
    how = f"near in meaning ({best:.2f})"
    if best < ASK:
        offer, how = (), f"nothing like any option, nearest '{first}' ({best:.2f})"
    elif not leads and next_best >= ASK:
        offer, how = (first, second), f"{how}, and so is '{second}' ({next_best:.2f})"
    elif best >= ACT and leads and enough and well:
        choice, offer = first, ()
    return Meaning(choice, round(max(0.0, best), 3), how, offer, by_words=False, candidates=seen)
