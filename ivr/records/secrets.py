"""Keeps what a caller said in confidence out of the records.

A secret question's answer is masked by name in the variables, but it also stands in the events and may have been
repeated in a prompt or to a service. A wrong first try is as secret as the right second one: every answer whose
transcript line is masked is masked among the events too.

Events keep the shape of a secret, so that a call can be run again without it: a zero stands for every digit. An
answer without digits in it is not kept at all, and a call can be run again up to there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ivr.flows.call import MASK, Call
from ivr.flows.events import Event, Failed, Heard, Pressed, Reply

DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18",
    "nineteen": "19",
}  # fmt: skip
TENS = dict(
    zip(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), "23456789", strict=True)
)
TIMES = {"double": 2, "triple": 3}

HARMLESS = frozenset({"yes", "yeah", "yep", "correct", "right", "no", "nope", "wrong"})
"""Words that tell nothing about a secret made of digits, such as the answer to whether it was heard right."""

SHORTEST = 3
"""Shorter secrets are masked only where they stand alone: a secret ``1`` must not blot out every one."""


def mask_secrets(call: Call, events: Sequence[Event]) -> tuple[Call, list[Event]]:
    """The call and its events as they may be stored: no value of ``call.secrets`` in them."""
    values = _secret_values(call)
    answered_s = {line.at_s for line in call.transcript if line.who == "caller" and MASK in line.text}
    shown = replace(
        call,
        variables=_masked(call.shown_variables, values),
        transcript=tuple(replace(line, text=_masked(line.text, values)) for line in call.transcript),
    )
    return shown, [_masked_event(event, values, answered_s) for event in events]


def mask_text(call: Call, text: str) -> str:
    """``text`` without the values of ``call.secrets``."""
    return str(_masked(text, _secret_values(call)))


def _secret_values(call: Call) -> list[str]:
    found = {text for name in call.secrets for text in _leaves(call.variables.get(name))}
    return sorted(found - {"", MASK}, key=len, reverse=True)


def _leaves(value: Any) -> list[str]:
    match value:
        case None | bool():
            return []
        case dict():
            return [text for part in value.values() for text in _leaves(part)]
        case list() | tuple():
            return [text for part in value for text in _leaves(part)]
        case _:
            return [str(value)]


def _masked_event(event: Event, values: Sequence[str], answered_s: set[float]) -> Event:
    match event:
        case Heard():
            texts = (event.text, *event.alternatives, " ".join(word.text for word in event.words))
            secret = event.at_s in answered_s or any(_holds(text, values) for text in texts)
            return replace(event, text=_shape(event.text, values), alternatives=(), words=()) if secret else event
        case Pressed():
            secret = event.at_s in answered_s or _holds(event.keys, values)
            return replace(event, keys=re.sub(r"\d", "0", event.keys)) if secret else event
        case Reply():
            return replace(event, data=_masked(event.data, values))
        case Failed():
            return replace(event, what=_masked(event.what, values))
        case _:
            return event


def _shape(said: str, values: Sequence[str]) -> str:
    """What stands for a secret answer: as many zeros as there were digits."""
    if said in HARMLESS and values and all(value.isdigit() for value in values):
        return said
    return " ".join("zero" for _ in _digits_said(said)) or MASK


def _holds(text: str, values: Sequence[str]) -> bool:
    return bool(_masked(text, values) != text)


def _masked(value: Any, values: Sequence[str]) -> Any:
    """``value`` with every secret in its texts masked."""
    match value:
        case str():
            for secret in values:
                value = _masked_text(value, secret)
            return value
        case dict():
            return {key: _masked(part, values) for key, part in value.items()}
        case list() | tuple():
            return [_masked(part, values) for part in value]
        case int() | float() if str(value) in values and not isinstance(value, bool):
            return MASK
        case _:
            return value


def _masked_text(text: str, secret: str) -> str:
    letters = [re.escape(letter) for letter in secret if letter.isalnum()]
    if len(letters) < SHORTEST:
        return MASK if text.strip() == secret else text
    # Prompts read digits back one by one, with spaces, commas or dashes between them.
    text = re.sub(r"[\s,.\-]*".join(letters), MASK, text, flags=re.IGNORECASE)
    digits = "".join(letter for letter in secret if letter.isdigit())
    return MASK if len(digits) == len(letters) and digits in _digits_said(text) else text


def _digits_said(text: str) -> str:
    """The digits in ``text``, from figures and words.

    >>> _digits_said("it is four double one forty two oh 7")
    '4114207'
    """
    said, times, tens = "", 1, ""
    for word in re.findall(r"[a-z]+|\d+", text.lower()):
        if word in TIMES:
            times = TIMES[word]
        elif word in TENS:
            said, tens = said + tens + ("0" if tens else ""), TENS[word]
        elif digit := (word if word.isdigit() else DIGITS.get(word, "")):
            said += tens + ("0" if tens and len(digit) > 1 else "") + digit * times
            times, tens = 1, ""
    return said + tens + ("0" if tens else "")
