"""How often something may be asked for, by whoever asks and about whom: counted in Redis by all processes together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis

from ivr.agents.kept import reached


@dataclass(frozen=True, slots=True)
class Ration:
    """``most`` of one ``kind`` in ``within_s`` for ``name``."""

    kind: str
    name: str
    most: int
    within_s: int


def allowed(redis: Redis, rations: Sequence[Ration]) -> bool:
    """Count one more, before it is done; whether none of the rations is used up.

    Raises:
        OutsideError: Redis does not answer: then nothing is to be done.
    """
    with reached(), redis.pipeline(transaction=True) as pipeline:
        for ration in rations:
            key = _key(ration)
            pipeline.set(key, 0, ex=ration.within_s, nx=True)
            pipeline.incr(key)
        counts = pipeline.execute()[1::2]
    return all(count <= ration.most for count, ration in zip(counts, rations, strict=True))


def _key(ration: Ration) -> str:
    # Addresses and numbers are nobody's to read.
    return f"ringdown:rations:{ration.kind}:{hashlib.sha256(ration.name.encode()).hexdigest()[:32]}"
