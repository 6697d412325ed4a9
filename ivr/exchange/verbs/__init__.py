"""The verbs, one file each (or a small group). A new verb is a file and a line in :data:`VERBS`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ivr.exchange import twiml
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.verbs import connect, dial, endings, enqueue, gather, prompts, record, start

VERBS: dict[type, Callable[[Any, Stage], Awaitable[Outcome]]] = {
    twiml.Say: prompts.prompt,
    twiml.Play: prompts.prompt,
    twiml.Pause: prompts.prompt,
    twiml.Gather: gather.gather,
    twiml.Record: record.record,
    twiml.Redirect: endings.redirect,
    twiml.Hangup: endings.hang_up,
    twiml.Reject: endings.reject,
    twiml.Echo: endings.echo,
    twiml.Leave: endings.leave,
    twiml.Enqueue: enqueue.enqueue,
    twiml.Dial: dial.dial,
    twiml.Connect: connect.connect,
    twiml.Start: start.start,
    twiml.Stop: start.stop,
}


async def perform(verb: twiml.Verb, stage: Stage) -> Outcome:
    """Carry out ``verb``; the outcome says what follows."""
    return await VERBS[type(verb)](verb, stage)
