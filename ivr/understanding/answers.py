"""One question's answer as audio sees it: what to listen for, when it is complete, what stops a prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.flows.actions import Listen
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding import menu
from ivr.understanding.numerals import DIGITS, spelled_figures
from ivr.understanding.wording import UNKNOWN, without_noise, words

MENU = "menu"
"""What ``Listen.expect`` says when only choices are open."""

_ENOUGH_WORDS = 3
"""Known words that are speech and no cough; a guess: measure on real calls."""

_ENOUGH_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Answers:
    """What counts as an answer to a ``Listen``, given the kinds of the flow book."""

    kinds: Mapping[str, Kind]

    def grammar(self, listen: Listen) -> list[str] | None:
        """The phrases a recogniser is held to (without its own mark for unknown words), or None for free speech."""
        if not listen.closed:
            return None
        texts = [text.replace("_", " ") for choice in listen.choices for text in (choice.name, *choice.phrases)]
        if listen.expect == MENU:
            texts += [choice.key for choice in listen.choices if choice.key.isdecimal()]
        spoken = (" ".join(spelled_figures(words(text))) for text in (*texts, *listen.words))
        return list(dict.fromkeys(phrase for phrase in spoken if phrase and phrase != UNKNOWN))

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


def _known(partial: str) -> list[str]:
    """The words of ``partial`` that are speech: no hesitation, no unknown ones."""
    return without_noise(words(partial))


def _options(listen: Listen) -> KindOptions:
    """What a Listen tells about its kind: as many keys as digits; the words of a closed list are its choices."""
    return KindOptions(length=listen.max_keys or None, choices=listen.words)
