"""Start and Stop: a one-way stream begins or ends, and the next verb follows at once."""

from __future__ import annotations

from ivr.exchange.fork import Fork
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.twiml import Start, Stop
from ivr.exchange.verbs.connect import stream_callback


async def start(verb: Start, stage: Stage) -> Outcome:
    """The handshake takes its time beside the call; what is wrong with it is noted and called back."""
    fork = Fork(stage.plant, stage.leg, verb.stream.url, verb.stream)
    stage.leg.forks[fork.name] = fork
    stage.plant.spawn(fork.run(stream_callback(stage, verb.stream, fork.sid)))
    return None


async def stop(verb: Stop, stage: Stage) -> Outcome:
    """A name that no stream has stops nothing."""
    fork = stage.leg.forks.get(verb.name)
    if fork is not None:
        fork.stop()
    return None
