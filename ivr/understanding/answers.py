"""One question's answer as audio sees it: what to listen for, when it is complete, what stops a prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ivr.flows.actions import Choice, Listen
from ivr.flows.skills import Kind, KindOptions
from ivr.ports import Hearing
from ivr.understanding import menu
from ivr.understanding.numerals import DIGITS, SAID_AROUND, SPOKEN_DIGITS, is_number_word, spelled_figures
from ivr.understanding.wording import UNKNOWN, without_noise, words

MENU = "menu"
"""What ``Listen.expect`` says when only choices are open."""
YES_NO = "yes_no"
BEYOND_DOUBT = 0.95
"""Confidence of a phrase that is taken as it is. In synthetic voices 87 of 88 listed phrases are heard so surely and
as nothing else, and none of 120 sentences about something else is."""

_ENOUGH_WORDS = 3
"""Known words that are speech and no cough; a guess: measure on real calls."""

_ENOUGH_DIGITS = 3
_KEPT = 128
"""Questions whose phrases are kept."""

_SOME_DIGITS = 2
"""So many number words may be a misheard row of digits; one may be part of a name (Two Rivers)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What counts as an answer to a ``Listen``, given the kinds of the flow book."""

    kinds: Mapping[str, Kind]

    def grammar(self, listen: Listen) -> list[str] | None:
        """The phrases a recogniser is held to (without its own mark for unknown words), or None for free speech."""
        if not listen.closed:
            return None
        return list(_spoken(listen.choices, listen.words, keys=listen.expect == MENU))

    def other_grammars(self, listen: Listen, text: str) -> list[list[str]]:
        """What else to listen for when ``text`` may be a misheard row of digits; nothing when it cannot be.

        Where tens or names may be said as well, "seven two oh" is heard as "seventy" and "four one" as "portland". So
        what has digits in it is heard again as single digits, and beside names also as numbers; whichever complete
        answer is heard most surely counts.
        """
        said = [word for word in _known(text) if is_number_word(word)]
        phrases = self.grammar(listen) or []
        numbers = [phrase for phrase in phrases if all(is_number_word(word) for word in phrase.split())]
        if len(said) < _SOME_DIGITS or len(numbers) <= len(SPOKEN_DIGITS):
            return []
        single = all(word in DIGITS for word in said)
        if single and self.finished(listen, text):
            return []
        others = [[*SPOKEN_DIGITS, *SAID_AROUND]]
        return others if len(said) == len(_known(text)) else [*others, [*numbers, *SAID_AROUND]]

    def doubtful(self, listen: Listen, hearing: Hearing) -> bool:
        """Whether what was heard in the phrases of a menu, or as yes or no, may be talk of something else.

        Held to a grammar, a recogniser hears its phrases in anything. Only a phrase and nothing else, heard without a
        rival, is beyond doubt; the rest is worth being heard freely.
        """
        if not listen.closed or listen.expect not in (MENU, YES_NO) or not hearing.text:
            return False
        sure = hearing.confidence >= BEYOND_DOUBT and UNKNOWN not in hearing.text
        return not (sure and self.finished(listen, hearing.text))

    def finished(self, listen: Listen, text: str) -> bool:
        """Whether ``text`` is a complete answer, so that a short pause ends it."""
        kind = self.kinds.get(listen.expect)
        if kind and kind.finished(text, _options(listen)):
            return True
        return menu.finished(text, listen.choices, keys=kind is None)

    def interrupts(self, listen: Listen, partial: str) -> bool:
        """Whether ``partial``, heard during a prompt, stops the prompt."""
        match listen.barge_in:
            case "any":
                return bool(_known(partial))
            case "matching":
                return self._is_an_answer(listen, partial)
            case _:
                return False

    def _is_an_answer(self, listen: Listen, partial: str) -> bool:
        known = _known(partial)
        digits = sum(len(word) if word.isdecimal() else word in DIGITS for word in known)
        return (
            len(known) >= _ENOUGH_WORDS
            or menu.matches(partial, listen.choices)
            or (listen.expect != MENU and (digits >= _ENOUGH_DIGITS or self.finished(listen, partial)))
        )


@lru_cache(maxsize=_KEPT)
def _spoken(choices: tuple[Choice, ...], more: tuple[str, ...], *, keys: bool) -> tuple[str, ...]:
    """Every phrase once, as it is spoken. The same question is asked again and again, some with thousands of names."""
    texts = [text.replace("_", " ") for choice in choices for text in (choice.name, *choice.phrases)]
    if keys:
        texts += [choice.key for choice in choices if choice.key.isdecimal()]
    spoken = (" ".join(spelled_figures(words(text))) for text in (*texts, *more))
    return tuple(dict.fromkeys(phrase for phrase in spoken if phrase and phrase != UNKNOWN))


def _known(partial: str) -> list[str]:
    """The words of ``partial`` that are speech: no hesitation, no unknown ones."""
    return without_noise(words(partial))


def _options(listen: Listen) -> KindOptions:
    """What a Listen tells about its kind: as many keys as digits; the words of a closed list are its choices."""
    return KindOptions(length=listen.max_keys or None, choices=listen.words)
