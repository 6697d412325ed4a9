"""Which option of a menu the caller meant. Deterministic, so a replayed call is understood the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Meaning
from ivr.understanding.matchers import MATCHERS, Match, Matcher, exact, occurs, refused
from ivr.understanding.phrases import Phrase, Wording, key_said, phrases, wording
from ivr.understanding.wording import negates

LEAST_SCORE = 0.5
"""Below this nothing was understood: "sounds like" needs some confidence of the recogniser, exact words none."""

MARGIN = 0.03
"""Two choices closer than this are ambiguous."""

ANOTHER_HEARING = "(another hearing)"
_ALTERNATIVE = 0.9
"""What the recogniser's second and later guesses are worth."""


def understand(heard: Heard, choices: Sequence[Choice], matchers: Sequence[Matcher] = MATCHERS) -> Meaning:
    """Which of ``choices`` was meant, by the first of ``matchers`` that finds one.

    The recogniser's alternatives count only when one is a phrase and nothing else: forced into a grammar, talk about
    something else has alternatives with phrases in them.
    """
    listed = phrases(tuple(choices))
    meaning = _understand(heard.text, choices, listed, matchers)
    if meaning.how == _NOTHING:
        others = (exact(wording(text), listed) for text in heard.alternatives if text != heard.text)
        found = next((_decide(other) for other in others if other), None)
        if found and found.choice:
            meaning = Meaning(found.choice, found.score * _ALTERNATIVE, f"{found.how} {ANOTHER_HEARING}")
    score = round(meaning.score * (0.6 + 0.4 * min(1.0, max(0.0, heard.confidence))), 3)
    if meaning.choice and score < LEAST_SCORE:
        return Meaning(None, score, f"too unsure: {meaning.how}")
    return replace(meaning, score=score)


def finished(text: str, choices: Sequence[Choice], *, keys: bool = True) -> bool:
    """Whether ``text`` is one phrase completely (or, with ``keys``, the name of a key) and none goes on from it."""
    said, listed = wording(text), phrases(tuple(choices))
    if not said.full or _goes_on(said, listed):
        return False
    return bool(exact(said, listed)) or (keys and _by_key(said, choices) is not None)


def matches(text: str, choices: Sequence[Choice]) -> bool:
    """Whether a listed phrase is in ``text``: enough to stop a prompt."""
    said = wording(text)
    return any(occurs(said, phrase) for phrase in phrases(tuple(choices)))


_NOTHING = "nothing like any option"


def _understand(text: str, choices: Sequence[Choice], listed: Sequence[Phrase], matchers: Sequence[Matcher]) -> Meaning:
    said = wording(text)
    if not said.full:
        return Meaning(None, 0.0, _NOTHING)
    whole = exact(said, listed)
    if whole:
        return _decide(whole)
    unwanted: dict[str, str] = {}
    if negates(said.full):  # looking for each of many phrases takes long
        unwanted = {phrase.choice: phrase.text for phrase in listed if refused(said, phrase)}
    wanted = [phrase for phrase in listed if phrase.choice not in unwanted]
    for matcher in matchers:
        found = matcher(said, wanted) if matcher is not exact else ()
        if found:
            return _decide(found)
    by_key = _by_key(said, choices)
    if by_key:
        return Meaning(by_key.name, 0.95, f"said the key {by_key.key}")
    if unwanted:
        return Meaning(None, 0.0, f"said not '{next(iter(unwanted.values()))}'")
    return Meaning(None, 0.0, _NOTHING)


def _decide(found: Iterable[Match]) -> Meaning:
    """The best choice, unless another is as good."""
    best: dict[str, Match] = {}
    for match in found:
        if match.choice not in best or match.score > best[match.choice].score:
            best[match.choice] = match
    first, *others = sorted(best.values(), key=lambda match: (-match.score, match.choice))
    if others and first.score - others[0].score < MARGIN:
        both = (first.choice, others[0].choice)
        return Meaning(None, first.score, f"ambiguous: {first.choice} or {others[0].choice}", both)
    return Meaning(first.choice, first.score, first.how)


def _by_key(said: Wording, choices: Sequence[Choice]) -> Choice | None:
    key = key_said(said.bare)
    return next((choice for choice in choices if key and choice.key == key), None)


def _goes_on(said: Wording, listed: Sequence[Phrase]) -> bool:
    """Whether a longer phrase begins with what was said so far."""
    return any(
        len(form) > len(start) and form[: len(start)] == start
        for phrase in listed
        for form, start in ((phrase.wording.full, said.full), (phrase.wording.bare, said.bare))
    )
