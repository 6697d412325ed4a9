"""Logging in: the right password only, few tries, the same answer whether there is such an account, and an end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.accounts import AccountError, Attempts, Role
from ivr.accounts.attempts import WINDOW_S
from ivr.accounts.visits import VISIT_S
from ivr.ports import OutsideError
from tests.accounts.conftest import OTHER, PASSWORD, Office


@pytest.fixture
def dana(office: Office) -> Office:
    office.hire("dana", Role.ADMIN)
    office.passwords.compared = 0
    return office


def refusal(office: Office, name: str, password: str = OTHER, address: str = "192.0.2.9") -> str:
    with pytest.raises(AccountError) as refused:
        office.log_in(name, password, address)
    return str(refused.value)


def test_a_visit_lasts_a_working_day_or_until_logout(dana: Office) -> None:
    first, second = dana.log_in(" DANA"), dana.log_in("dana")
    dana.visits.end(first)
    assert dana.visits.of(first) is None
    assert dana.visits.of(second)
    dana.now_s += VISIT_S + 1
    assert dana.visits.of(second) is None
    assert [what for _, what in dana.did()][-3:] == ["logged in", "logged in", "logged out"]


def test_made_up_visits_are_nobodys(dana: Office) -> None:
    dana.log_in("dana")
    for token in ("", "x", "\ud800", "\x00", "a" * 10_000):
        assert dana.visits.of(token) is None


def test_unknown_names_cost_and_say_the_same_as_a_wrong_password(dana: Office) -> None:
    dana.accounts.add("invited", [Role.AGENT], "", "dana")
    said, cost = set(), []
    for name in ("dana", "nobody", "invited", "", "\x00\ud800"):
        before = dana.passwords.compared
        said.add(refusal(dana, name))
        cost.append(dana.passwords.compared - before)
    assert said == {"The name or the password is not right."}
    assert cost == [1] * 5


def test_what_was_typed_as_a_name_is_written_down_only_when_it_is_one(dana: Office) -> None:
    refusal(dana, "dana")
    refusal(dana, PASSWORD)
    failed = [who for who, what in dana.did() if what == "failed login"]
    assert failed == ["dana", "an unknown name"]
    assert [one.about for one in dana.audit.entries(1)] == ["from 192.0.2.9"]


@pytest.mark.parametrize("name", ["dana", "nobody"])
def test_after_some_tries_nobody_tries_an_account_whether_it_exists_or_not(dana: Office, name: str) -> None:
    for number in range(3):
        assert "not right" in refusal(dana, name, address=f"192.0.2.{number}")
    tried = dana.passwords.compared
    assert "Try again in 15 minutes" in refusal(dana, name, PASSWORD, "192.0.2.200")
    assert dana.passwords.compared == tried, "not even the right password is looked at"


def test_one_address_tries_only_so_many_accounts(dana: Office) -> None:
    for number in range(8):
        assert "not right" in refusal(dana, f"somebody{number}")
    assert "Too many tries" in refusal(dana, "dana", PASSWORD)
    assert dana.visits.of(dana.log_in("dana", address="192.0.2.44")), "others go on"


def test_the_right_password_makes_tries_of_the_account_forgotten(dana: Office) -> None:
    for _ in range(3):
        refusal(dana, "dana")
        refusal(dana, "dana")
        assert dana.log_in("dana")
        dana.redis.delete(*dana.redis.keys("ringdown:logins:address:*"))


def test_tries_at_the_same_moment_are_all_counted(office: Office) -> None:
    attempts = Attempts(office.redis, for_account=5)
    together, waits = threading.Barrier(12), []

    def attempt() -> None:
        together.wait()
        waits.append(attempts.wait_s("dana", "192.0.2.1"))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == 5
    assert all(0 < wait <= WINDOW_S for wait in waits if wait)


def test_waiting_ends_though_somebody_goes_on_trying(office: Office) -> None:
    attempts = Attempts(office.redis, for_account=1)
    assert attempts.wait_s("dana", "192.0.2.1") == 0
    (key,) = office.redis.keys("ringdown:logins:account:*")
    office.redis.expire(key, 7)
    assert attempts.wait_s("dana", "192.0.2.1") <= 7
    assert attempts.wait_s("dana", "192.0.2.1") <= 7


def test_without_redis_nobody_is_let_in(dana: Office, tmp_path: Path) -> None:
    gone = Redis(unix_socket_path=str(tmp_path / "none"), retry=Retry(NoBackoff(), 0))
    dana.visits.__dict__["_attempts"] = Attempts(gone)
    with pytest.raises(OutsideError, match="nobody can log in"):
        dana.log_in("dana")
    gone.close()


def test_a_changed_password_ends_all_logins_but_this_one(dana: Office) -> None:
    here, elsewhere = dana.log_in("dana"), dana.log_in("dana")
    visitor = dana.visits.of(here)
    assert visitor
    with pytest.raises(AccountError, match="not right"):
        dana.visits.change_password(visitor, "not the old one", OTHER, "192.0.2.1")
    with pytest.raises(AccountError, match="at least 12"):
        dana.visits.change_password(visitor, PASSWORD, "short", "192.0.2.1")
    dana.visits.change_password(visitor, PASSWORD, OTHER, "192.0.2.1")
    assert dana.visits.of(here)
    assert dana.visits.of(elsewhere) is None
    assert "not right" in refusal(dana, "dana", PASSWORD)
    assert dana.log_in("dana", OTHER)


def test_the_same_letters_from_another_keyboard_are_the_same_password(office: Office) -> None:
    office.hire("zoe", Role.ADMIN, password="caf\u00e9 im garten 9")  # noqa: S106 - made up
    assert office.log_in("zoe", "cafe\u0301 im garten 9")
