"""REST: queues and who waits in them."""

from __future__ import annotations

from aiohttp import web

from ivr.exchange.refusals import INVALID_NAME, INVALID_URL, UNKNOWN_FIELDS, Refusal
from ivr.exchange.rest_answers import Asked, Json, Route, chosen, date, found, page
from ivr.exchange.rest_shapes import Member, WaitingQueue

MAX_SIZE, MAX_QUEUE_SIZE = 1000, 5000
MAX_NAME = 64


def as_json(asked: Asked, queue: WaitingQueue) -> Json:
    """A queue as the carrier shows it."""
    uri = asked.uri("Queues", queue.sid)
    return {
        "sid": queue.sid,
        "account_sid": asked.account_sid,
        "friendly_name": queue.friendly_name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": round(queue.average_wait_s),
        "date_created": date(queue.created_s),
        "date_updated": date(queue.created_s),
        "uri": uri,
    }


def member_as_json(asked: Asked, queue: WaitingQueue, member: Member) -> Json:
    """A waiting call as the carrier shows it."""
    return {
        "call_sid": member.call_sid,
        "queue_sid": queue.sid,
        "position": member.position,
        "date_enqueued": date(member.enqueued_s),
        "wait_time": max(0, round(queue.clock.epoch_s - member.enqueued_s)),
        "uri": asked.uri("Queues", queue.sid, "Members", member.call_sid),
    }


async def every(asked: Asked) -> web.Response:
    queues = chosen(asked, asked.switch.queues(), {})
    return page(asked, "queues", [as_json(asked, queue) for queue in queues])


async def create(asked: Asked) -> web.Response:
    asked.form.only(("FriendlyName", "MaxSize"))
    name = asked.form.required("FriendlyName", INVALID_NAME)
    if len(name) > MAX_NAME:
        raise Refusal(INVALID_NAME, f"A queue's FriendlyName may have {MAX_NAME} characters")
    size = asked.form.whole("MaxSize", MAX_SIZE, 1, MAX_QUEUE_SIZE, UNKNOWN_FIELDS)
    queue = await asked.switch.create_queue(name, size)
    return web.json_response(as_json(asked, queue), status=201)


async def read(asked: Asked) -> web.Response:
    return web.json_response(as_json(asked, _queue(asked)))


async def members(asked: Asked) -> web.Response:
    queue = _queue(asked)
    waiting = chosen(asked, queue.members, {})
    return page(asked, "queue_members", [member_as_json(asked, queue, member) for member in waiting])


async def member(asked: Asked) -> web.Response:
    queue = _queue(asked)
    return web.json_response(member_as_json(asked, queue, _member(asked, queue)))


async def pull(asked: Asked) -> web.Response:
    """Take a caller out of the queue; their call goes on with the document at Url."""
    asked.form.only(("Url", "Method"))
    asked.form.required("Url", INVALID_URL)
    queue = _queue(asked)
    waiting = _member(asked, queue)
    answer = member_as_json(asked, queue, waiting)
    await asked.switch.pull_member(queue.sid, waiting.call_sid, asked.form.url("Url", INVALID_URL), asked.form.method())
    return web.json_response(answer)


ROUTES: tuple[Route, ...] = (
    ("GET", "/Queues.json", every),
    ("POST", "/Queues.json", create),
    ("GET", "/Queues/{queue}.json", read),
    ("GET", "/Queues/{queue}/Members.json", members),
    ("GET", "/Queues/{queue}/Members/{call}.json", member),
    ("POST", "/Queues/{queue}/Members/{call}.json", pull),
)


def _queue(asked: Asked) -> WaitingQueue:
    return found(asked.switch.queue(asked.part("queue")), "Queue", asked.part("queue"))


def _member(asked: Asked, queue: WaitingQueue) -> Member:
    name = asked.part("call")
    waiting = {member.call_sid: member for member in queue.members}
    if name == "Front" and queue.members:
        return queue.members[0]
    return found(waiting.get(name), "Member", name)
