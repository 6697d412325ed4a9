"""Writes ``docs/flow-file.md``: prose from the ``flow-file.md`` here, tables from the types, examples that run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ivr.flows.company import Company
from ivr.flows.loader import MakeSkills
from ivr.flows.steps import STEP_TYPES
from ivr.handbook.examples import COMPANY, Examples
from ivr.handbook.key_tables import key_table
from ivr.handbook.schema import flow_schema
from ivr.handbook.step_pages import fenced, step_page
from ivr.handbook.value_tables import (
    conditions_table,
    filters_table,
    kinds_table,
    known_values,
    standard_patience,
    variables_table,
)
from ivr.handbook.written import Schema

PROSE = Path(__file__).with_name("flow-file.md")
NOTE = "<!-- Written by `ivr reference` from the types of the flow language: change those, or ivr/handbook. -->"
INSERT = re.compile(r"<!-- (\w+):? ?(.*?) -->")
YAML = re.compile(r"```yaml\n(.*?)\n```", re.DOTALL)


def flow_reference(make_skills: MakeSkills) -> str:
    """The whole reference as Markdown.

    Raises:
        FlowFileError: when an example is wrong.
    """
    return _Writer(make_skills).page(PROSE.read_text("utf-8"))


def step_reference(word: str, make_skills: MakeSkills) -> str:
    """The section of one step."""
    writer = _Writer(make_skills)
    return step_page(word, writer.schema, writer.examples)


def prose_examples() -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """The examples between the tables, each with what a caller answers, where somebody calls."""
    prose = PROSE.read_text("utf-8")
    for match in YAML.finditer(prose):
        follows = INSERT.match(prose, match.end() + 1)
        yield match[1], _answers(follows[2]) if follows and follows[1] == "talk" else None


def _answers(written: str) -> tuple[str, ...]:
    return tuple(answer.strip() for answer in written.split("|")) if written else ()


class _Writer:
    """Puts into the prose what its comments ask for."""

    def __init__(self, make_skills: MakeSkills) -> None:
        self.examples = Examples(make_skills)
        self.kinds = make_skills(Company()).kinds
        self.schema: Schema = flow_schema(self.kinds)
        self.last_example = ""

    def page(self, prose: str) -> str:
        lines = [self._line(part) for part in re.split(r"(```yaml\n.*?\n```)", prose, flags=re.DOTALL)]
        return "".join(lines)

    def _line(self, part: str) -> str:
        example = YAML.fullmatch(part)
        if example:
            self.last_example = example[1]
            self.examples.book(example[1])
            return part
        return INSERT.sub(lambda match: self._insert(match[1], match[2]), part)

    def _insert(self, what: str, which: str) -> str:
        make: Mapping[str, Callable[[], str]] = {
            "note": lambda: NOTE,
            "company": lambda: fenced("yaml", COMPANY.read_text("utf-8").strip()),
            "top": lambda: key_table(self.schema),
            "keys": lambda: key_table(self.schema["definitions"][which], patience=which == "Patience"),
            "kinds": lambda: kinds_table(self.kinds),
            "filters": filters_table,
            "conditions": conditions_table,
            "known": known_values,
            "variables": variables_table,
            "steps": lambda: "\n\n".join(step_page(word, self.schema, self.examples) for word in STEP_TYPES),
            "standard": standard_patience,
            "words": lambda: ", ".join(f"[`{word}`](#{word})" for word in STEP_TYPES),
            "staff": lambda: fenced("text", COMPANY.with_name("staff.csv").read_text("utf-8").strip()),
            "talk": lambda: fenced("text", "\n".join(self.examples.talk(self.last_example, _answers(which)))),
        }
        return make[what]()
