"""``choice``: one of a list of names: a few colours, or a directory of thousands."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.listed_names import listed_names


class Choice:
    """One of ``options.choices``; on the keypad its place in the list."""

    name: str = "choice"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        return listed_names(options.choices, options.ways).hear(text)

    def key(self, keys: str, options: KindOptions) -> str | None:
        place = int(keys) if keys.isdecimal() and keys.isascii() and len(keys) <= self.max_keys(options) else 0
        return options.choices[place - 1] if 0 < place <= len(options.choices) else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*options.choices, *(way for way, _ in options.ways))

    def max_keys(self, options: KindOptions) -> int:
        return len(str(len(options.choices))) if options.choices else 1

    def finished(self, text: str, options: KindOptions) -> bool:
        return listed_names(options.choices, options.ways).finished(text)

    def speak(self, value: str) -> str:
        return value
