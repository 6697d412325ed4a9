"""What the exchange signs, the carrier's own validator finds genuine; and so does the service, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.exchange.signing import sign_form, sign_url

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
FORMS = st.dictionaries(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8)
URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["example.com", "127.0.0.1", "a-b.example"]),
    st.sampled_from(["", ":80", ":443", ":5000", ":8443"]),
    st.sampled_from(["/", "/voice/turn/CA1/2", "/a%20b", "/caf\u00e9"]),
    st.sampled_from(["", "?a=b", "?a=b&c=%2B1"]),
)


@given(token=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), url=URLS, form=FORMS)
def test_the_carriers_validator_accepts_what_the_exchange_signs(token: str, url: str, form: dict[str, str]) -> None:
    validator = RequestValidator(token)
    assert sign_form(token, url, form) == validator.compute_signature(url, form)
    assert sign_url(token, url) == validator.compute_signature(url, {})


def test_the_documented_example_has_the_documented_signature() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign_form("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("settings", ["#", "#rc=2&rp=all", "#ct=100"])
def test_connection_settings_after_the_hash_are_not_signed(settings: str) -> None:
    assert sign_url("t", f"https://x.example/a?b=c{settings}") == sign_url("t", "https://x.example/a?b=c")


def test_a_field_sent_twice_counts_each_distinct_value_once_in_order() -> None:
    assert sign_form("t", "https://x.example/", {"a": ["2", "1", "2"]}) == sign_form(
        "t", "https://x.example/", {"a": ["1", "2"]}
    )
