"""The grammar is the carrier's package's own, and what the exchange takes is within it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml import voice_response as written

from ivr.exchange.refusals import Refusal
from ivr.exchange.twiml import read_twiml
from tests.contract.twiml_grammar import Element, grammar, problems
from tests.exchange.test_twiml_package import DOCUMENTS

CONTENT_TYPE = "text/xml"


def elements() -> dict[type, Element]:
    """Every element of the grammar once, by what makes it."""
    found: dict[type, Element] = {}
    ahead = list(grammar().values())
    while ahead:
        one = ahead.pop()
        if one.kind not in found:
            found[one.kind] = one
            ahead += one.inside.values()
    return found


def test_the_whole_language_is_known() -> None:
    made = {kind for kind in vars(written).values() if isinstance(kind, type) and kind.__module__ == written.__name__}
    never_nested = made - set(elements())
    assert {kind.__name__ for kind in never_nested} <= {"VoiceResponse"}


@pytest.mark.parametrize(
    "wrong",
    [
        "<Say speed='2'>x</Say>",
        "<Dial><Say>x</Say></Dial>",
        "<Gather><Dial>+1</Dial></Gather>",
        "<Pause>x</Pause>",
        "<Hangup><Say>x</Say></Hangup>",
        "<Ring/>",
        "text",
        "<Gather></Response>",
        f"<Say>{'x' * 70_000}</Say>",
    ],
)
def test_what_the_package_cannot_write_is_found(wrong: str) -> None:
    assert problems(f"<Response>{wrong}</Response>".encode())


@st.composite
def bent_documents(draw: st.DrawFn) -> bytes:
    """What the package writes, with one thing changed in one place."""
    kind = draw(st.sampled_from(list(DOCUMENTS)))
    response = written.VoiceResponse()
    response.append(draw(DOCUMENTS[kind]))
    root = ElementTree.fromstring(str(response).encode())  # noqa: S314 - the package wrote it
    nodes = list(root.iter())[1:]
    node = draw(st.sampled_from(nodes))
    match draw(st.sampled_from(["attribute", "child", "name", "nothing"])):
        case "attribute":
            every = sorted({name for one in elements().values() for name in one.attributes if ":" not in name})
            node.set(draw(st.sampled_from(every)), draw(st.sampled_from(["1", "true", "POST", "/next"])))
        case "child":
            node.append(ElementTree.Element(draw(st.sampled_from(nodes)).tag))
        case "name":
            node.tag = draw(st.sampled_from(sorted(grammar())))
        case _:
            pass
    return ElementTree.tostring(root)


@settings(max_examples=200)
@given(bent_documents())
def test_what_the_exchange_takes_the_carriers_package_could_have_written(document: bytes) -> None:
    try:
        read_twiml(document, CONTENT_TYPE)
    except Refusal:
        return
    assert problems(document) == []
