"""The phrases of menus, for the lints that compare them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ivr.flows.actions import Choice
from ivr.flows.lints.facts import Facts
from ivr.flows.problems import Place
from ivr.flows.source import Path
from ivr.flows.steps.menu import MenuStep


@dataclass(frozen=True, slots=True)
class Listed:
    """A phrase of a menu's option or of a command, and where it is written."""

    choice: str
    text: str
    path: Path
    command: bool = False

    @property
    def plain(self) -> str:
        """The words alone."""
        return _plain(self.text)

    def place(self, facts: Facts) -> Place:
        """Where it is written: the name of an option is a key, and one phrase needs no list."""
        return facts.source.place(self.path, key=self.path[-1] == self.choice)


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() or c == "'" else " " for c in text.casefold()).split())


def menus(facts: Facts) -> Iterator[tuple[list[Listed], list[Listed], tuple[Choice, ...]]]:
    """For each menu its phrases, those of the commands, and all choices."""
    commands = list(command_phrases(facts))
    for step, path in facts.paths.items():
        menu = facts.steps[step]
        if isinstance(menu, MenuStep):
            options = (*path, "menu", "options")
            own = [
                one for name, option in menu.menu.options.items() for one in _phrases(facts, options, name, option.hear)
            ]
            yield own, commands, (*menu.choices, *facts.book.company.commands)


def command_phrases(facts: Facts) -> Iterator[Listed]:
    """The phrases of all commands."""
    for name, command in facts.book.company.anywhere.items():
        yield from _phrases(facts, ("anywhere",), name, command.hear, command=True)


def _phrases(facts: Facts, above: Path, name: str, hear: tuple[str, ...], *, command: bool = False) -> Iterator[Listed]:
    yield Listed(name, name.replace("_", " "), (*above, name), command)
    one = isinstance(facts.written((*above, name, "hear")), str)
    for index, text in enumerate(hear):
        yield Listed(name, text, (*above, name, "hear") if one else (*above, name, "hear", index), command)
