"""Bytes to a small tree, safely: no DTD, no entities of the sender's own, bounded size and depth, no recursion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ivr.exchange.refusals import BAD_XML, BODY_TOO_LARGE, CONTENT_TYPE, NOT_A_RESPONSE, Refusal

MAX_BYTES = 64 * 1024
"""The carrier's limit for a document."""
MAX_DEPTH = 16
"""Deeper than any legal document (Response/Dial/Sip/Headers/Header is 5; speech markup nests a little)."""
CONTENT_TYPES = ("text/xml", "application/xml", "text/html")
"""The last is what web frameworks say of a text when nobody says otherwise; the carrier takes it for a document."""


@dataclass(slots=True)
class Node:
    """An element: its text and child elements in document order."""

    name: str
    attributes: dict[str, str]
    pieces: list[str | Node] = field(default_factory=list)

    @property
    def children(self) -> Iterator[Node]:
        return (piece for piece in self.pieces if isinstance(piece, Node))

    @property
    def own_text(self) -> str:
        """The text directly inside, without that of child elements."""
        return " ".join("".join(piece for piece in self.pieces if isinstance(piece, str)).split())


def read_document(body: bytes, content_type: str) -> Node:
    """The ``Response`` element of a document.

    Raises:
        Refusal: 12300, 11750, 12100 or 12102.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in CONTENT_TYPES:
        raise Refusal(CONTENT_TYPE, f"Invalid Content-Type {content_type[:80]!r}: send text/xml")
    if len(body) > MAX_BYTES:
        raise Refusal(BODY_TOO_LARGE, f"The document has {len(body)} bytes; {MAX_BYTES} are allowed")
    root = _Builder().build(body)
    if root.name != "Response":
        raise Refusal(NOT_A_RESPONSE, f"The root element must be Response, not {root.name[:40]!r}")
    return root


class _Builder:
    """Collects what the parser reports; a stack instead of recursion."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.stack: list[Node] = []
        self.root: Node | None = None

    def build(self, body: bytes) -> Node:
        try:
            self.parser.Parse(body, True)
        except (expat.ExpatError, ValueError, LookupError) as error:  # the latter two: odd encodings
            raise Refusal(BAD_XML, f"Document parse failure: {error}") from error
        if self.root is None:  # pragma: no cover - expat reports an empty document as an error
            raise Refusal(BAD_XML, "Document parse failure: no element found")
        return self.root

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Refusal(BAD_XML, f"Document parse failure: elements nest deeper than {MAX_DEPTH}")
        node = Node(name, attributes)
        if self.stack:
            self.stack[-1].pieces.append(node)
        else:
            self.root = node
        self.stack.append(node)

    def end(self, _name: str) -> None:
        self.stack.pop()

    def text(self, data: str) -> None:
        self.stack[-1].pieces.append(data)

    def refuse_doctype(self, *_: object) -> None:
        raise Refusal(BAD_XML, "Document parse failure: a document type (DTD) or entity is not allowed")
