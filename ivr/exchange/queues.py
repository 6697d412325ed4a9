"""Finding and making queues."""

from __future__ import annotations

from ivr.exchange.plant import Plant
from ivr.exchange.sids import new_sid
from ivr.exchange.waiting_queue import ON_DEMAND_SIZE, WaitingQueue


def find_queue(plant: Plant, sid_or_name: str) -> WaitingQueue | None:
    if sid_or_name in plant.queues:
        return plant.queues[sid_or_name]
    return next((queue for queue in plant.queues.values() if queue.friendly_name == sid_or_name), None)


def open_queue(plant: Plant, name: str, max_size: int = ON_DEMAND_SIZE) -> WaitingQueue:
    """The queue ``name``; made with ``max_size`` places if there is none."""
    queue = find_queue(plant, name)
    if queue is None:
        queue = WaitingQueue(new_sid("QU"), name, max_size, plant.clock, created_s=plant.clock.epoch_s)
        plant.queues[queue.sid] = queue
    return queue
