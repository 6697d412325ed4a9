"""A log line is one event, whatever a caller or a stranger put into it, and tells no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.logs import Cleaner, handler
from ivr.settings import Settings, SettingsError
from tests.conftest import ROOT

TOKENS = "0123456789abcdef,fedcba9876543210"
CALL = "CA" + "0a" * 16


def written(kind: str, tell: Callable[[logging.Logger], None]) -> str:
    """What a logger writes in that way."""
    stream = io.StringIO()
    env = {"IVR_LOG": kind, "TWILIO_AUTH_TOKEN": TOKENS, "SECRET_KEY": "a-secret-key", "PORT": "5000"}
    log = logging.Logger("a part")  # noqa: LOG001 - one that nobody else listens to
    log.addHandler(handler(Settings.from_env(env, ROOT), stream))
    tell(log)
    return stream.getvalue()


@given(st.text())
def test_a_line_of_text_is_one_line(text: str) -> None:
    out = written("text", lambda log: log.warning("said %s", text))
    assert len(out.splitlines()) == 1
    assert out.rstrip("\n").isprintable() or not any(ord(one) < 32 for one in out.rstrip("\n"))


@given(st.text())
def test_a_line_of_json_is_one_object(text: str) -> None:
    out = written("json", lambda log: log.warning("call %s: %s", CALL, text))
    assert len(out.splitlines()) == 1
    said = json.loads(out)
    assert (said["level"], said["part"], said["call"]) == ("warning", "a part", CALL)


def test_a_forged_event_does_not_look_like_one() -> None:
    out = written("text", lambda log: log.error("path %s", "/x\n2026-01-01 00:00:00,000 a part everything is fine"))
    assert "\\n2026" in out
    assert out.count("\n") == 1


def test_what_an_exception_says_is_indented_and_cannot_begin_a_line() -> None:
    def tell(log: logging.Logger) -> None:
        try:
            int("one\n2026-01-01 00:00:00,000 a part\x1b[31m all is well")
        except ValueError:
            log.exception("it broke")

    first, *rest = written("text", tell).splitlines()
    assert first.endswith("it broke")
    assert all(line.startswith("    ") for line in rest)
    assert "\x1b" not in "".join(rest)
    assert json.loads(written("json", tell))["error"].startswith("Traceback")


@pytest.mark.parametrize("kind", ["text", "json"])
@pytest.mark.parametrize("secret", [*TOKENS.split(","), "a-secret-key", "+15035550123", "geheim"])
def test_no_secret_and_no_whole_number_is_written(kind: str, secret: str) -> None:
    def tell(log: logging.Logger) -> None:
        log.warning("key %s, from %s, at %s", secret, "+15035550123", f"redis://ivr:{secret}@host/0")

    assert secret not in written(kind, tell).replace("key geheim", "")


@given(st.text(alphabet="ab\n\r\x00\x1b\u2028\u202e+1234567890@/:", max_size=60))
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    clean = Cleaner(["a-secret-key"])
    once = clean(text)
    assert clean(once) == once


def test_another_way_of_writing_is_no_setting() -> None:
    with pytest.raises(SettingsError, match="IVR_LOG"):
        Settings.from_env({"IVR_LOG": "xml"}, ROOT)
