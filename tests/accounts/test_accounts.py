"""Accounts and their links: who gets one, how often a link works, and that nobody is locked out or sneaks in."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from ivr.accounts import AccountError, Role
from ivr.accounts.accounts import LINK_S
from tests.accounts.conftest import OTHER, PASSWORD, Office

ADMIN, AGENT = Role.ADMIN, Role.AGENT


def test_nobody_logs_in_until_somebody_has_chosen_a_password(office: Office) -> None:
    assert not office.accounts.exist()
    link = office.accounts.add("dana", [ADMIN], "", "the test")
    assert not office.accounts.exist()
    office.accounts.join(link, PASSWORD)
    assert office.accounts.exist()


def test_the_first_link_makes_an_admin_and_no_second_one(office: Office) -> None:
    earlier, link = office.accounts.first_link(), office.accounts.first_link()
    assert office.accounts.invitation(earlier) is None, "the newest link only is good"
    dana = office.accounts.join(link, PASSWORD, "Dana ")
    assert (dana.name, [*dana.roles]) == ("dana", [ADMIN])
    with pytest.raises(AccountError, match="used or too old"):
        office.accounts.join(link, PASSWORD, "eve")
    assert office.accounts.first_link() == ""
    assert [user.name for user in office.accounts.users()] == ["dana"]


def test_the_first_link_is_void_once_somebody_joined_by_another(office: Office) -> None:
    first = office.accounts.first_link()
    office.hire("dana", ADMIN)
    assert office.accounts.invitation(first) is None
    with pytest.raises(AccountError):
        office.accounts.join(first, PASSWORD, "eve")


def test_a_link_works_once_even_for_two_at_the_same_moment(office: Office) -> None:
    link = office.accounts.first_link()
    together, joined, refused = threading.Barrier(2), [], []

    def join(name: str) -> None:
        together.wait()
        try:
            joined.append(office.accounts.join(link, PASSWORD, name).name)
        except AccountError:
            refused.append(name)

    threads = [threading.Thread(target=join, args=(name,)) for name in ("dana", "eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(joined + refused) == ["dana", "eve"]
    assert len(joined) == 1
    assert [user.name for user in office.accounts.users()] == joined


def test_a_link_is_good_for_a_day(office: Office) -> None:
    link = office.accounts.add("dana", [ADMIN], "", "the test")
    office.now_s += LINK_S + 1
    with pytest.raises(AccountError, match="too old"):
        office.accounts.join(link, PASSWORD)
    assert not office.accounts.exist()


def test_made_up_links_are_for_nobody(office: Office) -> None:
    office.accounts.first_link()
    for token in ("", "x", "é", "\x00", "\ud800", "a" * 10_000):
        assert office.accounts.invitation(token) is None


def test_the_first_account_must_be_an_admin(office: Office) -> None:
    with pytest.raises(AccountError, match="first account must be an admin"):
        office.accounts.add("ann", [AGENT], "", "the test")
    assert office.accounts.users() == []


@pytest.mark.parametrize("name", ["", " ", "-x", "a b", "é", "a/b", "<b>", "a" * 65, "a\nb", "\x00"])
def test_names_that_could_be_taken_for_something_else_are_refused(office: Office, name: str) -> None:
    with pytest.raises(AccountError, match="A name has"):
        office.accounts.add(name, [ADMIN], "", "the test")


def test_capitals_make_no_second_account(office: Office) -> None:
    office.hire("dana", ADMIN)
    with pytest.raises(AccountError, match="already"):
        office.accounts.add("DANA", [AGENT], "", "the test")


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "dana-dana-dana", "x" * 201])
def test_a_password_that_can_be_guessed_is_refused_and_the_link_stays_good(office: Office, password: str) -> None:
    link = office.accounts.add("dana", [ADMIN], "", "the test")
    with pytest.raises(AccountError, match="The password must"):
        office.accounts.join(link, password)
    assert office.accounts.join(link, PASSWORD).has_password


def test_the_database_holds_neither_passwords_nor_tokens(office: Office) -> None:
    link = office.accounts.add("dana", [ADMIN], "", "the test")
    other = office.accounts.add("eve", [AGENT], "", "the test")
    office.accounts.join(link, PASSWORD)
    visit = office.log_in("dana")
    with office.database.reading() as session:
        held = "".join(
            str(row)
            for table in ("users", "visits", "invitations", "audit")
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
        )
    assert "dana" in held
    assert not any(secret in held for secret in (PASSWORD, link, other, visit))


def test_a_reset_ends_all_logins_and_the_old_password(office: Office) -> None:
    office.hire("dana", ADMIN)
    visits = [office.log_in("dana"), office.log_in("dana")]
    link = office.accounts.reset("dana", "the test")
    assert [office.visits.of(visit) for visit in visits] == [None, None]
    with pytest.raises(AccountError, match="not right"):
        office.log_in("dana")
    assert office.accounts.exist(), "nobody gets in without logging in meanwhile"
    office.accounts.join(link, OTHER)
    assert office.visits.of(office.log_in("dana", OTHER))


def test_the_last_admin_who_can_log_in_stays_one(office: Office) -> None:
    office.hire("dana", ADMIN)
    office.hire("ann", AGENT)
    office.accounts.add("eve", [ADMIN], "", "dana")  # has not joined: cannot help anybody yet
    with pytest.raises(AccountError, match="last admin"):
        office.accounts.remove("dana", "ann")
    with pytest.raises(AccountError, match="last admin"):
        office.accounts.change("dana", [AGENT], "", "ann")
    assert [[*user.roles] for user in office.accounts.users() if user.name == "dana"] == [[ADMIN]]
    office.accounts.change("ann", [AGENT, ADMIN], "", "dana")
    office.accounts.remove("dana", "ann")
    assert [user.name for user in office.accounts.users()] == ["ann", "eve"]


def test_other_roles_count_from_the_next_request_on(office: Office) -> None:
    office.hire("dana", ADMIN)
    office.hire("ann", AGENT)
    visit = office.log_in("ann")
    ann = office.visits.of(visit)
    assert ann
    assert (ann.may(AGENT), ann.may(Role.SUPERVISOR), ann.agent) == (True, False, "ann")
    office.accounts.change("ann", [Role.SUPERVISOR], "anna", "dana")
    ann = office.visits.of(visit)
    assert ann
    assert (ann.may(Role.SUPERVISOR), ann.agent) == (True, "anna")
    office.accounts.remove("ann", "dana")
    assert office.visits.of(visit) is None


def test_the_trail_says_who_did_what_to_whom(office: Office) -> None:
    office.hire("dana", ADMIN)
    office.accounts.add("ann", [AGENT], "", "dana")
    office.accounts.change("ann", [Role.EDITOR], "", "dana")
    office.accounts.reset("ann", "dana")
    office.accounts.remove("ann", "dana")
    office.audit("eve", "published flows", "1234: because")
    told = [
        ("the test", "added user"),
        ("dana", "chose a password"),
        ("dana", "added user"),
        ("dana", "changed user"),
        ("dana", "reset password"),
        ("dana", "removed user"),
        ("eve", "published flows"),
    ]
    assert office.did() == told
    assert [(one.about, one.at_s) for one in office.audit.entries(1)] == [("1234: because", office.now_s)]
    assert {one.who for one in office.audit.entries(100, who="dana")} == {"dana"}


def test_a_change_that_fails_leaves_no_trace(office: Office) -> None:
    office.hire("dana", ADMIN)
    before = office.did()
    with pytest.raises(AccountError):
        office.accounts.remove("dana", "dana")
    assert office.did() == before


def test_the_trail_never_stops_what_was_done(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with office.database.session() as session:
        session.execute(text("DROP TABLE audit"))
    office.audit("dana", "published flows", "1234")
    assert "not in the audit trail: dana: published flows 1234" in caplog.text
