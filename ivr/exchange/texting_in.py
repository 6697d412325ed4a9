"""Somebody texts a line: the service is asked, and what it answers is sent back."""

from __future__ import annotations

from ivr.exchange.messages import Message
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import SCHEMA, Refusal
from ivr.exchange.sids import new_sid
from ivr.exchange.texting import send_text
from ivr.exchange.twiml.attributes import text_only
from ivr.exchange.twiml.document import read_document


def text_in(plant: Plant, message: Message, url: str, method: str) -> Message:
    """Take ``message`` from a phone outside and bring it to ``url``."""
    plant.trim()
    plant.messages[message.sid] = message
    plant.timeline.note("", "text in", message=message.sid, to=message.to, **{"from": message.from_})
    plant.spawn(_bring(plant, message, url, method))
    return message


async def _bring(plant: Plant, message: Message, url: str, method: str) -> None:
    params = {
        "MessageSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "AccountSid": plant.account_sid,
        "From": message.from_,
        "To": message.to,
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    try:
        answer = await plant.webhooks.ask(url, method, params, {})
        replies = read_replies(answer.body, answer.content_type) if answer.body else ()
    except Refusal as refusal:
        plant.timeline.note("", "error", number=refusal.number, message=f"text {message.sid}: {refusal.message}")
        return
    plant.timeline.note("", "text answered", message=message.sid, replies=len(replies))
    for body in replies:
        reply = Message(new_sid("SM"), message.from_, message.to, body, "queued", plant.clock.epoch_s, "outbound-reply")
        send_text(plant, reply, "")


def read_replies(body: bytes, content_type: str) -> tuple[str, ...]:
    """The texts of a messaging document: ``<Message>`` with its words directly inside or in a ``<Body>``.

    Raises:
        Refusal: the carrier would not take it, or this exchange does not do it (media, redirects).
    """
    replies = []
    for node in read_document(body, content_type).children:
        if node.name != "Message" or node.attributes:
            raise Refusal(SCHEMA, f"<{node.name[:40]}> is not done in answer to a text here, nor are its attributes")
        inside = list(node.children)
        words = text_only(inside[0]) if len(inside) == 1 and inside[0].name == "Body" else text_only(node)
        if words:
            replies.append(words)
    return tuple(replies)
