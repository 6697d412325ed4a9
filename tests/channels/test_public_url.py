"""An address by which the carrier could not call us is found out at the start, with what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from ivr.channels.public_url import address_problem, public_url_problem
from ivr.settings import Settings
from tests.conftest import ROOT

ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "x"}


def settings(public_url: str, **more: str) -> Settings:
    return Settings.from_env({"PUBLIC_URL": public_url, **more}, ROOT)


@pytest.mark.parametrize(
    "public_url",
    [
        "https://ivr.example.com",
        "https://ivr.example.com/",
        "https://ivr.example.com:443",
        "https://ivr.example.com/phones/shop",
        "https://203.0.113.7",
        "HTTPS://IVR.EXAMPLE.COM",
        "http://127.0.0.1:5000",
        "http://localhost",
        "http://[::1]:5000",
    ],
)
def test_a_good_address_is_taken(public_url: str) -> None:
    assert public_url_problem(settings(public_url).public_url, local=False) == ""


@pytest.mark.parametrize(
    ("public_url", "why", "instead"),
    [
        ("http://ivr.example.com", "https only", "https://ivr.example.com"),
        ("http://ivr.example.com:5000/x", "https only", "https://ivr.example.com/x"),
        ("https://ivr.example.com:8443", "port 443 only", "https://ivr.example.com"),
        ("https://ivr.example.com/voice/incoming", "not one of them", "https://ivr.example.com"),
        ("https://ivr.example.com/calls", "not one of them", "https://ivr.example.com"),
        ("http://ivr.example.com/a b", "https only", "https://ivr.example.com"),
        ("https://ivr.example.com/a b", "names and slashes", "https://ivr.example.com"),
        ("https://ivr.example.com//x", "names and slashes", "https://ivr.example.com"),
        ("https://ivr.example.com/x#rc=2", "behind ? or #", "https://ivr.example.com/x"),
        ("https://ivr.example.com?x=1", "behind ? or #", "https://ivr.example.com"),
        ("https://me:secret@ivr.example.com", "not signed", "https://ivr.example.com"),
        ("ivr.example.com", "must begin with https://", "https://ivr.example.com"),
        ("wss://ivr.example.com", "must begin with https://", "https://ivr.example.com"),
        ("https://", "no such host", "https://ivr.example.com"),
        ("https://ivr example.com", "no such host", "https://ivr.example.com"),
        ("https://-x.example", "no such host", "https://ivr.example.com"),
        ("https://ivr.example.com:99999", "no address", "https://ivr.example.com"),
        ("https://ivr.example.com:five", "no address", "https://ivr.example.com"),
        ("https://[::1", "no address", "https://ivr.example.com"),
        ("https://ivr.example.com:0", "no port 0", "https://ivr.example.com"),
    ],
)
def test_a_bad_address_stops_the_start_with_what_to_write_instead(
    public_url: str, why: str, instead: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        app._must_be_found(settings(public_url, **ACCOUNT))
    assert stopped.value.code == app.NOT_BOOTED
    told = capsys.readouterr().err
    assert why in told
    assert "secret" not in told
    assert told.rstrip().endswith(f"Write PUBLIC_URL={instead}")
    assert public_url_problem(instead, local=False) == ""


def test_beside_the_exchange_neither_https_nor_a_port_is_asked_for() -> None:
    app._must_be_found(settings("http://10.0.0.5:5000"))
    app._must_be_found(settings("https://phones.example:8443", **ACCOUNT, IVR_CARRIER_URL="http://127.0.0.1:9"))
    with pytest.raises(SystemExit):
        app._must_be_found(settings("http://10.0.0.5:5000", **ACCOUNT))


def test_this_very_machine_is_good_to_start_and_not_to_be_called() -> None:
    assert public_url_problem("http://127.0.0.1:5000", local=False) == ""
    assert "cannot come here" in address_problem("http://127.0.0.1:5000", local=False)
    assert address_problem("http://127.0.0.1:5000", local=True) == ""


@given(st.text(max_size=40).map("https://".__add__) | st.text(max_size=60))
def test_whatever_is_written_is_taken_or_a_sentence_says_what_to_write(public_url: str) -> None:
    problem = public_url_problem(public_url, local=False)
    if problem:
        instead = problem.rpartition("Write PUBLIC_URL=")[2]
        assert public_url_problem(instead, local=False) == ""
