"""The reference claims nothing that was not run: every example reads, and every conversation in it was had."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from ivr.commands.reference import reference
from ivr.flows.fields import Patience
from ivr.flows.filters import FILTERS
from ivr.flows.lints import LINTS
from ivr.flows.steps import STEP_TYPES
from ivr.flows.variables import GIVEN
from ivr.handbook.examples import AT_S, COMPANY, Examples
from ivr.handbook.reference import prose_examples
from ivr.handbook.value_tables import CONDITIONS, GIVEN_HELP, KEYED, SHOWN_AS, SPOKEN, kinds_table
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.understanding.kinds import KINDS, PLACE_KINDS
from tests.conftest import MONDAY_NOON, ROOT

PAGE = (ROOT / "docs" / "flow-file.md").read_text("utf-8")
WORDLESS = {
    "play",
    "pause",
    "set",
    "sms",
    "email",
    "http",
    "return",
    "if",
    "go",
    "language",
    "say",
    "hangup",
    "callback",
    "ticket",
}
"""Steps in whose example nobody answers."""


@dataclass(frozen=True)
class ReferenceParts:
    """What the command needs."""

    settings: Settings


@pytest.fixture(scope="module")
def examples(skills: SkillMaker) -> Examples:
    own = SkillMaker(Settings.from_env({"IVR_FLOWS": str(COMPANY)}, ROOT))
    own.__dict__["places"] = skills.places
    return Examples(own)


def wrote(arguments: Sequence[str] = ()) -> Result:
    return CliRunner().invoke(reference, arguments, obj=ReferenceParts(Settings.from_env({}, ROOT)))


def test_the_committed_page_is_what_the_program_writes() -> None:
    result = wrote()
    assert result.exit_code == 0, result.output
    assert result.output == PAGE, "run: ivr reference -o docs/flow-file.md"


def test_one_step_can_be_looked_up() -> None:
    result = wrote(["menu"])
    assert result.output.startswith("### menu\n")
    assert result.output.strip() in PAGE


def test_a_step_nobody_knows_is_refused_with_those_there_are() -> None:
    result = wrote(["jump"])
    assert result.exit_code == 2
    assert "There is no step 'jump'. There are: say, play," in result.output


@pytest.mark.parametrize("word", STEP_TYPES)
def test_the_example_of_a_step_holds_the_step_and_is_answered(word: str, examples: Examples) -> None:
    step = STEP_TYPES[word]
    book = examples.book(step.example.strip())
    assert any(isinstance(one, step) for one in book.blocks["example"])
    heard = examples.talk(step.example.strip(), step.talk)
    assert heard[0].startswith("ivr: ")
    assert bool(step.talk) == (word not in WORDLESS)
    asked_again = [line for line in heard if "I didn't" in line]
    assert len(asked_again) <= 1, "an example shows how it goes well; once it may go otherwise"


def test_every_example_between_the_tables_is_read_and_answered(examples: Examples) -> None:
    found = list(prose_examples())
    assert len(found) >= 6
    for text, answers in found:
        examples.book(text)
        if answers is not None:
            heard = examples.talk(text, answers)
            assert len(heard) > len(answers)


def test_calls_in_examples_happen_when_the_page_says() -> None:
    assert AT_S == MONDAY_NOON
    assert "from Monday, 23 November 2026" in PAGE


def test_every_kind_shows_what_callers_may_say(examples: Examples) -> None:
    kinds = {**KINDS, **PLACE_KINDS}
    assert set(SPOKEN) == set(kinds)
    assert set(KEYED) <= set(kinds)
    table = kinds_table(examples.make_skills(examples.book("- hangup:").company).kinds)
    assert "not understood" not in table


def test_what_is_not_said_to_be_keyed_cannot_be_keyed() -> None:
    from ivr.flows.skills import KindOptions

    options = KindOptions(choices=("a", "b"), at_s=MONDAY_NOON)
    keyed = {name for name, kind in KINDS.items() for keys in ("1", "94107", "1630") if kind.key(keys, options)}
    assert keyed <= set(KEYED)


def test_every_filter_variable_and_condition_word_is_shown() -> None:
    assert set(SHOWN_AS) == set(FILTERS)
    assert set(GIVEN_HELP) == set(GIVEN)
    for word in ("==", ">=", ">", " in ", " and ", " or ", "not ", "is open", "is closed", "is known", "is unknown"):
        assert any(word in text for text in CONDITIONS), word


@pytest.mark.parametrize("word", STEP_TYPES)
def test_every_key_of_a_step_is_on_the_page(word: str) -> None:
    section = PAGE.split(f"### {word}\n")[1].split("\n## ")[0].split("\n### ")[0]
    step = STEP_TYPES[word]
    keys = {field.alias or name for name, field in step.model_fields.items()}
    body = next(iter(step.model_fields.values())).annotation
    inside = getattr(body, "model_fields", {}).items()
    keys |= {field.alias or name for name, field in inside} - set(Patience.model_fields)
    assert {key for key in keys if f"`{key}" not in section and f"- {key}:" not in section} == set()


def test_links_lead_to_headings_and_files_that_are_there() -> None:
    titles = re.findall("^#+ (.*)", PAGE, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        file, _, anchor = target.partition("#")
        assert (ROOT / "docs" / file).exists() if file else anchor in headings, target


def test_the_page_on_lints_is_where_the_reference_says() -> None:
    assert LINTS
    assert "(lints.md)" in PAGE
