"""Redirect, Hangup, Reject, Echo and Leave: what ends a document."""

from __future__ import annotations

from ivr.exchange.conference import OtherSide
from ivr.exchange.leg import Instruction
from ivr.exchange.stage import End, Outcome, Stage
from ivr.exchange.twiml import Echo, Hangup, Leave, Redirect, Reject


async def redirect(verb: Redirect, stage: Stage) -> Outcome:
    return Instruction(stage.resolve(verb.url), verb.method)


async def hang_up(verb: Hangup, stage: Stage) -> Outcome:
    return End.HANG_UP


async def reject(verb: Reject, stage: Stage) -> Outcome:
    """Refuse the call unanswered; in an answered call it only hangs up."""
    if not stage.leg.talking:
        stage.leg.end("busy" if verb.reason == "busy" else "no-answer")
    return End.HANG_UP


async def echo(verb: Echo, stage: Stage) -> Outcome:
    """The caller hears what they say until they hang up."""
    with stage.leg.sounding(OtherSide(stage.leg)):
        await stage.leg.until()
    return End.HANG_UP


async def leave(verb: Leave, stage: Stage) -> Outcome:
    return End.LEAVE if stage.kind == "wait" else None
