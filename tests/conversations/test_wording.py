"""How a sentence can be expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.conversations.wording import Wording, WordingError, read_wording
from ivr.conversations.yaml_text import scalar
from ivr.flows.source import read_source


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("Hello there.", "Hello there.", True),
        ("Hello there.", "Hello  there.", True),
        ("Hello there.", "Hello there", False),
        ("Hello there.", "hello there.", False),
        ("Hello ...", "Hello, you there.", True),
        ("... there.", "Hello, you there.", True),
        ("H...y...e.", "Hello, you there.", True),
        ("a...a", "a", False),
        ("a...b...a", "aba", True),
        ("...", "", True),
        ("", "", True),
        ("", "x", False),
        ("/Hello.*/", "Hello there.", True),
        ("/Hello/", "Hello there.", False),
        ("/[0-9]+ stores/", "12 stores", True),
        ("//", "//", True),
        ("(5 dollars?) [yes]", "(5 dollars?) [yes]", True),
    ],
)
def test_a_sentence_fits(written: str, text: str, fits: bool) -> None:
    assert read_wording(written).fits(text) is fits


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=80))
def test_every_sentence_but_a_pattern_fits_itself(text: str) -> None:
    wording = Wording(text.strip())
    assert wording.is_pattern or wording.fits(text)


@pytest.mark.parametrize(
    "pattern", ["/(a*)*/", "/(a|a)*x/", "/.*.*.*.*.*x/", "/(?=x)y/", r"/(a)\1/", "/[a/", "/" + "a" * 400 + "/"]
)
def test_a_pattern_that_could_hang_is_refused(pattern: str) -> None:
    with pytest.raises(WordingError):
        read_wording(pattern)


@pytest.mark.timeout(60)
def test_the_slowest_pattern_allowed_is_decided() -> None:
    wording = read_wording("/.*a.*a.*a.*x/")
    assert not wording.fits("a" * 100)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60), st.booleans())
def test_a_text_that_is_written_is_read_back(text: str, inside: bool) -> None:
    written = f"key: {{a: {scalar(text, inside=True)}}}" if inside else f"key: {scalar(text)}"
    tree = read_source(written, "x").tree
    assert (tree["key"]["a"] if inside else tree["key"]) == text
