"""Reads YAML strictly: every value stays the text that was written, and every node keeps its place.

YAML's own guesses (``no`` is false, ``012`` is ten, ``12:30`` is a number) are what flow files break on, so nothing is
guessed here; the step types say which values are numbers or times. Size, depth and alias expansion are bounded
because flow files come from people and over the web.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivr.flows.problems import FlowFileError, Place, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 100_000
"""Bounds for one file; a flow file of 1,000 steps has about 15,000 nodes."""

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A read file: its plain ``tree`` of dict, list and str, and where each key and value stands."""

    file: str
    tree: Any
    values: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    problems: tuple[Problem, ...] = ()

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where ``path`` stands; the nearest enclosing node when it does not exist. ``key`` prefers its key."""
        known = self._known(path)
        if key and known in self.keys:
            return self.keys[known]
        return self.values.get(known, Place(self.file, 1, 1))

    def _known(self, path: Path) -> Path:
        """``path`` without the elements that are not in the file (validators add some)."""
        found: Path = ()
        for element in path:
            if (*found, element) in self.values:
                found = (*found, element)
        return found


@dataclass(slots=True)
class _Reading:
    """The work of turning nodes into plain values."""

    file: str
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def place(self, node: Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def plain(self, node: Node, path: Path) -> Any:
        """``node`` as dict, list or str; notes places and mistakes on the way."""
        self.nodes += 1
        if self.nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise FlowFileError([self._too_much(node)])
        self.values[path] = self.place(node)
        match node:
            case ScalarNode():
                return str(node.value)
            case SequenceNode():
                return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]
            case MappingNode():
                return self._mapping(node, path)
            case _:
                return ""

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._mistake(key_node, "F002", "this is not a name.", "Put a plain word before the colon.")
                continue
            if key == "<<" and isinstance(value_node, MappingNode):
                result = {**self._mapping(value_node, path), **result}
                continue
            if key in result and self.keys.get((*path, key)) is not None:
                first = self.keys[(*path, key)].line
                self._mistake(
                    key_node, "F003", f"'{key}' stands here twice.", f"Keep one; the first is in line {first}."
                )
                continue
            result[key] = self.plain(value_node, (*path, key))
            self.keys[(*path, key)] = self.place(key_node)
        return result

    def _mistake(self, node: Node, code: str, what: str, instead: str) -> None:
        self.problems.append(Problem(self.place(node), code, what, instead))

    def _too_much(self, node: Node) -> Problem:
        what = f"the file is too large or too deep from here (limit {MAX_NODES:,} values, {MAX_DEPTH} levels)."
        return Problem(self.place(node), "F004", what, "Split the file, or use fewer '*aliases'.")


def read_source(text: str, file: str) -> Source:
    """Read ``text``; ``file`` is only a name for messages.

    Raises:
        FlowFileError: when the text is not YAML, is empty, or passes a bound. Mistakes that leave the rest readable
            (a name written twice) are in ``Source.problems``.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        what = f"the file is larger than {MAX_BYTES:,} bytes."
        raise FlowFileError([Problem(Place(file, 1, 1), "F004", what, "Split it.")])
    node = _compose(text, file)
    if not isinstance(node, MappingNode):
        what = "there are no flows in this file."
        raise FlowFileError([Problem(Place(file, 1, 1), "F005", what, "Begin with  flows:  and a first flow.")])
    reading = _Reading(file)
    tree = reading.plain(node, ())
    return Source(file, tree, reading.values, reading.keys, tuple(reading.problems))


def _compose(text: str, file: str) -> Node | None:
    try:
        return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        what = f"this line cannot be read: {error.problem or error.context}."
        raise FlowFileError([Problem(place, "F001", what, _remedy(str(error.problem)))]) from error
    except (YAMLError, ValueError, RecursionError, UnicodeError) as error:
        what = f"the file cannot be read: {str(error).splitlines()[0]}."
        raise FlowFileError([Problem(Place(file, 1, 1), "F001", what, "Save it as plain UTF-8 text.")]) from error


def _remedy(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return 'Put quotes around a text that has a colon in it:  say: "Hours: nine to five"'
    if "tab" in problem or "'\\t'" in problem:
        return "Use spaces at the start of a line, not tabs."
    if "alias" in problem:
        return "Write '&name' at the place the alias points to, above this line."
    return "Check the spaces at the start of the line, and quotes and brackets that are still open."
