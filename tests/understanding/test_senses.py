"""What is said in other words than those listed: acted on, asked about, or refused, and always for the same reason."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flows.actions import Choice
from ivr.flows.events import Heard, Word
from ivr.understanding.senses import ACT, ASK, Senses
from ivr.understanding.vectors.encoder import Encoder
from ivr.understanding.vectors.kept import KeptVectors
from ivr.understanding.vectors.model import background, model_folder
from tests.understanding.conftest import MENU

GOLD = [json.loads(line) for line in (Path(__file__).parent.parent / "gold/senses/menu.jsonl").read_text().splitlines()]
WANTED = [line for line in GOLD if line["value"]]
FOREIGN = [line for line in GOLD if not line["value"]]


def test_what_callers_say_in_other_words_leads_to_their_option_at_once_or_after_one_question(senses: Senses) -> None:
    reached = {line["said"]: _reached(senses, line) for line in WANTED}
    assert not [line["said"] for line in WANTED if "known" not in line and not reached[line["said"]]]
    assert not [line["said"] for line in WANTED if "known" in line and reached[line["said"]]], "take off the mark"
    assert sum(reached.values()) >= 0.65 * len(WANTED)


def test_talk_about_something_else_is_never_acted_on_and_hardly_ever_asked_about(senses: Senses) -> None:
    meanings = {line["said"]: senses(Heard(0.0, line["said"]), MENU) for line in FOREIGN}
    assert not [said for said, meaning in meanings.items() if meaning.choice]
    assert sum(bool(meaning.offer) for meaning in meanings.values()) <= 0.1 * len(FOREIGN)


def test_words_decide_before_sense_does(senses: Senses) -> None:
    assert senses(Heard(0.0, "i want to talk to sales"), MENU).by_words
    assert not senses(Heard(0.0, "has my parcel shipped"), MENU).by_words


def test_what_is_refused_by_its_words_is_not_offered_by_its_sense(senses: Senses) -> None:
    meaning = senses(Heard(0.0, "i do not want to talk to sales"), MENU)
    assert (meaning.choice, meaning.offer) == (None, ())


def test_two_options_in_one_sentence_are_both_offered(senses: Senses) -> None:
    assert set(senses(Heard(0.0, "sales or operator"), MENU).offer) == {"sales", "operator"}


def test_a_phrase_that_a_recogniser_is_unsure_of_is_asked_about_and_a_sense_likewise(senses: Senses) -> None:
    assert senses(Heard(0.0, "find a stone", confidence=0.3), MENU).offer == ("find a store",)
    sure = senses(Heard(0.0, "could you say that once more"), MENU)
    unsure = senses(Heard(0.0, "could you say that once more", confidence=0.4), MENU)
    assert sure.choice == "repeat"
    assert (unsure.choice, unsure.offer) == (None, ("repeat",))


def test_another_hearing_counts_only_when_it_sounds_like_the_first_and_is_asked_about(senses: Senses) -> None:
    near = senses(Heard(0.0, "says", alternatives=("sales",)), MENU)
    far = senses(Heard(0.0, "football results", alternatives=("sales",)), MENU)
    assert (near.choice, near.offer) == (None, ("sales",))
    assert (far.choice, far.offer) == (None, ())


def test_a_word_heard_badly_is_asked_about_where_it_would_have_been_acted_on(senses: Senses) -> None:
    well, badly = (senses(_heard("could you say that once more", once=sure), MENU) for sure in (0.9, 0.2))
    assert well.choice == "repeat"
    assert (badly.choice, badly.offer) == (None, ("repeat",))


def test_a_listed_phrase_in_words_heard_badly_is_asked_about_however_well_the_words_around_it_were(
    senses: Senses,
) -> None:
    meaning = senses(_heard("somebody told me that sales can help", sales=0.2), MENU)
    assert (meaning.choice, meaning.offer) == (None, ("sales",))


def test_what_was_heard_badly_and_hides_the_meaning_is_left_out_and_the_rest_asked_about(senses: Senses) -> None:
    said = "is my parcel rhinoceros harmonica on its way"
    meaning = senses(_heard(said, rhinoceros=0.1, harmonica=0.1), MENU)
    assert (meaning.choice, meaning.offer[0]) == (None, "track an order")
    assert meaning.how.endswith("without 'rhinoceros harmonica', which was heard badly")
    assert not senses(Heard(0.0, said), MENU).offer


def test_another_hearing_that_is_clearly_nearer_in_meaning_is_asked_about_and_never_acted_on(senses: Senses) -> None:
    first, other = "could you stay that once moor", "could you say that once more"
    assert senses(Heard(0.0, other), MENU).choice == "repeat"
    meaning = senses(Heard(0.0, first, alternatives=(other,)), MENU)
    assert (meaning.choice, meaning.offer[0]) == (None, "repeat")
    assert other in meaning.how


@settings(max_examples=40, deadline=None)
@given(line=st.sampled_from(GOLD), data=st.data())
def test_hearing_less_well_never_makes_an_act_of_a_question(
    senses: Senses, line: dict[str, str], data: st.DataObject
) -> None:
    texts = line["said"].split()
    sure = data.draw(st.lists(st.floats(0, 1), min_size=len(texts), max_size=len(texts)))
    lower = [one * data.draw(st.floats(0, 1)) for one in sure]
    better, worse = (senses(_of_words(texts, many), MENU) for many in (sure, lower))
    assert better.choice or not worse.choice


@pytest.mark.parametrize("said", ["", "um", "yes", "five", "hello", "[unk]", "no"])
def test_little_words_have_no_sense_to_go_by(said: str, senses: Senses) -> None:
    meaning = senses(Heard(0.0, said), MENU)
    assert (meaning.choice, meaning.offer) == (None, ())


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(GOLD), st.permutations(MENU))
def test_the_order_of_the_options_does_not_matter_and_the_same_is_always_understood_the_same(
    senses: Senses, line: dict[str, str], shuffled: list[Choice]
) -> None:
    heard = Heard(0.0, line["said"])
    one, other = senses(heard, MENU), senses(heard, shuffled)
    assert (one.choice, set(one.offer), one.how) == (other.choice, set(other.offer), other.how)
    assert one == senses(heard, MENU)


@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=80), confidence=st.floats(0, 1))
def test_no_text_raises(senses: Senses, text: str, confidence: float) -> None:
    meaning = senses(Heard(0.0, text, confidence, (text[::-1],)), MENU)
    assert 0.0 <= meaning.score <= 1.0
    assert meaning.choice is None or not meaning.offer


def test_a_sentence_drowned_in_other_words_is_less_near_and_no_longer_acted_on(senses: Senses) -> None:
    clear = "could you say that once more"
    chance = random.Random(5)
    others = " ".join(chance.choice(background()) for _ in range(4))
    near, drowned = (max(senses.near(text, MENU).values()) for text in (clear, f"{others} {clear} {others}"))
    assert near >= ACT > ASK > drowned


def test_a_kept_vector_is_the_one_that_was_made_and_a_broken_file_is_made_again(tmp_path: Path) -> None:
    folder = model_folder()
    assert folder is not None
    made: list[int] = []

    def load() -> Encoder:
        made.append(1)
        return Encoder(folder)

    first = KeptVectors(load, tmp_path).of_phrase("find a store")
    again = KeptVectors(load, tmp_path).of_phrase("find a store")
    assert made == [1]
    assert (first.rows == again.rows).all()
    for file in tmp_path.iterdir():
        file.write_bytes(b"broken")
    assert (KeptVectors(load, tmp_path).of_phrase("find a store").rows == first.rows).all()
    assert made == [1, 1]


def test_what_a_caller_says_is_written_nowhere(tmp_path: Path) -> None:
    folder = model_folder()
    assert folder is not None
    KeptVectors(lambda: Encoder(folder), tmp_path).of_speech("my number is one two three")
    assert not list(tmp_path.iterdir())


def _heard(text: str, **sure: float) -> Heard:
    """``text`` with words heard well, apart from those in ``sure``."""
    return _of_words(text.split(), [sure.get(word, 1.0) for word in text.split()])


def _of_words(texts: Sequence[str], sure: Sequence[float]) -> Heard:
    words = tuple(Word(text, at, at + 1.0, one) for at, (text, one) in enumerate(zip(texts, sure, strict=True)))
    return Heard(0.0, " ".join(texts), sum(sure) / max(1, len(sure)), words=words)


def _reached(senses: Senses, line: dict[str, str]) -> bool:
    meaning = senses(Heard(0.0, line["said"]), MENU)
    return line["value"] in (meaning.choice, *meaning.offer)
