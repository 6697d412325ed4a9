"""Nobody who said stop is sent anything, and what comes in is kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows import FlowBook
from ivr.flows.outside import text_refused_by
from ivr.ports import OutsideError
from ivr.records.texts import ENDS, ORDER, SqlTexts, TextMessage
from ivr.texting import Texts, Wish, wish_of
from tests.conftest import opened_with_tables

ANN, LINE = "+14155550123", "+15035550100"
SID = "SM" + "1" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlTexts]:
    database = opened_with_tables(tmp_path / "ringdown.db")
    yield SqlTexts(lambda: database)
    database.close()


class House:
    """Texts on a canned carrier."""

    def __init__(self, store: SqlTexts) -> None:
        self.store, self.carrier, self.news = store, CannedCarrier(), 0
        self.admits = True
        status_url = "https://ivr.example/sms/status"
        self.texts = Texts(
            store, self.carrier.send_text, status_url, lambda to, line: self.admits, lambda: 1000.0, self._told
        )

    def _told(self) -> None:
        self.news += 1

    @property
    def sent_to(self) -> list[str]:
        return [to for to, _, _ in self.carrier.texts]


@pytest.fixture
def house(store: SqlTexts) -> House:
    return House(store)


def test_who_said_stop_is_sent_nothing_until_they_say_start(house: House) -> None:
    assert house.texts.came(SID, LINE, ANN, "STOP") is Wish.STOP
    with pytest.raises(OutsideError, match="no more texts") as refused:
        house.texts.send(ANN, LINE, "Our offer of the week")
    assert not refused.value.retry
    house.texts.send("+14155550199", LINE, "Another person")
    assert house.texts.came("SM" + "2" * 32, LINE, ANN, "start") is Wish.START
    house.texts.send(ANN, LINE, "Welcome back")
    assert house.sent_to == ["+14155550199", ANN]


def test_a_stop_to_one_line_is_one_to_all(house: House) -> None:
    house.texts.came(SID, LINE, ANN, "unsubscribe")
    with pytest.raises(OutsideError):
        house.texts.send(ANN, "+15035550111", "x")
    assert house.sent_to == []


def test_the_same_message_again_is_kept_and_told_once(house: House) -> None:
    for _ in range(3):
        assert house.texts.came(SID, LINE, ANN, "Where is my tent?") is Wish.NONE
    [kept] = house.store.latest(10)
    assert (kept.number, kept.line, kept.body, kept.direction) == (ANN, LINE, "Where is my tent?", "in")
    assert house.news == 1


def test_too_many_are_not_sent(house: House) -> None:
    house.admits = False
    with pytest.raises(OutsideError, match="too many"):
        house.texts.send(ANN, LINE, "x")
    assert house.sent_to == []


def test_who_said_stop_to_the_carrier_is_known_afterwards(house: House) -> None:
    def refuses(to: str, sender: str, body: str, status_url: str = "") -> str:
        raise OutsideError("The carrier refuses to send a text: 21610 Attempt to send to unsubscribed", retry=False)

    own = Texts(house.store, refuses, "", lambda to, line: True, lambda: 1.0, lambda: None)
    with pytest.raises(OutsideError):
        own.send(ANN, LINE, "x")
    assert house.store.refuses(ANN)
    other = "+14155550188"
    house.texts.became(SID, "undelivered", "21610", other)
    assert house.store.refuses(other)
    house.texts.became(SID, "undelivered", "30003", "+14155550177")
    assert not house.store.refuses("+14155550177")


COMPANY = """
company: Northwind
lines: {"+15035550100": main}
{more}
flows: {main: [{hangup: Goodbye.}]}
"""
GERMAN, MEXICAN, CANADIAN, PREMIUM = "+4930123456", "+525512345678", "+14165550123", "+19005550100"


@pytest.mark.parametrize(
    ("more", "takes", "refuses"),
    [
        ("", [ANN], [GERMAN, MEXICAN, CANADIAN, PREMIUM, "12345", "anonymous", "+1", "", "client:ann"]),
        ("outside_countries: [US, DE]", [ANN, GERMAN], [MEXICAN, PREMIUM]),
        ("{outside_countries: [US, DE], text_countries: [MX]}", [MEXICAN], [ANN, GERMAN]),
    ],
)
def test_texts_go_to_the_countries_of_the_flow_file_and_the_operator_reads_why_one_did_not(
    make_book: Callable[[str], FlowBook],
    house: House,
    caplog: pytest.LogCaptureFixture,
    more: str,
    takes: list[str],
    refuses: list[str],
) -> None:
    company = make_book(COMPANY.replace("{more}", more.strip("{}").replace(", text", "\ntext"))).company
    held = Texts(
        house.store, house.carrier.send_text, "", lambda to, line: True, lambda: 1.0, house._told,
        lambda number: text_refused_by(company, number),
    )  # fmt: skip
    for number in takes:
        held.send(number, LINE, "x")
    assert house.sent_to == takes
    for number in refuses:
        with pytest.raises(OutsideError) as refused:
            held.send(number, LINE, "x")
        assert not refused.value.retry
        assert str(refused.value) in caplog.text
    assert house.sent_to == takes
    if MEXICAN in refuses:
        assert "are sent texts (text_countries in the flow file)" in caplog.text


def test_who_asks_to_be_called_back_on_the_site_is_texted_wherever_the_page_is_for(
    make_book: Callable[[str], FlowBook],
) -> None:
    page = "callback_page: {topics: {sales: sales}, countries: [US, CA], line: '+15035550100'}\nqueues: {sales: {}}"
    company = make_book(COMPANY.replace("{more}", page)).company
    assert text_refused_by(company, CANADIAN) == ""
    assert "is abroad" in text_refused_by(company, GERMAN)


@given(st.text(max_size=60))
def test_only_a_word_of_the_list_alone_is_a_wish(body: str) -> None:
    alone = "".join(letter for letter in body.casefold() if letter.isalnum())
    words = set("stop stopall unsubscribe cancel end quit revoke optout".split())  # noqa: SIM905 - read as one list
    assert (wish_of(body) is Wish.STOP) <= (alone in words)


@pytest.mark.parametrize("body", ["Stop", "STOP ALL", "stop.", " Quit\n", "Opt-Out", "CANCEL!"])
def test_however_stop_is_written_it_is_heard(body: str) -> None:
    assert wish_of(body) is Wish.STOP


@pytest.mark.parametrize("body", ["", "please stop calling me", "stop" * 50, "\u0000", "the end of the road"])
def test_a_sentence_is_no_command(body: str) -> None:
    assert wish_of(body) is Wish.NONE


def test_the_carriers_reports_in_any_order_end_at_the_last_state(store: SqlTexts) -> None:
    store.keep(TextMessage(SID, "out", LINE, ANN, "x", 1.0, "queued"))
    for state in ("delivered", "sent", "sending", "queued", "nonsense", "failed"):
        store.became(SID, state, "")
    assert store.latest(1)[0].state == "delivered"
    store.became("SM" + "9" * 32, "delivered", "")
    assert len(store.latest(10)) == 1


@given(st.permutations([*ORDER, *sorted(ENDS)]))
def test_a_state_never_goes_back(told: list[str]) -> None:
    from ivr.records.texts import _is_newer

    state = "queued"
    for one in told:
        if _is_newer(state, one):
            assert state not in ENDS
            assert one in ENDS or ORDER.index(one) > ORDER.index(state)
            state = one
    assert state in ENDS or state == "read"
