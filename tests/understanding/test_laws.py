"""What holds for any caller, whatever is said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from num2words import num2words

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding import menu
from ivr.understanding.kinds import make_kinds
from ivr.understanding.numerals import NUMBER_WORDS, SOUND_ALIKES
from ivr.understanding.wording import CORRECTIONS, COURTESIES, NOISE
from tests.understanding.conftest import MENU, PLACES
from tests.understanding.speech import spoken, spoken_in_a_sentence

ALL = make_kinds(PLACES.get, tuple(PLACES))
ANYTHING = KindOptions()
DIGITS = "0123456789"
COLOURS = ("red", "dark blue", "light blue", "green")

five_digits = st.text(DIGITS, min_size=5, max_size=5)
vocabulary = st.sampled_from(
    sorted(
        {*NUMBER_WORDS, *SOUND_ALIKES, *CORRECTIONS, *COURTESIES, *NOISE, *PLACES, "not", "and", "a", "or", "thousand"}
        | {"million", "dollars", "cents", "point", "half", "plus", "minus", "94107", "5.50", "sales", "find", "store"}
        | {"i don't want", "option", "that's", "my name is", "my", "j", "right", "don't", "dash", "+", "-3", "1,200"}
    )
)
talk = st.one_of(st.text(max_size=60), st.lists(vocabulary, max_size=14).map(" ".join))
canonical = {
    "zip": five_digits,
    "digits": st.text(DIGITS, min_size=1, max_size=19),
    "yes_no": st.sampled_from(("yes", "no")),
    "number": st.one_of(st.integers(0, 10**12).map(str), st.sampled_from(("-5", "2.5", "0.75", "-12.05"))),
    "phone": st.from_regex(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True) | st.just("+442079460958"),
    "name": st.lists(st.sampled_from(("Anna", "O'Brien", "McDonald", "José", "De La", "Li")), min_size=1).map(
        lambda names: " ".join(names[:2])
    ),
    "text": st.sampled_from(("my package is broken", "hello")),
    "money": st.integers(0, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02d}"),
    "choice": st.sampled_from(COLOURS),
    "city": st.sampled_from(sorted(set(PLACES.values()))),
    "place": st.one_of(five_digits, st.sampled_from(sorted(set(PLACES.values())))),
}


@given(st.data(), five_digits)
def test_a_zip_comes_back_however_it_is_said(data: st.DataObject, digits: str) -> None:
    said = data.draw(spoken_in_a_sentence(digits))
    assert ALL["zip"].hear(said, ANYTHING) == digits
    assert ALL["place"].hear(said, ANYTHING) == digits


@given(st.data(), st.text(DIGITS, min_size=1, max_size=19))
def test_a_number_of_known_length_comes_back_however_it_is_said(data: st.DataObject, digits: str) -> None:
    assert ALL["digits"].hear(data.draw(spoken(digits)), KindOptions(length=len(digits))) == digits


@given(five_digits, st.text(DIGITS, min_size=1, max_size=4))
def test_an_unfinished_zip_is_no_zip(digits: str, part: str) -> None:
    said = " ".join(part)
    assert ALL["zip"].hear(said, ANYTHING) is None
    assert not ALL["zip"].finished(said, ANYTHING)
    assert ALL["zip"].finished(" ".join(digits), ANYTHING)


@given(st.data(), five_digits, five_digits)
def test_a_corrected_zip_is_the_one_that_counts(data: st.DataObject, wrong: str, right: str) -> None:
    again = data.draw(st.sampled_from(("no", "no wait", "sorry", "sorry i mean", "no no i said")))
    said = f"{data.draw(spoken(wrong))} {again} {data.draw(spoken(right))}"
    assert ALL["zip"].hear(said, ANYTHING) == right


@given(st.integers(0, 999_999_999))
def test_a_counting_number_comes_back(number: int) -> None:
    said = str(num2words(number)).replace("-", " ").replace(",", "")
    assert ALL["number"].hear(said, ANYTHING) == str(number)


@given(st.integers(0, 999_999), st.integers(0, 99))
def test_an_amount_in_dollars_and_cents_comes_back(dollars: int, cents: int) -> None:
    said = f"{num2words(dollars)} dollars and {num2words(cents)} cents"
    assert ALL["money"].hear(said, ANYTHING) == f"{dollars}.{cents:02d}"


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_is_read_back_is_heard_as_the_same_value(name: str) -> None:
    kind = ALL[name]

    @given(canonical[name])
    def law(value: str) -> None:
        assert kind.hear(kind.speak(value), KindOptions(choices=COLOURS)) == value

    law()


@pytest.mark.parametrize("name", sorted(ALL))
def test_whatever_is_said_or_keyed_a_kind_answers_without_a_fault(name: str) -> None:
    kind = ALL[name]

    @given(talk, st.text(DIGITS + "*#", max_size=20), st.sampled_from((None, 1, 5, 16)))
    @example("1" * 20_000, "9" * 50, None)
    @example("nine " * 5_000, "", 5)
    @example("double hundred and a thousand oh", "", 5)
    def law(said: str, keys: str, length: int | None) -> None:
        options = KindOptions(length, COLOURS)
        value = kind.hear(said, options)
        assert value is None or value.strip()
        assert value is not None or not kind.finished(said, options)
        assert value is None or kind.speak(value)
        keyed = kind.key(keys, options)
        assert keyed is None or kind.hear(kind.speak(keyed), options) is not None

    law()


@given(talk, st.lists(talk, max_size=3), st.floats(allow_nan=False))
def test_a_menu_gives_one_of_its_options_or_none_and_says_why(said: str, others: list[str], confidence: float) -> None:
    heard = Heard(0.0, said, confidence, tuple(others))
    meaning = menu.understand(heard, MENU)
    assert meaning.choice in {None, *(choice.name for choice in MENU)}
    assert 0.0 <= meaning.score <= 1.0
    assert meaning.how
    assert meaning == menu.understand(heard, MENU)


@given(talk)
def test_a_finished_answer_to_a_menu_is_always_understood(said: str) -> None:
    if menu.finished(said, MENU):
        assert menu.understand(Heard(0.0, said), MENU).choice is not None


@given(st.sampled_from([(choice.name, way) for choice in MENU for way in (choice.name, *choice.phrases)]), st.data())
def test_every_listed_phrase_means_its_option_with_courtesies_and_noise(
    listed: tuple[str, str], data: st.DataObject
) -> None:
    name, phrase = listed
    before = data.draw(st.sampled_from(("", "uh", "i would like to", "um can i", "[unk]", "no i said", "hi")))
    after = data.draw(st.sampled_from(("", "please", "thank you", "[unk]", "um")))
    assert menu.understand(Heard(0.0, f"{before} {phrase} {after}"), MENU).choice == name


@given(st.sampled_from(MENU), st.sampled_from(("not", "i don't want", "i do not want to", "anything but")))
def test_a_refused_option_is_never_chosen(choice: Choice, no: str) -> None:
    assert menu.understand(Heard(0.0, f"{no} {choice.name}"), MENU).choice != choice.name


def test_the_kinds_of_the_gold_list_and_of_the_laws_are_all_there(kinds: Mapping[str, Kind]) -> None:
    assert set(canonical) == set(kinds)
