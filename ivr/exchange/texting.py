"""Sending text messages: taken at once, sent and delivered a moment later, with callbacks."""

from __future__ import annotations

from ivr.exchange.callbacks import Callback
from ivr.exchange.messages import Message
from ivr.exchange.plant import Plant

DELIVERY_S = 0.4
"""Exchange time between the states of a text message."""


def send_text(plant: Plant, message: Message, status_callback: str) -> Message:
    """Take ``message``; its status goes on to sent and delivered."""
    plant.trim()
    plant.messages[message.sid] = message
    details = {"to": message.to, "from": message.from_, "body": message.body}
    plant.timeline.note("", "text", message=message.sid, **details)
    plant.spawn(_deliver(plant, message, Callback(plant, status_callback, "POST")))
    return message


async def _deliver(plant: Plant, message: Message, callback: Callback) -> None:
    numbers = {"MessageSid": message.sid, "SmsSid": message.sid, "From": message.from_, "To": message.to}
    account = {"AccountSid": plant.account_sid, "ApiVersion": "2010-04-01"}
    for status in ("sent", "delivered"):
        await plant.clock.sleep(DELIVERY_S)
        message.status = status
        callback.tell("", {**numbers, **account, "MessageStatus": status, "SmsStatus": status})
