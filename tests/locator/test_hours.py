from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.skills import Hours
from ivr.locator.hours import BusinessHours, HoursError, OpeningTimes, check_hours, open_until

At = Callable[..., float]
SHOP = "Mo-Sa 09:00-20:00; Su 10:00-18:00"
PACIFIC = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("hours", "now", "spoken"),
    [
        (SHOP, "2026-06-23T12:00", "It is open until 8 PM tonight."),
        (SHOP, "2026-06-28T12:00", "It is open until 6 PM."),
        (SHOP, "2026-06-23T20:00", "It opens at 9 AM tomorrow."),
        (SHOP, "2026-06-23T07:00", "It opens at 9 AM today."),
        ("Mo-Fr 09:30-17:00", "2026-06-26T18:00", "It opens on Monday at 9:30 AM."),
        ("Mo 09:00-12:00", "2026-06-22T12:00", "It opens on June 29 at 9 AM."),
        ("24/7", "2026-06-23T12:00", "It is open around the clock."),
        ("Mo-Su 00:00-24:00", "2026-06-23T12:00", "It is open around the clock."),
        ("Mo-Fr 00:00-24:00", "2026-06-24T12:00", "It is open until midnight on Friday."),
        ("Mo-Su 08:00-24:00", "2026-06-23T12:00", "It is open until midnight tonight."),
        ("Mo-Sa 09:00-12:00", "2026-06-23T10:00", "It is open until noon."),
        ("Fr-Sa 20:00-02:00", "2026-06-26T22:00", "It is open until 2 AM."),
        ("Fr-Sa 20:00-02:00", "2026-06-27T01:00", "It is open until 2 AM."),
        ("Apr-Oct 09:00-18:00; Nov-Mar off", "2026-11-05T12:00", "It opens on April 1 at 9 AM."),
        ("2020 Mo 09:00-10:00", "2026-06-23T12:00", "It is closed for now."),
        ("off", "2026-06-23T12:00", "It is closed for now."),
    ],
)
def test_the_sentence_fits_the_moment(hours: str, now: str, spoken: str, at: At) -> None:
    assert open_until(OpeningTimes(hours, PACIFIC).status(at(now))) == spoken


@pytest.mark.parametrize(
    ("zone", "spoken"),
    [
        ("America/New_York", "It is open until 8 PM tonight."),
        ("America/Los_Angeles", "It is open until 8 PM tonight."),
        ("Pacific/Honolulu", "It is open until 8 PM tonight."),
        ("Pacific/Pago_Pago", "It opens at 9 AM today."),
        ("America/Adak", "It is open until 8 PM tonight."),
        ("Asia/Tokyo", "It opens at 9 AM today."),
    ],
)
def test_one_moment_is_told_in_the_time_of_each_store(zone: str, spoken: str, at: At) -> None:
    noon_in_seattle = at("2026-06-23T12:00", "America/Los_Angeles")
    assert open_until(OpeningTimes(SHOP, zone).status(noon_in_seattle)) == spoken


def test_a_store_opens_at_nine_by_the_clock_on_the_day_the_clocks_change(at: At) -> None:
    for day in ("2026-03-08", "2026-11-01"):
        times = OpeningTimes("Mo-Su 09:00-17:00", PACIFIC)
        assert not times.is_open(at(f"{day}T08:59"))
        assert times.is_open(at(f"{day}T09:00"))
        assert open_until(times.status(at(f"{day}T00:30"))) == "It opens at 9 AM today."


def test_hours_in_the_hour_that_happens_twice_hold_both_times(at: At) -> None:
    times = OpeningTimes("Mo-Su 00:30-01:30", PACIFIC)
    first = at("2026-11-01T01:00")
    assert times.is_open(first)
    assert times.is_open(first + 3600)
    assert not times.is_open(first + 7200)


def test_arizona_keeps_its_time_when_its_neighbours_do_not(at: At) -> None:
    summer = at("2026-07-15T08:30", "America/Los_Angeles")
    assert open_until(OpeningTimes(SHOP, "America/Phoenix").status(summer)) == "It opens at 9 AM today."
    assert open_until(OpeningTimes(SHOP, "America/Denver").status(summer)) == "It is open until 8 PM tonight."


opening_minutes = st.integers(0, 23 * 60).flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, 1440)))


@given(
    opening_minutes,
    st.sampled_from(["America/New_York", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu", "America/Adak"]),
    st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2030-01-01")),
)
def test_a_store_is_open_exactly_between_its_times_on_the_wall(
    minutes: tuple[int, int], zone: str, wall: datetime
) -> None:
    start, end = minutes
    times = OpeningTimes(f"{_hhmm(start)}-{_hhmm(end)}", zone)
    moment = wall.replace(tzinfo=ZoneInfo(zone))
    if (
        moment.utcoffset() != (moment + timedelta(days=1)).utcoffset()
        or moment.utcoffset() != (moment - timedelta(days=1)).utcoffset()
    ):
        return  # the days the clocks change have tests of their own
    minute = wall.hour * 60 + wall.minute
    assert times.is_open(moment.timestamp()) == (start <= minute < end)


def _hhmm(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def test_public_holidays_are_those_of_the_state(at: At) -> None:
    times = OpeningTimes("Mo-Su 09:00-20:00; PH off", "America/New_York", holidays="US-MA")
    elsewhere = OpeningTimes("Mo-Su 09:00-20:00; PH off", "America/New_York", holidays="US-NY")
    patriots_day = at("2026-04-20T12:00", "America/New_York")
    assert not times.is_open(patriots_day)
    assert elsewhere.is_open(patriots_day)


def test_the_fourth_of_july_is_a_holiday_even_when_offices_take_the_third(at: At) -> None:
    times = OpeningTimes("Mo-Su 09:00-20:00; PH off", PACIFIC, holidays="US-OR")
    assert not times.is_open(at("2026-07-04T12:00"))


def test_days_of_the_week_and_holidays_may_share_a_rule(at: At) -> None:
    times = OpeningTimes("Mo-Sa 09:00-20:00; Su,PH 10:00-12:00", PACIFIC, holidays="US-OR")
    assert open_until(times.status(at("2026-12-25T11:00"))) == "It is open until noon."
    assert open_until(times.status(at("2026-12-27T11:00"))) == "It is open until noon."
    assert open_until(times.status(at("2026-12-26T11:00"))) == "It is open until 8 PM tonight."


def business() -> BusinessHours:
    shop = {"open": SHOP, "holidays": "US-OR", "except": {"2026-12-24": "09:00-14:00", "2026-12-26": "closed"}}
    return BusinessHours({"shop": shop, "never": {"open": "off"}}, PACIFIC)


@pytest.mark.parametrize(
    ("now", "spoken"),
    [
        ("2026-12-24T08:00", "We open again today at 9 AM."),
        ("2026-12-24T13:00", "We are open until 2 PM."),
        ("2026-12-24T14:00", "We open again on Sunday at 10 AM."),
        ("2026-06-26T21:00", "We open again tomorrow at 9 AM."),
        ("2026-11-26T12:00", "We open again tomorrow at 9 AM."),
    ],
)
def test_the_business_says_when_it_opens_again(now: str, spoken: str, at: At) -> None:
    assert business().next_open("shop", at(now)) == spoken


def test_an_exception_wins_over_the_week_and_over_holidays(at: At) -> None:
    hours: Hours = business()
    assert hours.is_open("shop", at("2026-12-24T13:59"))
    assert not hours.is_open("shop", at("2026-12-24T14:00"))
    assert not hours.is_open("shop", at("2026-12-26T12:00"))
    open_at_christmas = BusinessHours(
        {"shop": {"open": SHOP, "holidays": "US-OR", "except": {"2026-12-25": "10:00-12:00"}}}, PACIFIC
    )
    assert open_at_christmas.is_open("shop", at("2026-12-25T11:00"))


def test_hours_nobody_gave_and_hours_that_never_open_are_closed_and_say_nothing(at: At) -> None:
    for name in ("nobody", "never"):
        assert not business().is_open(name, at("2026-06-23T12:00"))
        assert business().next_open(name, at("2026-06-23T12:00")) == ""


@pytest.mark.parametrize(
    ("hours", "column"),
    [
        ("Mo-Xx 09:00-17:00", 4),
        ("Mo-Fr 09:00-17:00; Su 99:00-12:00", 23),
        ("9am-5pm", 1),
        ("", 1),
        ("Mo\u2013Fr 09:00-17:00", 3),
    ],
)
def test_hours_that_cannot_be_read_are_told_with_their_column(hours: str, column: int) -> None:
    problem = check_hours(hours)
    assert problem is not None
    assert problem.startswith(f"column {column}: ")
    assert "Write for example" in problem
    with pytest.raises(HoursError, match=f"column {column}: "):
        OpeningTimes(hours, PACIFIC)


@given(st.text(max_size=40))
def test_any_text_is_either_hours_or_told_what_is_wrong(text: str) -> None:
    problem = check_hours(text)
    if problem is None:
        OpeningTimes(text, PACIFIC).status(1_782_000_000)
    else:
        assert problem.startswith("column ")


days = st.sampled_from(
    ["Mo-Fr ", "Su,PH ", "PH ", "PH -1 day ", "PH,Sa-Su ", "Mo[1] ", "Nov-Mar ", "Dec 24 ", "2026 ", "SH,PH "]
)
times = st.sampled_from(
    ["09:00-17:00", "off", "20:00-02:00", "sunrise-sunset", "00:00-24:00", "10:00+", "unknown", '"ask"']
)
rules = st.lists(st.tuples(days, times).map("".join), min_size=1, max_size=4)


@given(rules, st.sampled_from(["; ", ", ", " || "]), st.integers(1_700_000_000, 1_900_000_000), st.booleans())
def test_hours_that_can_be_read_can_be_told_at_any_moment(
    parts: list[str], between: str, at_s: int, closed_on_holidays: bool
) -> None:
    text = between.join(parts)
    if check_hours(text) is None:
        opening = OpeningTimes(
            text, PACIFIC, holidays="US-OR", closed_on_holidays=closed_on_holidays, point=(45.5, -122.6)
        )
        status = opening.status(at_s)
        assert opening.is_open(at_s) == status.open
        assert open_until(status).endswith(".")
        if status.until:
            assert opening.is_open(status.until.timestamp() - 1)
            assert not opening.is_open(status.until.timestamp())
        if status.opens:
            assert opening.is_open(status.opens.timestamp())


def test_every_mistake_in_the_hours_of_a_business_is_told_at_once() -> None:
    settings: dict[str, dict[str, Any]] = {
        "one": {"open": "Mo-Xx 09:00-17:00"},
        "two": {"open": SHOP, "holidays": "US-ZZ"},
        "three": {"open": SHOP, "except": {"2026-13-01": "closed"}},
        "four": {"open": SHOP, "except": {"2026-12-01": "from nine"}},
        "fine": {"open": SHOP},
    }
    with pytest.raises(HoursError) as error:
        BusinessHours(settings, PACIFIC)
    told = str(error.value).splitlines()
    assert [line.partition(":")[0] for line in told] == ["hours.one", "hours.two", "hours.three", "hours.four"]
    with pytest.raises(HoursError, match="Atlantis"):
        BusinessHours({}, "America/Atlantis")
