"""Phrases that are spoken are counted for what they were taken for; sentences say which words to change."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import app
from ivr.commands import confusions as command
from ivr.commands.check import check
from ivr.confusions import menus as menus_of
from ivr.confusions.advice import advice
from ivr.confusions.foreign import SENTENCES
from ivr.confusions.line import LINES, Line
from ivr.confusions.matrix import ASKED, Matrix, Row, row_of
from ivr.confusions.measuring import measure
from ivr.confusions.menus import FOREIGN, Menu, Utterance, menus
from ivr.confusions.trials import Trial, trials
from ivr.flows.actions import Choice, Listen
from ivr.flows.events import Heard
from ivr.flows.lints import Misheard, lint, misheard
from ivr.flows.loader import read_draft
from ivr.flows.skills import Meaning
from ivr.ports import Ears, Recognizer
from ivr.understanding.sounding import sounds_alike

CLEAR = (Trial("en-us", 165, LINES[0]), Trial("en-gb", 140, LINES[0]))


@pytest.fixture(autouse=True)
def _two_foreign_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty take long to hear."""
    monkeypatch.setattr(menus_of, "SENTENCES", SENTENCES[:2])


class DeafEars(Ears):
    """Ears that must not be asked."""

    def listen(self, phrases: Sequence[str] | None, *, rate_hz: int = 8000) -> Recognizer:
        raise AssertionError("spoken again")

    def knows(self, word: str) -> bool:
        return bool(word)


def matrix(parts: app.Parts, ears: Ears, cache: Path, plan: Sequence[Trial] = CLEAR, seed: int = 1) -> Matrix:
    model = parts.settings.root / "models" / "telephony-en-8k"
    (found,) = measure(parts.book, menus(parts.book), plan, ears, model, cache, seed=seed)
    return found


def counts(found: Matrix) -> list[tuple[str, Counter[str | None]]]:
    return [(row.said.text, row.understood) for row in found.rows]


def test_options_that_sound_the_same_are_confused_and_others_are_not(parts: app.Parts) -> None:
    found = matrix(parts, parts.ears, parts.settings.cache)
    assert {(one.row.said.choice, one.other) for one in found.confusions} <= {("sales", "sails"), ("sails", "sales")}
    assert found.confusions
    assert found.confusions[0].share > 0.1
    assert found.cell("operator", "operator") == (4, 4)
    assert {row.count for row in found.own} == {2}
    assert [row.count for row in found.foreign] == [1, 1]


def test_what_was_heard_is_kept_and_the_same_for_the_same_seed(parts: app.Parts, tmp_path: Path) -> None:
    plan = (Trial("en-us", 165, Line("street", "pink", 12.0)),)
    first = matrix(parts, parts.ears, tmp_path, plan)
    assert counts(matrix(parts, DeafEars(), tmp_path, plan)) == counts(first)
    with pytest.raises(AssertionError, match="spoken again"):
        matrix(parts, DeafEars(), tmp_path, plan, seed=2)
    for file in (tmp_path / "confusions").rglob("*.json"):
        file.write_text("[{}", encoding="utf-8")  # damaged, so heard again
    assert counts(matrix(parts, parts.ears, tmp_path, plan)) == counts(first)


def test_every_voice_is_heard_over_every_line_and_rates_take_turns() -> None:
    plan = trials(("one", "two", "three"))
    assert len(plan) == len(set(plan)) == 3 * len(LINES)
    assert {(one.voice, one.line.name) for one in plan} == {
        (voice, line.name) for voice in ("one", "two", "three") for line in LINES
    }
    assert {one.rate_wpm for one in plan if one.voice == "one"} == {140, 165, 190}
    assert len(trials(("one",), thorough=True)) == 3 * len(LINES)


def test_a_menu_is_called_what_understand_calls_it(parts: app.Parts) -> None:
    (menu,) = menus(parts.book)
    assert (menu.name, menu.step) == ("main", "main.0")
    assert menus(parts.book, "main.0") == [menu]
    assert menus(parts.book, "bye") == []
    assert parts.book.menu(menu.name) == menu.listen.choices[:2]


# --- what is said about it --------------------------------------------------------------------------------------------


def row(choice: str, text: str, understood: dict[str | None, int], heard: str = "") -> Row:
    words = {name: Counter({heard: count}) for name, count in understood.items()}
    lines = {name: Counter({"clear": count}) for name, count in understood.items()}
    return Row(Utterance(choice, text), Counter(understood), words, lines)


def told(parts: app.Parts, *rows: Row) -> list[str]:
    (menu,) = menus(parts.book)
    return list(advice(Matrix(menu, rows), sounds_alike, lambda word: word != "ringdown"))


def test_ten_percent_is_no_confusion_and_more_is(parts: app.Parts) -> None:
    (menu,) = menus(parts.book)
    for wrong, found in ((3, 0), (4, 1)):
        one = row("sales", "sales", {"sales": 30 - wrong, "sails": wrong})
        assert len(Matrix(menu, (one,)).confusions) == found


def test_advice_names_the_phrase_what_it_is_heard_as_and_the_word_to_change(parts: app.Parts) -> None:
    (sentence,) = told(
        parts,
        row("sales", "buy a sail", {"sales": 20, "sails": 10}, "sails"),
        row("sails", "sails", {"sails": 30}),
    )
    assert "'buy a sail' (sales) is taken for 'sails' in 33% of 30 trials, mostly heard as \"sails\"" in sentence
    assert "Change 'sail'" in sentence


def test_a_word_that_the_model_does_not_know_is_named(parts: app.Parts) -> None:
    (sentence,) = told(parts, row("sales", "ringdown sales", {"sales": 10, None: 20}, "[unk] sales"))
    assert "not understood in 67%" in sentence
    assert "'ringdown'" in sentence


def test_an_option_that_takes_what_is_meant_for_nobody_is_named(parts: app.Parts) -> None:
    (sentence,) = told(parts, row(FOREIGN, "hold on", {None: 20, "sales": 10}, "sales"))
    assert "'sales' is understood in 33% of 30 trials of what was meant for nobody" in sentence
    assert '"hold on"' in sentence


def test_being_asked_back_is_no_confusion() -> None:
    def mean(heard: Heard, choices: Sequence[Choice]) -> Meaning:
        return Meaning(None, 0.4, "unsure", ("sails",))

    menu = Menu("main", "main.0", Listen("menu", (Choice("sales"), Choice("sails"))), ())
    one = row_of(Utterance("sales", "sales"), [("clear", Heard(0.0, "sails")), ("clear", None)], menu, mean)
    found = Matrix(menu, (one,))
    assert (found.cell("sales", ASKED), found.cell("sales", None)) == ((1, 2), (1, 2))
    assert found.confusions == []


# --- the command ------------------------------------------------------------------------------------------------------


def invoked(parts: app.Parts, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setattr(command, "plan_for", lambda book, thorough: CLEAR)
    return CliRunner().invoke(command.confusions, arguments, obj=parts)


def test_the_command_shows_the_matrix_and_exits_with_1(parts: app.Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    result = invoked(parts, monkeypatch, "main")
    assert result.exit_code == 1, result.output
    assert "1 sales" in result.output
    assert "(meant for nobody)" in result.output
    assert "is taken for" in result.output
    machine = invoked(parts, monkeypatch, "main", "--json")
    (document,) = json.loads(machine.stdout)
    assert document["menu"] == "main"
    assert document["confusions"][0]["share"] > 0.1
    assert {one["said"] for one in document["phrases"]} >= {"sales", "sails", "operator", "agent"}
    assert document["advice"]


def test_a_menu_that_is_none_is_a_mistake_of_usage(parts: app.Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    result = invoked(parts, monkeypatch, "nothing")
    assert result.exit_code == 2
    assert "Menus: main" in result.output


# --- the check --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("example", "found"), [(misheard.LINT.bad, True), (misheard.LINT.good, False)])
def test_a_check_with_speech_warns_where_the_phrase_stands(
    example: str, found: bool, parts: app.Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flows.yaml").write_text(example, encoding="utf-8")
    monkeypatch.setattr(command, "plan_for", lambda book, thorough: CLEAR)
    result = CliRunner().invoke(check, ["--speech", "--json", str(tmp_path / "flows.yaml")], obj=parts)
    assert result.exit_code == 0, result.output
    told = [one for one in json.loads(result.stdout)["problems"] if one["code"] == "L130"]
    assert bool(told) is found
    for one in told:
        line = example.splitlines()[one["line"] - 1]
        name = line[one["column"] - 1 :].partition(":")[0]
        assert one["what"].startswith(f"'{name}' ({name}) is taken for ")
        assert one["severity"] == "warning"


def test_a_check_without_speech_speaks_nothing(parts: app.Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "measured", None)
    result = CliRunner().invoke(check, ["--json"], obj=parts)
    assert "L130" not in result.stdout


def test_what_is_allowed_in_the_file_is_not_told(parts: app.Parts) -> None:
    text = misheard.LINT.bad.replace("sails: {", "# ringdown: allow L130\n          sails: {")
    draft = read_draft(text, parts.skills)
    heard = [Misheard("main.0", name, name, "other", "It is.", "") for name in ("sales", "sails")]
    found = [one for one in lint(draft, text, now_s=0.0, heard=heard) if one.code == "L130"]
    assert [text.splitlines()[one.place.line - 1].split(":")[0].strip() for one in found] == ["sales"]
