"""The extent of the exchange as a page of text: made from the tables and routes the exchange itself goes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivr.exchange import rest_calls, rest_conferences
from ivr.exchange.extent import EXTENT, REFUSED, Extent
from ivr.exchange.rest import ROUTES
from ivr.exchange.twiml.prompts import MARKUP


def extent_page() -> str:
    """Markdown: documents, then REST."""
    return "\n".join((*_documents(), "", *_rest())) + "\n"


def _documents() -> Iterator[str]:
    yield "### Documents"
    yield ""
    yield "| element | does | takes, without effect | refuses |"
    yield "|---|---|---|---|"
    for way, extent in EXTENT.items():
        yield f"| `{way}` | {_does(extent)} | {_grouped(extent.ignores)} | {_grouped(extent.refuses)} |"
    yield f"| in `Say` | `sub alias` | the rest of {_code(MARKUP)} | |"
    yield ""
    yield "Refused, though the carrier knows them, with 13750 (`Task` with 14220, `Parameter` with 12200):"
    yield ""
    for way, why in REFUSED.items():
        yield f"- `{way}`: {why}"
    yield ""
    yield "Anything else, elements and attributes, is refused with 12200 or the number the carrier has for it."


def _rest() -> Iterator[str]:
    yield "### REST"
    yield ""
    yield "| field of | does | takes, without effect |"
    yield "|---|---|---|"
    calls, added = rest_calls.WITHOUT_EFFECT, rest_conferences.WITHOUT_EFFECT
    yield _fields("a call, made", rest_calls.CREATED_WITH, calls)
    yield _fields("a call, changed", rest_calls.UPDATED_WITH, calls)
    yield _fields("a participant, added", rest_conferences.ADDED_WITH, added)
    yield _fields("a participant, changed", rest_conferences.UPDATED_WITH, ())
    yield ""
    yield "All other fields are refused with 20001, where the carrier passes over a misspelt one."
    yield "These addresses are answered, all others with 20404:"
    yield ""
    for method, path, _ in sorted(ROUTES, key=lambda route: (route[1], route[0])):
        yield f"- `{method} {path}`"


def _does(extent: Extent) -> str:
    return ". ".join(part for part in (_code(extent.does), extent.note) if part) or "as the carrier"


def _fields(what: str, known: Iterable[str], without_effect: Iterable[str]) -> str:
    left_out = tuple(without_effect)
    done = [name for name in known if name not in left_out]
    return f"| {what} | {_code(done)} | {_code(name for name in known if name in left_out)} |"


def _grouped(reasons: Mapping[str, str]) -> str:
    """Attributes with the same reason stand together."""
    by_reason: dict[str, list[str]] = {}
    for name, why in reasons.items():
        by_reason.setdefault(why, []).append(name)
    return "; ".join(f"{_code(names)}: {why}" for why, names in by_reason.items())


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
