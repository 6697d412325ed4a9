"""The service believes a request when the carrier's own validator would, and never raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.channels.carriers.signature import is_genuine
from ivr.signing import signature
from tests.exchange.test_signing import FORMS, URLS

TOKEN, URL = "token", "https://ivr.example/voice/incoming"
FORM = {"CallSid": ["CA1"], "From": ["+15035550100"]}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


class _Several(dict[str, list[str]]):
    """Form fields as the validator expects them from a web framework."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


@given(st.data())
def test_it_agrees_with_the_carriers_validator(data: st.DataObject) -> None:
    called, signed = data.draw(URLS), data.draw(URLS)
    form = {name: [value] for name, value in data.draw(FORMS).items()}
    if data.draw(st.booleans()):
        signed = called
    signing_token = data.draw(st.sampled_from([TOKEN, "other"]))
    sent = data.draw(st.sampled_from([signature(signing_token, signed, form), "", "x", "A" * 28]))
    expected = RequestValidator(TOKEN).validate(called, _Several(form), sent)
    assert is_genuine([TOKEN], sent, called, form) == expected


@given(
    st.lists(st.text(max_size=5), max_size=3), st.none() | st.text(), st.text(), st.dictionaries(TEXTS, st.lists(TEXTS))
)
def test_nothing_a_stranger_sends_raises_or_passes(
    tokens: list[str], sent: str | None, url: str, form: dict[str, list[str]]
) -> None:
    assert is_genuine(tokens, sent, url, form) is False


@pytest.mark.parametrize("spelled", [URL, "https://ivr.example:443/voice/incoming"])
@pytest.mark.parametrize("called", [URL, "https://ivr.example:443/voice/incoming"])
def test_the_standard_port_may_be_written_or_not(spelled: str, called: str) -> None:
    assert is_genuine([TOKEN], signature(TOKEN, spelled, FORM), called, FORM)


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_the_upgrade_to_a_websocket_is_genuine_with_and_without_its_standard_port(scheme: str) -> None:
    port = {"ws": 80, "wss": 443}[scheme]
    sent = signature(TOKEN, f"{scheme}://ivr.example:{port}/voice/stream", {})
    assert is_genuine([TOKEN], sent, f"{scheme}://ivr.example/voice/stream", {})


def test_during_a_rotation_old_and_new_tokens_are_good() -> None:
    sent = signature("new", URL, FORM)
    assert is_genuine(["old", "new"], sent, URL, FORM)
    assert not is_genuine(["old"], sent, URL, FORM)


@pytest.mark.parametrize("tokens", [[], [""]])
def test_without_a_token_nothing_is_genuine(tokens: list[str]) -> None:
    assert not is_genuine(tokens, signature("", URL, FORM), URL, FORM)


def test_a_changed_an_added_and_a_missing_field_are_noticed() -> None:
    sent = signature(TOKEN, URL, FORM)
    assert not is_genuine([TOKEN], sent, URL, FORM | {"From": ["+15035550199"]})
    assert not is_genuine([TOKEN], sent, URL, FORM | {"Digits": ["1"]})
    assert not is_genuine([TOKEN], sent, URL, {"CallSid": ["CA1"]})
    assert not is_genuine([TOKEN], None, URL, FORM)
