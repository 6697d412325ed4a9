from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.benchmarks.places import SpokenPlaces, judged
from ivr.locator.places import Places
from ivr.locator.whereabouts import Whereabouts
from tests.conftest import SHARED

FOLDER = Path(__file__).parents[1] / "gold" / "places"


@pytest.fixture(scope="session")
def spoken(places: Places) -> SpokenPlaces:
    del places  # the table is kept in the folder from then on
    return SpokenPlaces(FOLDER, Path(SHARED["IVR_CACHE"]))


def test_of_a_thousand_spoken_places_98_percent_are_found_or_rightly_asked_back(
    spoken: SpokenPlaces, record_property: Callable[[str, object], None]
) -> None:
    counts: dict[str, Counter[str]] = {}
    wrong = []
    for line in spoken.lines:
        answer = spoken.answer(line["said"])
        came = judged(line, answer)
        counts.setdefault(line["kind"], Counter())[came] += 1
        wrong += [(line["said"], answer.value, answer.found.place)] if came == "wrong" else []
    for kind, of_kind in counts.items():
        record_property(kind, dict(of_kind))
        shares = f"{of_kind['right']:4} right {of_kind['asked']:4} asked back {of_kind['wrong']:3} wrong"
        sys.stdout.write(f"\n{kind:22} {shares} of {of_kind.total():4}")
    assert len(spoken.lines) >= 1000
    assert len({line["said"] for line in spoken.lines}) == len(spoken.lines)
    assert len(wrong) <= 0.02 * len(spoken.lines), wrong
    assert not [kind for kind, of_kind in counts.items() if of_kind["wrong"] > 0.1 * of_kind.total()]


@pytest.mark.parametrize("said", ["filadelphia", "capital hill", "seatle", "duluth minesota"])
def test_a_guess_is_never_sure(said: str, spoken: SpokenPlaces) -> None:
    answer = spoken.answer(said)
    assert (answer.found.outcome, answer.settled) == ("found", False)


@pytest.mark.parametrize("said", ["hartford connecticut", "bakersfield california", "hollywood california"])
def test_a_d_before_a_c_is_not_always_the_capital(said: str, places: Places) -> None:
    found = Whereabouts(places, ()).heard(said)
    assert found
    assert found.lower().replace(",", "") == said


def test_a_store_called_by_its_name_says_so(spoken: SpokenPlaces) -> None:
    assert spoken.answer("the fremont troll store").found.named
    assert not spoken.answer("the space needle").found.named


def test_a_name_that_stores_in_two_cities_share_is_asked_about_and_settled_by_the_city(spoken: SpokenPlaces) -> None:
    asked = spoken.answer("union station").found
    assert (asked.outcome, asked.ask) == (
        "ambiguous",
        "Union Station in Chicago, Illinois or in Denver, Colorado?",
    )
    settled = spoken.finder.locate("Union Station denver", 1, 0.0)
    assert (settled.place, settled.stores[0]["id"]) == ("Union Station in Denver, Colorado", "G8")
