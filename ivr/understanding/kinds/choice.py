"""``choice``: one of a short list of names."""

from __future__ import annotations

from ivr.flows.actions import Choice as Option
from ivr.flows.events import Heard
from ivr.flows.skills import KindOptions
from ivr.understanding import menu


class Choice:
    """One of ``options.choices``; on the keypad its place in the list."""

    name: str = "choice"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        return menu.understand(Heard(0.0, text), _options(options)).choice

    def key(self, keys: str, options: KindOptions) -> str | None:
        return {option.key: option.name for option in _options(options)}.get(keys) if keys else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return options.choices

    def max_keys(self, options: KindOptions) -> int:
        return len(str(len(options.choices))) if options.choices else 1

    def finished(self, text: str, options: KindOptions) -> bool:
        return menu.finished(text, _options(options))

    def speak(self, value: str) -> str:
        return value


def _options(options: KindOptions) -> tuple[Option, ...]:
    return tuple(Option(name, key=str(place)) for place, name in enumerate(options.choices, 1))
