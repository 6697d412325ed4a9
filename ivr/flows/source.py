"""Reads YAML strictly: every value stays the text that was written, and every node keeps its place.

YAML's own guesses (``no`` is false, ``012`` is ten, ``12:30`` is a number) are what flow files break on, so nothing is
guessed here; the step types say which values are numbers or times. Size, depth and alias expansion are bounded
because flow files come from people and over the web.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from ivr.flows.documents import Document, documents
from ivr.flows.merging import NOT_INCLUDED, included, merged, tables_named
from ivr.flows.problems import FlowFileError, Place, Problem
from ivr.flows.tables import UNUSABLE, Table, read_table
from ivr.flows.unreadable import SECOND, unreadable
from ivr.flows.written import Path, Source

MAX_BYTES = 250_000
MAX_DEPTH = 40
MAX_NODES = 50_000
"""Bounds for one file with all it includes. A flow file of 1,000 steps has about 50,000 bytes and 10,000 nodes; the
slowest file within these bounds takes about 5 s to read."""
MAX_BRACKETS = 200
DEEP = re.compile(r"(?:[-?:][ \t]+){20}")
"""Lists begun in lists on one line. The C parser has no limit for these, the other one ends in a RecursionError."""

__all__ = ["MAX_BYTES", "Path", "Source", "decode", "read_source"]


HALF = re.compile("[\ud800-\udfff]")
REPLACED = "\ufffd"


@dataclass(slots=True)
class _Reading:
    """The work of turning nodes into plain values."""

    file: str
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    inside: list[Node] = field(default_factory=list)
    nodes: int = 0

    def place(self, node: Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def plain(self, node: Node, path: Path) -> Any:
        """``node`` as dict, list or str; notes places and mistakes on the way."""
        self._count(node, path)
        if node in self.inside:
            what = "this '*alias' stands inside the very lines it brings along."
            place = self.keys.get(path, self.place(node))
            raise FlowFileError([Problem(place, "F004", what, "Write these lines out, or leave them out.")])
        self.values[path] = self.place(node)
        self.inside.append(node)
        try:
            return self._value(node, path)
        finally:
            self.inside.pop()

    def _value(self, node: Node, path: Path) -> Any:
        match node:
            case ScalarNode():
                return self._text(node)
            case SequenceNode():
                return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]
            case MappingNode():
                return self._mapping(node, path)
            case _:
                return ""

    def _text(self, node: ScalarNode) -> str:
        """What is written there. An escape can name half a character: two halves are one, one half is none."""
        text = str(node.value)
        if HALF.search(text) is None:
            return text
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if REPLACED in text:
            self._mistake(node, "F001", "half a character is written here.", "Write the character itself.")
        return text

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        own: set[str] = set()
        # What ``<<`` brings along comes first: names of the mapping's own stand over it, wherever they are written.
        for key_node, value_node in sorted(node.value, key=lambda pair: pair[0].value != "<<"):
            key = self._text(key_node) if isinstance(key_node, ScalarNode) else ""
            self._count(key_node, path)
            if not key:
                self._mistake(key_node, "F002", "this is not a name.", "Put a plain word before the colon.")
                continue
            if key == "<<":
                result = {**self._merged(value_node, path), **result}
                continue
            if key in own:
                first = self.keys[(*path, key)].line
                self._mistake(
                    key_node, "F003", f"'{key}' stands here twice.", f"Keep one; the first is in line {first}."
                )
                continue
            own.add(key)
            self.keys[(*path, key)] = self.place(key_node)
            result[key] = self.plain(value_node, (*path, key))
            if not result[key] and isinstance(value_node, ScalarNode) and not value_node.style:
                self.values[(*path, key)] = self.place(key_node)  # nothing is written: only the key can be shown
        return result

    def _merged(self, node: Node, path: Path) -> dict[str, Any]:
        """What ``<<`` brings along: one mapping, or several of which the first wins."""
        result: dict[str, Any] = {}
        for part in node.value if isinstance(node, SequenceNode) else [node]:
            if not isinstance(part, MappingNode) or part in self.inside:
                self._mistake(part, "F002", "'<<' cannot bring this along.", "Give it an '*alias' of other lines.")
                continue
            self.inside.append(part)
            result = {**self._mapping(part, path), **result}
            self.inside.pop()
        return result

    def _count(self, node: Node, path: Path) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise FlowFileError([self._too_much(node)])

    def _mistake(self, node: Node, code: str, what: str, instead: str) -> None:
        self.problems.append(Problem(self.place(node), code, what, instead))

    def _too_much(self, node: Node) -> Problem:
        what = f"the file is too large or too deep from here (limit {MAX_NODES:,} values, {MAX_DEPTH} levels)."
        return Problem(self.place(node), "F004", what, "Split the file, or use fewer '*aliases'.")


def read_source(text: str, file: str) -> Source:
    """Read ``text``, which may be a bundle; ``file`` is only a name for messages.

    Raises:
        FlowFileError: when the text is not YAML, is empty, or passes a bound. Mistakes that leave the rest readable
            (a name written twice) are in ``Source.problems``.
    """
    parts = documents(text, file)
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        them = "the files are together" if len(parts) > 1 else "the file is"
        instead = "Leave out what nothing uses." if len(parts) > 1 else "Split it."
        raise FlowFileError([Problem(Place(file, 1, 1), "F004", f"{them} larger than {MAX_BYTES:,} bytes.", instead)])
    sources, problems = _sources(parts)
    if problems:
        raise FlowFileError(problems)
    whole = merged(sources)
    tables, unusable = _tables(whole, parts)
    strays = _strays(sources[0], whole, parts)
    return replace(whole, problems=(*whole.problems, *strays, *unusable), tables=tables)


def _sources(parts: list[Document]) -> tuple[list[Source], list[Problem]]:
    """Each file by itself, and what is wrong with those that cannot be read."""
    sources: list[Source] = []
    problems: list[Problem] = []
    nodes = 0
    for part in parts:
        if part.is_table:
            continue
        reading = _Reading(part.file, nodes=nodes)
        try:
            sources.append(_source(part, reading))
        except FlowFileError as error:
            problems.extend(error.problems)
        nodes = reading.nodes
        if nodes > MAX_NODES:
            break
    return sources, problems


def _source(part: Document, reading: _Reading) -> Source:
    _brackets(part.text, part.file)
    node = _compose(part.text, part.file)
    if not isinstance(node, MappingNode):
        what = f"there {'is nothing' if part.name else 'are no flows'} in this file."
        raise FlowFileError([Problem(Place(part.file, 1, 1), "F005", what, "Begin with  flows:  and a first flow.")])
    tree = reading.plain(node, ())
    return Source(part.file, tree, reading.values, reading.keys, tuple(reading.problems))


def _tables(whole: Source, parts: list[Document]) -> tuple[dict[str, Table], list[Problem]]:
    """The tables that steps look something up in, and what is wrong with them."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    there = {part.name: part for part in reversed(parts)}
    for name, place in tables_named(whole).items():
        if name not in there:
            what = f"there is no table '{name}' beside this file."
            problems.append(Problem(place, UNUSABLE, what, "Mend its name, or put that table there."))
            continue
        try:
            tables[name] = read_table(there[name])
        except FlowFileError as error:
            problems.extend(error.problems)
    return tables, problems


def _strays(main: Source, whole: Source, parts: list[Document]) -> list[Problem]:
    """What ``main`` includes and is not there, and what is there and neither included nor looked up in."""
    names, problems = included(main)
    there = {part.name for part in parts}
    for name, place in names:
        if name not in there:
            what = f"there is no file '{name}' beside this one."
            problems.append(Problem(place, NOT_INCLUDED, what, "Mend its name, make that file, or leave it out."))
    expected = {name for name, _ in names} | set(tables_named(whole))
    for before, part in pairwise(parts):
        if part.name not in expected:
            problems.append(Problem(Place(before.file, before.text.count("\n") + 1, 1), "F001", *SECOND))
        expected.discard(part.name)
    return problems


def decode(data: bytes, file: str) -> str:
    """The text of a file.

    Raises:
        FlowFileError: when it is not UTF-8, at the first letter that is not.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        what = "the file is not in UTF-8: there is a letter here that cannot be read."
        raise FlowFileError([Problem(place, "F000", what, "Save it as UTF-8 in your editor.")]) from error


def _brackets(text: str, file: str) -> None:
    """Refuse what the parser would chew on for seconds: brackets opened and opened. Those in texts are counted too."""
    depth = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if match[0] in "[{" else max(0, depth - 1)
        if depth > MAX_BRACKETS:
            before = text[: match.start()]
            place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            raise FlowFileError([_too_deep(place)])


def _too_deep(place: Place) -> Problem:
    what = "brackets, lists or lines stand inside each other too deeply."
    return Problem(place, "F004", what, f"At most {MAX_DEPTH} levels are allowed; close brackets that are still open.")


def _compose(text: str, file: str) -> Node | None:
    """The nodes of ``text``: by the C parser, eight times faster; by the other one when there is a mistake to tell."""
    if not DEEP.search(text):
        with suppress(YAMLError, ValueError):
            return YAML(typ="safe", pure=False).compose(text)  # type: ignore[no-any-return]  # the library says Any
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # the nearest '&name' above counts, as in all of YAML
    try:
        return yaml.compose(text)  # type: ignore[no-any-return]  # as above
    except MarkedYAMLError as error:
        raise FlowFileError([unreadable(error, file)]) from error
    except ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        what = f"there is a character here (code {error.character}) that cannot stand in a text."
        raise FlowFileError([Problem(place, "F001", what, "Delete it: it may be invisible.")]) from error
    except RecursionError as error:
        raise FlowFileError([_too_deep(Place(file, 1, 1))]) from error
    except (YAMLError, ValueError) as error:
        what = "the file cannot be read."
        raise FlowFileError([Problem(Place(file, 1, 1), "F001", what, "Save it as plain UTF-8 text.")]) from error
