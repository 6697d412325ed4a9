"""Enqueue: wait in a queue until taken, pulled out, fed up or told to leave."""

from __future__ import annotations

from ivr.exchange.callbacks import tell_anyway
from ivr.exchange.leg import HungUpError, Instruction
from ivr.exchange.queues import open_queue
from ivr.exchange.refusals import Refusal
from ivr.exchange.stage import End, Outcome, Stage, entertained
from ivr.exchange.twiml import Enqueue
from ivr.exchange.waiting_queue import ON_DEMAND_SIZE, Taken, Waiting, WaitingQueue


async def enqueue(verb: Enqueue, stage: Stage) -> Outcome:
    """The action (or the next verb) follows when the wait and what came of it are over."""
    queue = open_queue(stage.plant, verb.name, verb.max_queue_size or ON_DEMAND_SIZE)
    waiting = queue.join(stage.leg)
    if waiting is None:
        stage.note("queue full", queue=queue.sid)
        return _told(verb, stage, queue, 0.0, "queue-full")
    stage.note("queued", queue=queue.sid, position=queue.place(waiting))
    result = "hangup"
    try:
        taken = await _wait(verb, stage, queue, waiting)
        result = taken.result
        if taken.by:
            await _meet(stage, waiting, taken)
    except HungUpError:
        if verb.action:
            waited_s = stage.plant.clock.epoch_s - waiting.since_s
            told = stage.goto(verb.action, verb.method, _params(queue, waited_s, result))
            tell_anyway(stage.plant, stage.leg, told)
        raise
    finally:
        queue.drop(waiting)
    waited_s = stage.plant.clock.epoch_s - waiting.since_s
    if result == "hangup":
        return End.HANG_UP
    outcome = _told(verb, stage, queue, waited_s, result)
    if taken.url and not taken.by:
        if isinstance(outcome, Instruction):
            tell_anyway(stage.plant, stage.leg, outcome)
        return Instruction(taken.url, taken.method)
    return outcome


async def _wait(verb: Enqueue, stage: Stage, queue: WaitingQueue, waiting: Waiting) -> Taken:
    wait = None
    if verb.wait_url is not None:
        wait = Instruction(stage.resolve(verb.wait_url) if verb.wait_url else "", verb.wait_url_method)

    def now() -> dict[str, str]:
        return {
            "QueueSid": queue.sid,
            "QueuePosition": str(queue.place(waiting)),
            "QueueTime": str(round(stage.plant.clock.epoch_s - waiting.since_s)),
            "AvgQueueTime": str(round(queue.average_wait_s)),
            "CurrentQueueSize": str(len(queue.waiting)),
        }

    async with entertained(stage, wait, now) as entertainment:
        await stage.leg.until(waiting.taken, entertainment)
        if waiting.taken.done():
            return waiting.taken.result()
        return Taken("leave" if entertainment.result() is End.LEAVE else "hangup")


async def _meet(stage: Stage, waiting: Waiting, taken: Taken) -> None:
    """What this caller is told before being joined, then the conversation (whose sound the other leg looks after)."""
    if taken.url:
        try:
            await stage.run_documents(stage.plant, stage.leg, Instruction(taken.url, taken.method), "whisper")
        except Refusal as refusal:
            stage.plant.refused(stage.leg, refusal)
    if not waiting.ready.done():
        waiting.ready.set_result(None)
    await stage.leg.until(waiting.over)


def _told(verb: Enqueue, stage: Stage, queue: WaitingQueue, waited_s: float, result: str) -> Outcome:
    stage.note("unqueued", queue=queue.sid, result=result)
    if not verb.action:
        return None
    return stage.goto(verb.action, verb.method, _params(queue, waited_s, result))


def _params(queue: WaitingQueue, waited_s: float, result: str) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(round(waited_s))}
