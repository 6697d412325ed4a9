"""A document to verbs, strictly: what the carrier would refuse is refused here, with the carrier's number."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.refusals import SCHEMA, VERB_NOT_SUPPORTED, Refusal
from ivr.exchange.twiml.asking import read_gather, read_record
from ivr.exchange.twiml.attributes import Attributes, is_url, no_text, text_only
from ivr.exchange.twiml.document import Node, read_document
from ivr.exchange.twiml.joining import read_connect, read_dial, read_enqueue, read_start, read_stop
from ivr.exchange.twiml.prompts import read_pause, read_play, read_say
from ivr.exchange.twiml.verbs import Echo, Hangup, Leave, Redirect, Reject, Verb


def read_redirect(node: Node) -> Redirect:
    attributes = Attributes(node)
    redirect = Redirect(url=text_only(node), method=attributes.method(number=13710))
    attributes.done()
    if not is_url(redirect.url):
        raise Refusal(11100, f"<Redirect>: invalid URL {redirect.url[:80]!r}")
    return redirect


def read_reject(node: Node) -> Reject:
    attributes = Attributes(node)
    reject = Reject(attributes.choice("reason", "rejected", ("rejected", "busy"), 13810))
    attributes.done()
    _empty(node)
    return reject


def read_hangup(node: Node) -> Hangup:
    Attributes(node).done()
    _empty(node)
    return Hangup()


def read_echo(node: Node) -> Echo:
    Attributes(node).done()
    _empty(node)
    return Echo()


def read_leave(node: Node) -> Leave:
    Attributes(node).done()
    _empty(node)
    return Leave()


VERBS: dict[str, Callable[[Node], Verb]] = {
    "Say": read_say,
    "Play": read_play,
    "Pause": read_pause,
    "Gather": read_gather,
    "Record": read_record,
    "Redirect": read_redirect,
    "Hangup": read_hangup,
    "Reject": read_reject,
    "Echo": read_echo,
    "Leave": read_leave,
    "Enqueue": read_enqueue,
    "Dial": read_dial,
    "Connect": read_connect,
    "Start": read_start,
    "Stop": read_stop,
}
VERBS_ELSEWHERE = ("Message", "Pay", "Prompt", "Queue", "Refer", "Sms")
"""The carrier knows these and the exchange does not perform them: refused rather than passed over in silence."""


def read_twiml(body: bytes, content_type: str) -> tuple[Verb, ...]:
    """The verbs of a document, in order; none for an empty ``<Response/>``.

    Raises:
        Refusal: with the carrier's number, for the first thing it would not take.
    """
    root = read_document(body, content_type)
    no_text(root)
    for name in root.attributes:
        if name not in ("xmlns", "version") and not name.startswith(("xmlns:", "xsi:")):
            raise Refusal(SCHEMA, f"<Response> has no attribute {name[:40]!r}")
    return tuple(_read_verb(node) for node in root.children)


def _read_verb(node: Node) -> Verb:
    if node.name in VERBS_ELSEWHERE:
        raise Refusal(VERB_NOT_SUPPORTED, f"<{node.name}> is not performed by this exchange")
    if node.name not in VERBS:
        raise Refusal(SCHEMA, f"<{node.name[:40]}> is not a verb")
    return VERBS[node.name](node)


def _empty(node: Node) -> None:
    no_text(node)
    text_only(node)
