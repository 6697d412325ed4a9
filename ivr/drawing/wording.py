"""The words on the picture of a step: a short text to read at a glance, and everything that is written there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SPOKEN = frozenset({"say", "menu", "hangup", "confirm", "survey"})
"""Steps whose short text is what the caller hears."""
_TELLING = ("ask", "say", "to", "near", "get", "post", "put", "question", "text", "body", "subject", "number", "in")
"""Keys that tell what a step is about, the most telling first."""
ONE_LINE = 60
"""Lists that are no longer than this stay on one line."""
_KEPT = ("to", "near", "in")
"""Keys that are part of the short text."""


def summary(word: str, written: Mapping[str, Any]) -> str:
    """What a step is about, in one line.

    >>> summary("say", {"say": "Welcome."})
    '“Welcome.”'
    >>> summary("transfer", {"transfer": {"to": "queue sales", "brief": "Caller {name}"}})
    'to queue sales'
    >>> summary("set", {"set": {"intent": "returns"}})
    'intent = returns'
    """
    value = written.get(word, "")
    text = f"{value:g} s" if isinstance(value, float) else _about(word, value)
    return f"“{text}”" if text and word in _SPOKEN else text


def _about(word: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_about(word, item) for item in value)
    if not isinstance(value, dict):
        return clean(str(value))
    for key in _TELLING if word != "set" else ():
        if value.get(key):
            told = value[key][0] if isinstance(value[key], list) else value[key]
            return f"{key} {_about(word, told)}" if key in _KEPT else _about(word, told)
    return ", ".join(f"{key} = {_about('', item) or 'nothing'}" for key, item in value.items())


def outline(value: Any, indent: str = "") -> str:
    """``value`` in indented lines, much as it stands in the file.

    >>> print(outline({"transfer": {"to": "queue sales", "say": "Hold on."}}))
    transfer:
      to: queue sales
      say: Hold on.
    """
    if isinstance(value, dict):
        return "\n".join(_entry(f"{indent}{key}:", item, indent) for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(_entry(f"{indent}-", item, indent) for item in value)
    return f"{indent}{clean(str(value))}"


def _entry(lead: str, item: Any, indent: str) -> str:
    if isinstance(item, list) and not any(isinstance(each, dict | list) for each in item):
        together = ", ".join(clean(str(each)) for each in item)
        item = together if len(item) == 1 or len(together) <= ONE_LINE else item
    if isinstance(item, dict | list) and item:
        return f"{lead}\n{outline(item, indent + '  ')}"
    return f"{lead} {'' if isinstance(item, dict | list) else clean(str(item))}".rstrip()


def clean(text: str) -> str:
    """``text`` in one line and without control characters, which no picture can hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def counted(count: int, what: str) -> str:
    """A number of things in words.

    >>> counted(1, "flow"), counted(21, "step")
    ('1 flow', '21 steps')
    """
    return f"{count} {what}{'' if count == 1 else 's'}"
