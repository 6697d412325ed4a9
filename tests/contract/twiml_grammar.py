"""What TwiML there is, read from the signatures of the carrier's own package: elements, attributes, what may be inside.

``check`` is held against every document the service writes in these tests. Values of attributes are the business of
the exchange's reader, which knows the carrier's limits.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree import ElementTree

from twilio.twiml import TwiML, lower_camel, voice_response

MAX_BYTES = 64 * 1024
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Element:
    """One element where it stands: its attributes, whether it holds text, and what may be inside."""

    attributes: frozenset[str]
    text: bool
    kind: type
    inside: dict[str, Element] = field(default_factory=dict)


def _named(function: Any) -> list[str]:
    """The parameters of a function but ``self`` and those that take all the rest."""
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    found = inspect.signature(function).parameters.values()
    return [one.name for one in found if one.kind in plain and one.name != "self"]


def _attribute(name: str) -> str:
    return str(lower_camel(TwiML.MAP.get(name, name)))


def _children(kind: type, known: dict[type, dict[str, Element]]) -> dict[str, Element]:
    """What the package lets one write inside ``kind``: each of its methods makes an element."""
    if kind in known:
        return known[kind]
    known[kind] = {}  # before it is filled: speech markup nests in itself
    parent = kind(**dict.fromkeys(_named(kind), "x"))
    for name, method in vars(kind).items():
        if name.startswith("__") or not inspect.isfunction(method):
            continue
        parameters = _named(method)
        made = method(parent, **dict.fromkeys(parameters, "en-US"))
        spoken = set(_named(type(made)))  # what the constructor names is the text inside
        attributes = frozenset(_attribute(one) for one in parameters if one not in spoken)
        known[kind][made.name] = Element(attributes, bool(spoken), type(made), _children(type(made), known))
    return known[kind]


@cache
def grammar() -> dict[str, Element]:
    """The verbs of a ``Response``."""
    return _children(voice_response.VoiceResponse, {})


def problems(document: bytes) -> list[str]:
    """What the carrier's package could not have written."""
    if len(document) > MAX_BYTES:
        return [f"{len(document)} bytes"]
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - written by the service under test
    except ElementTree.ParseError as error:
        return [f"no XML: {error}"]
    if root.tag != "Response" or root.attrib:
        return [f"begins with <{root.tag}>"]
    return list(_inside(root, Element(frozenset(), text=False, kind=voice_response.VoiceResponse, inside=grammar())))


def _inside(node: ElementTree.Element, element: Element) -> list[str]:
    found = [
        f"<{node.tag}> has no attribute {name}"
        for name in node.attrib
        if ("xml:lang" if name == XML_LANG else name) not in element.attributes
    ]
    texts = [node.text, *(child.tail for child in node)]
    if not element.text and any(text and text.strip() for text in texts):
        found.append(f"<{node.tag}> holds no text")
    for child in node:
        if child.tag in element.inside:
            found += _inside(child, element.inside[child.tag])
        else:
            found.append(f"<{child.tag}> inside <{node.tag}>")
    return found


def check(document: bytes) -> bytes:
    """``document``, which is valid."""
    assert problems(document) == [], document.decode(errors="replace")
    return document
