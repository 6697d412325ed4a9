"""What holds for any caller, whatever is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from num2words import num2words

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding import menu
from ivr.understanding.calendar_words import MONTHS, ORDINALS, WEEKDAYS
from ivr.understanding.kinds import make_kinds
from ivr.understanding.letters import CODE_WORDS
from ivr.understanding.numerals import NUMBER_WORDS, SOUND_ALIKES
from ivr.understanding.wording import CORRECTIONS, COURTESIES, NOISE
from tests.understanding.conftest import MENU, PLACES
from tests.understanding.speech import ONES, spoken, spoken_in_a_sentence

ALL = make_kinds(PLACES.get, tuple(PLACES))
ANYTHING = KindOptions()
DIGITS = "0123456789"
COLOURS = ("red", "dark blue", "light blue", "green")

five_digits = st.text(DIGITS, min_size=5, max_size=5)
vocabulary = st.sampled_from(
    sorted(
        {
            *NUMBER_WORDS,
            *MONTHS,
            *WEEKDAYS,
            *ORDINALS,
            *CODE_WORDS,
            *SOUND_ALIKES,
            *CORRECTIONS,
            *COURTESIES,
            *NOISE,
            *PLACES,
            "not",
            "and",
            "a",
            "or",
            "thousand",
        }
        | {"million", "dollars", "cents", "point", "half", "plus", "minus", "94107", "5.50", "sales", "find", "store"}
        | {"next", "last", "week", "weeks", "days", "ago", "in", "from", "of", "the", "today", "tomorrow", "christmas"}
        | {
            "quarter",
            "past",
            "to",
            "o'clock",
            "noon",
            "a m",
            "p m",
            "at",
            "in the morning",
            "hours",
            "minutes",
            "years",
        }
        | {
            "dot",
            "com",
            "example",
            "underscore",
            "plus",
            "main",
            "street",
            "north",
            "apartment",
            "highway",
            "st",
            "box",
        }
        | {"as in", "b", "x", "w", "double", "u", "capital", "spelled", "apostrophe", "no reply", "p o box", "#", "@"}
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
    "date": st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(str),
    "time": st.times().map(lambda time: f"{time:%H:%M}"),
    "spelling": st.from_regex(r"[A-Z0-9]{2,20}(-[A-Z0-9]{1,5})?", fullmatch=True),
    "email": st.from_regex(
        r"[a-z0-9]{1,12}([._+-][a-z0-9]{1,8}){0,2}@([a-z0-9]{1,10}\.){1,2}[a-z]{2,6}", fullmatch=True
    ),
    "street": st.builds(
        "{} {}".format,
        st.integers(1, 99_999),
        st.sampled_from(
            (
                "Main Street",
                "West 42nd Street",
                "O'Brien Road Apartment 4B",
                "County Road 9",
                "Broadway",
                "Avenue B Unit 3",
            )
        ),
    ),
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


def words_for(number: int, to: str = "cardinal") -> str:
    return str(num2words(number, to=to)).replace("-", " ").replace(",", "")


@given(st.dates(date(1930, 1, 1), date(2045, 12, 31)), st.data())
def test_a_date_with_its_year_comes_back_however_it_is_said(day: date, data: st.DataObject) -> None:
    rank, month = words_for(day.day, "ordinal"), f"{day:%B}".lower()
    year = data.draw(st.sampled_from((words_for(day.year), words_for(day.year, "year"), str(day.year))))
    said = data.draw(
        st.sampled_from(
            (
                f"{month} {rank} {year}",
                f"the {rank} of {month} {year}",
                f"{rank} {month} {year}",
                f"{day:%A} {month} the {rank} {year}".lower(),
                f"{words_for(day.month)} {words_for(day.day)} {year}",
            )
        )
    )
    assert ALL["date"].hear(said, ANYTHING) == str(day)


def seconds(now: datetime) -> float:
    return now.replace(tzinfo=UTC).timestamp()


def same_days(day: date, first: int, last: int) -> list[str]:
    """The dates with the month and day of ``day`` in the years before ``last``."""
    return [f"{year}-{day:%m-%d}" for year in range(first, last) if day.day != 29 or day.month != 2 or year % 4 == 0]


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1))  # noqa: DTZ001 - given their zone below


@given(st.dates(date(2023, 1, 1), date(2024, 12, 31)), moments)
def test_a_date_without_a_year_is_the_next_such_date(day: date, now: datetime) -> None:
    today = now.date()
    heard = ALL["date"].hear(f"{day:%B} {words_for(day.day, 'ordinal')}", KindOptions(at_s=seconds(now)))
    assert heard is not None
    assert (heard[5:], heard >= str(today)) == (f"{day:%m-%d}", True)
    assert not [one for one in same_days(day, today.year, int(heard[:4])) if str(today) <= one < heard]


@given(moments, st.integers(1, 60), st.sampled_from(("days", "weeks")))
def test_so_many_days_on_and_as_many_back_are_counted_from_today(now: datetime, amount: int, unit: str) -> None:
    kind, options = ALL["date"], KindOptions(at_s=seconds(now))
    days = timedelta(**{unit: amount})
    assert kind.hear(f"in {words_for(amount)} {unit}", options) == str(now.date() + days)
    assert kind.hear(f"{words_for(amount)} {unit} ago", options) == str(now.date() - days)


@given(moments, st.sampled_from(sorted(WEEKDAYS)))
def test_a_weekday_is_in_the_coming_seven_days_and_the_next_one_in_the_next_week(now: datetime, name: str) -> None:
    kind, options = ALL["date"], KindOptions(at_s=seconds(now))
    coming = date.fromisoformat(kind.hear(name, options) or "")
    following = date.fromisoformat(kind.hear(f"next {name}", options) or "")
    assert 1 <= (coming - now.date()).days <= 7
    assert coming.weekday() == following.weekday() == WEEKDAYS[name]
    assert following.isocalendar().week == (now.date() + timedelta(7)).isocalendar().week


@pytest.mark.parametrize(("zone", "today"), [("America/Los_Angeles", "2026-06-09"), ("UTC", "2026-06-10")])
def test_today_is_the_day_where_the_company_is(zone: str, today: str) -> None:
    at_s = datetime(2026, 6, 10, 5, tzinfo=UTC).timestamp()
    assert ALL["date"].hear("today", KindOptions(at_s=at_s, timezone=zone)) == today


@given(st.times(), st.data())
def test_a_time_with_its_half_of_the_day_comes_back_however_it_is_said(time: clock, data: st.DataObject) -> None:
    hour, minute = words_for(time.hour % 12 or 12), words_for(time.minute)
    half = data.draw(st.sampled_from(("a m", "am", "in the morning") if time.hour < 12 else ("p m", "pm")))
    ways = [f"{hour} {minute} {half}" if time.minute > 9 else f"{hour} oh {minute} {half}"]
    if time.minute == 0:
        ways = [f"{hour} {half}", f"{hour} o'clock {half}"]
    if 0 < time.minute < 31:
        ways.append(f"{minute} minutes past {hour} {half}")
    if time.minute in (15, 30):
        ways.append(f"{'half' if time.minute == 30 else 'quarter'} past {hour} {half}")
    assert ALL["time"].hear(data.draw(st.sampled_from(ways)), ANYTHING) == f"{time:%H:%M}"


@given(st.text("abcdefghijklmnpqrstuvwxyz", min_size=2, max_size=12), st.data())
def test_a_spelled_word_comes_back_from_letters_or_code_words(word: str, data: st.DataObject) -> None:
    codes = {letter: [code for code, of in CODE_WORDS.items() if of == letter] for letter in word}
    said = [
        data.draw(st.sampled_from((letter, codes[letter][0], f"{letter} as in {codes[letter][0]}"))) for letter in word
    ]
    assert ALL["spelling"].hear(" ".join(said), ANYTHING) == word.upper()


@given(st.integers(10, 9999), st.sampled_from(("main street", "oak avenue", "park road", "cherry lane")), st.data())
def test_a_house_number_comes_back_however_it_is_said(number: int, street: str, data: st.DataObject) -> None:
    one_by_one = " ".join(ONES[int(figure)] for figure in str(number))
    said = data.draw(st.sampled_from((one_by_one, words_for(number), str(number))))
    heard = ALL["street"].hear(f"{said} {street}", ANYTHING) or ""
    assert heard == f"{number} {street.title()}"


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
