"""Connect/Stream: the call waits until the service closes the socket, then goes on with the next verb."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.callbacks import Callback
from ivr.exchange.refusals import Refusal
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.stream import MediaStream
from ivr.exchange.twiml import Connect, Stream


async def connect(verb: Connect, stage: Stage) -> Outcome:
    """Stream; a refused or broken stream goes on too, with its error noted and called back."""
    leg, plant = stage.leg, stage.plant
    wanted = verb.stream
    stream = MediaStream(plant, leg, wanted.url, wanted)
    tell = stream_callback(stage, wanted, stream.sid)
    ended = "stream-stopped"
    try:
        await stream.run(lambda: tell("stream-started", ""))
    except Refusal as refusal:
        plant.refused(leg, refusal)
        ended = ""
        tell("stream-error", f"{refusal.number}: {refusal.message}")
    finally:
        if ended:
            tell(ended, "")
    return stage.goto(verb.action, verb.method, {}) if verb.action else None


def stream_callback(stage: Stage, wanted: Stream, sid: str) -> Callable[[str, str], None]:
    """Tells the service of an event of a stream and, when there is one, of an error."""
    leg, url = stage.leg, stage.resolve(wanted.status_callback) if wanted.status_callback else ""
    callback = Callback(stage.plant, url, wanted.status_callback_method)

    def tell(event: str, error: str) -> None:
        params = {
            "AccountSid": leg.account_sid,
            "CallSid": leg.sid,
            "StreamSid": sid,
            "StreamName": wanted.name or sid,
            "StreamEvent": event,
        }
        callback.tell(leg.sid, {**params, "StreamError": error} if error else params)

    return tell
